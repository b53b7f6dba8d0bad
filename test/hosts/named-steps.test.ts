import t from 'tap'
import { freshUrl, needsStore } from '../plugins/storage/mongodb/database.ts'
import { openStoreProxy } from '../plugins/storage/mongodb/store-proxy.ts'
import type { Step } from '../plugins/storage/mongodb/wire-frames.ts'
import { kinds } from '../vendors/every.ts'
import { busyMachineMs, openFleet } from './fleet.ts'
import { type Installed, install, settle } from './installed.ts'
import { isWhole } from './wholeness.ts'

const inserted: Step = { command: 'insert', collection: 'clients' }
const checkpoint: Step = { command: 'update', collection: 'installations', says: ['ranges'], saysNot: ['failures'] }
const receipt: Step = { command: 'update', collection: 'runs', says: ['succeeded'] }
const release: Step = { command: 'update', collection: 'installations', says: ['failures', 'lastRunId'] }

/** "after": the store has it, and the host never hears of it. */
const kills: readonly (readonly [name: string, step: Step, when: 'before' | 'after'])[] = [
  ['claim', { command: 'findAndModify', collection: 'installations', says: ['takenOver'] }, 'after'],
  ['receipt begun', { command: 'insert', collection: 'runs' }, 'after'],
  ['before a page is committed', inserted, 'before'],
  ['page committed', inserted, 'after'],
  ['checkpoint committed', checkpoint, 'after'],
  ['receipt ended', receipt, 'after'],
  ['released', release, 'after']
]

t.setTimeout(busyMachineMs)

t.test('a host that is killed at any step of a run loses nothing and doubles nothing', needsStore, async t => {
  const url = freshUrl(t)
  const vendors = await Promise.all(
    kills.map((_, index) => kinds[index % kinds.length]!.start(t, { account: 40, seed: index + 1 }))
  )
  const fleet = openFleet(t, url, vendors, { LEASE_TTL: '2s' })
  const places = await Promise.all(kills.map(() => openStoreProxy(t, url)))
  const hosts = await Promise.all(kills.map(([name], index) => fleet.start(name, { storeUrl: places[index]!.url })))
  for (const host of hosts) host.signal('SIGSTOP')

  // Each host finishes what the one before it left, and is killed in its turn over an account of its own: of the one
  // vendor, then of the other.
  const installed: Installed[] = []
  for (const [index, [name, step, when]] of kills.entries()) {
    const host = hosts[index]!
    host.signal('SIGCONT')
    await settle(host, installed)
    const reached = places[index]!.hold(step, when)
    installed.push(await install(host, `tenant-${index}`, vendors[index]!, [vendors[index]!.kind.customers]))
    await reached
    host.signal('SIGKILL')
    t.equal(await host.gone, null, `killed: ${name}`)
  }
  const last = await fleet.start('last')
  await settle(last, installed)
  for (const [index, vendor] of vendors.entries()) await isWhole(t, last, installed[index]!, vendor)
})
