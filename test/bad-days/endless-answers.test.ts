/** Answers that would fill a host's memory, over the host as a process of its own: every vendor, over every store. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import type { Fault } from '../doubles/kit/index.ts'
import { clientsExpected, clientsStored } from '../vendors/as-stored.ts'
import { kinds } from '../vendors/every.ts'
import { stores } from '../vendors/stores.ts'
import type { VendorKind } from '../vendors/vendor.ts'
import type { Caller } from './caller.ts'
import { startHostProcess } from './host-process.ts'
import { environment, installOver } from './whole-host.ts'

/** Several pages. */
const account = { big: 1500 }
const mebibyte = 1_048_576
const mostGrown = 100 * mebibyte

const nested = 1_000_000
const fillers = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`x-filler-${at}`, '0123456789']))
const endless: Readonly<Record<string, Fault>> = {
  'ten gibibytes out of a few megabytes of gzip': { kind: 'gzipBomb' },
  'a list of ten gibibytes': { kind: 'hugeBody' },
  'a million lists in each other': { kind: 'status', status: 200, body: '['.repeat(nested) + ']'.repeat(nested) }
}

/** What the process holds in memory, now and at most since the last reset; undefined where the system does not tell. */
function memoryOf(pid: number) {
  const file = `/proc/${pid}/status`
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)![1]) * 1024
  return { now: bytes('VmRSS'), most: bytes('VmHWM'), reset: () => writeFileSync(`/proc/${pid}/clear_refs`, '5') }
}

async function growthDuring(t: Test, pid: number, work: () => Promise<unknown>): Promise<void> {
  const before = memoryOf(pid)
  before?.reset()
  await work()
  const after = memoryOf(pid)
  if (!before || !after) return t.comment('this system does not tell what a process holds')
  const grown = after.most - before.now
  t.comment(`${Math.round(grown / mebibyte)} MiB more at most`)
  t.ok(grown < mostGrown, `${grown} bytes more`)
}

/** A host that has synced the customers of an account. */
async function openSynced(t: Test, kind: VendorKind, store: (typeof stores)[number]) {
  const vendor = await kind.start(t, { account })
  const process = startHostProcess(t, { ...environment(t.testdir(), vendor.allow), ...store.env(t) })
  const host = await process.listening()
  const { id } = await installOver(host, vendor, [kind.customers])
  t.match((await host.settled(id)).lastRun, { status: 'succeeded' })
  return { vendor, pid: process.child.pid!, host, id }
}

/** A compare that is asked for. @returns its receipt */
async function compared(host: Caller, id: string): Promise<any> {
  const { body } = await host.call('POST', `/v1/installations/${id}/compare`)
  return host.until(`/v1/runs/${body.runId}`, ({ status }) => status !== 'running')
}

for (const kind of kinds)
  for (const store of stores) {
    t.test(`fault 8, ${kind.title} over ${store.name}: answers without end`, store.needs, async t => {
      const { vendor, pid, host, id } = await openSynced(t, kind, store)
      const customers = vendor.oracle.customers()
      const lists = { endpoint: kind.endpoints.companies, operation: 'list' } as const

      for (const [what, fault] of Object.entries(endless))
        await t.test(`${what} end the run, in bounded memory, and the next one brings everything`, async t => {
          vendor.people.rename(customers.at(-1)!.externalId, `Renamed before ${fault.kind}`)
          const before = await clientsStored(host)
          const spell = vendor.fail({ ...fault, ...lists, after: 1 })
          await growthDuring(t, pid, async () => {
            const run = await compared(host, id)
            t.match(run, { status: 'failed', error: { code: 'HOST_ERR_SOURCE_UNREADABLE' } })
            t.ok(run.counts.read < customers.length, `${run.counts.read} of ${customers.length}`)
          })
          t.equal((await host.call('GET', '/health/ready')).status, 200)
          t.ok(spell.hits > 0 && spell.hits < 10, `met ${spell.hits} times`)
          t.strictSame(await clientsStored(host), before, 'nothing of it is kept, and nobody goes')

          spell.clear()
          await host.settled(id)
          const healed = await host.run(id, 'compare')
          t.match(healed, { status: 'succeeded', took: {}, source: { count: customers.length } })
          t.strictSame(await clientsStored(host), clientsExpected(vendor))
        })

      await t.test('large pages without end are read as smaller ones', async t => {
        const spell = vendor.fail({ kind: 'hugeBody', ...lists, pageSizeFrom: kind.fullPage })
        await growthDuring(t, pid, async () => {
          t.match(await host.run(id, 'compare'), { status: 'succeeded', took: {}, counts: { setAside: 0 } })
        })
        t.ok(spell.hits > 0 && spell.hits < 10, `met ${spell.hits} times`)
        t.strictSame(await clientsStored(host), clientsExpected(vendor))
      })
    })

    // The connection may be at fault, so it is asked again, and the account then left alone for a while.
    t.test(`fault 8, ${kind.title} over ${store.name}: headers without end end the run`, store.needs, async t => {
      const { vendor, pid, host, id } = await openSynced(t, kind, store)
      const before = await clientsStored(host)
      const lists = { endpoint: kind.endpoints.companies, operation: 'list' } as const
      const spell = vendor.fail({ kind: 'headers', headers: fillers, ...lists })
      await growthDuring(t, pid, async () => {
        t.match(await compared(host, id), { status: 'failed', error: { code: 'HOST_ERR_SOURCE_UNAVAILABLE' } })
      })
      t.ok(spell.hits > 0 && spell.hits <= 10, `two questions at most, five times each: ${spell.hits}`)
      t.strictSame(await clientsStored(host), before)
    })
  }
