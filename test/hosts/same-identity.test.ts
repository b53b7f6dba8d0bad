import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { freshUrl, needsStore, withClient } from '../plugins/storage/mongodb/database.ts'
import { busyMachineMs, openFleet } from './fleet.ts'
import { install, runAll, settle } from './installed.ts'
import { overlaps, watchVendors } from './vendor-calls.ts'
import { startVendors } from './vendors.ts'
import { isWhole } from './wholeness.ts'

t.setTimeout(busyMachineMs)

t.test('hosts with one name, one process id and one data folder never hold the same lease', needsStore, async t => {
  const calls = watchVendors(t)
  const vendors = await startVendors(t, 4, 60)
  const url = freshUrl(t)
  const fleet = openFleet(t, url, vendors, { SYNC_CONCURRENCY: '3', LEASE_TTL: '15s' })
  const preload = [join(import.meta.dirname, 'same-identity.ts')]
  const [one, other] = await Promise.all(['one', 'other'].map(name => fleet.start(name, { preload })))

  const owners = new Set<string>()
  let isWatching = true
  const watching = withClient(url, async client => {
    while (isWatching) {
      for (const owner of await client.db().collection('installations').distinct('leaseOwner')) {
        if (owner !== null) owners.add(owner)
      }
      await wait(50)
    }
  })
  const installed = await Promise.all(
    vendors.map((vendor, index) => install(index % 2 === 0 ? one! : other!, `tenant-${index}`, vendor))
  )
  await settle(one!, installed)
  for (const host of [one!, other!]) await runAll(host, installed, 'compare')
  isWatching = false
  await watching

  t.equal(owners.size, 2, [...owners].join())
  t.ok([...owners].every(owner => owner.startsWith('cloned-machine/1/')))
  t.strictSame(overlaps(calls.all), [])
  for (const [index, vendor] of vendors.entries()) {
    const { tenant, ids } = installed[index]!
    await isWhole(t, one!, installed[index]!, vendor)
    for (const id of ids) {
      const runs = await one!.all(`/v1/installations/${id}/runs`, tenant)
      t.strictSame(
        runs.filter(({ mode }) => mode !== 'incremental').map(({ status }) => status),
        ['succeeded', 'succeeded', 'succeeded'],
        'each pass that was asked for happened once'
      )
    }
  }
})
