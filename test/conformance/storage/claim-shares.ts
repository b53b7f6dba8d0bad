import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Claim, ClaimShares, Store } from '../../../plugins/storage/port.ts'
import { installationOf, newId, type Open } from './fixtures.ts'

const idle = { tenants: {}, connections: {} }

/** So many installations of a tenant over as many connections as said, one behind the other due. */
async function fill(store: Store, tenant: string, count: number, connections = count): Promise<string[]> {
  const ids = Array.from({ length: connections }, () => newId('con'))
  for (let i = 0; i < count; i++) {
    const made = installationOf({ tenant, connectionId: ids[i % connections]!, syncType: `type-${i}` })
    await store.installations.tryInsert(made)
  }
  return ids
}

const tenants = (claims: readonly Claim[]) => claims.map(claim => claim.lease.tenant)

export async function claimShareCases(t: Test, open: Open): Promise<void> {
  await t.test('a tenant that has much waiting leaves the places of others free', async t => {
    const { store } = await open(t)
    await fill(store, 'greedy', 60)
    await sleep(5)
    await fill(store, 'modest', 2)
    const shares: ClaimShares = { perTenant: 4, perConnection: 4, busy: idle }
    const claims = await store.leases.claimDue('host-a', 8, 60_000, shares)
    t.same(tenants(claims).sort(), ['greedy', 'greedy', 'greedy', 'greedy', 'modest', 'modest'])
    const busy = { tenants: { greedy: 4, modest: 2 }, connections: {} }
    t.same(await store.leases.claimDue('host-a', 8, 60_000, { ...shares, busy }), [], 'what is under way counts')
    const some = { tenants: { greedy: 3 }, connections: {} }
    t.same(tenants(await store.leases.claimDue('host-a', 8, 60_000, { ...shares, busy: some })), ['greedy'])
    t.equal((await store.leases.claimDue('host-a', 8, 60_000)).length, 8, 'without shares the longest due go first')
  })

  await t.test('a connection has its share within its tenant’s', async t => {
    const { store } = await open(t)
    const [one] = await fill(store, 'acme', 20, 1)
    await sleep(5)
    const [two] = await fill(store, 'acme', 20, 1)
    const shares: ClaimShares = { perTenant: 5, perConnection: 2, busy: { tenants: {}, connections: { [one!]: 1 } } }
    const claims = await store.leases.claimDue('host-a', 8, 60_000, shares)
    const of = (id: string) => claims.filter(claim => claim.lease.connectionId === id).length
    t.same([claims.length, of(one!), of(two!)], [3, 1, 2])
  })

  await t.test('siblings that are free and come due soon are claimed along', async t => {
    const { store } = await open(t)
    const connectionId = newId('con')
    const [mine, soon, later, stopped, taken] = Array.from({ length: 5 }, (_, i) =>
      installationOf({ connectionId, syncType: `type-${i}` })
    )
    const stranger = installationOf()
    await store.installations.tryInsert(taken!)
    await store.leases.claimDue('host-b', 1, 60_000)
    for (const each of [mine, soon, later, stopped, stranger]) await store.installations.tryInsert(each!)
    const update = (id: string, change: object) => store.installations.tryUpdate('acme', id, 1, change)
    await update(mine!.id, { dueInMs: -1000 })
    await update(soon!.id, { dueInMs: 20_000 })
    await update(later!.id, { dueInMs: 90_000 })
    await update(stopped!.id, { wanted: 'stopped' })
    const [claim] = await store.leases.claimDue('host-a', 1, 60_000)
    t.equal(claim?.lease.installationId, mine!.id)
    const siblings = await store.leases.claimSiblings('host-a', claim!.lease, 30_000, 60_000)
    t.same(
      siblings.map(each => each.lease.installationId),
      [soon!.id]
    )
    t.match(siblings[0], { takenOver: false, lease: { owner: 'host-a', token: 1, connectionId, tenant: 'acme' } })
    t.same(siblings[0]!.installation, await store.installations.get('acme', soon!.id))
    t.same(await store.leases.claimSiblings('host-b', claim!.lease, 30_000, 60_000), [], 'once')
    t.equal(await store.leases.tryRenew(siblings[0]!.lease, 60_000), true)
  })

  await t.test('of owners that race for the same siblings each gets others', async t => {
    const { store } = await open(t)
    const connectionId = newId('con')
    for (let i = 0; i < 12; i++)
      await store.installations.tryInsert(installationOf({ connectionId, syncType: `type-${i}` }))
    const [claim] = await store.leases.claimDue('host-a', 1, 60_000)
    const races = await Promise.all(
      ['host-a', 'host-b', 'host-c'].map(owner => store.leases.claimSiblings(owner, claim!.lease, 0, 60_000))
    )
    const claimed = races.flat().map(each => each.lease.installationId)
    t.equal(new Set(claimed).size, 11)
    t.equal(claimed.length, 11)
  })

  await t.test('whether several tenants want something running is known', async t => {
    const { store } = await open(t)
    t.equal(await store.leases.hasSeveralTenants(), false)
    await fill(store, 'acme', 2)
    t.equal(await store.leases.hasSeveralTenants(), false)
    const other = installationOf({ tenant: 'globex' })
    await store.installations.tryInsert(other)
    t.equal(await store.leases.hasSeveralTenants(), true)
    await store.installations.tryUpdate('globex', other.id, 1, { wanted: 'stopped' })
    t.equal(await store.leases.hasSeveralTenants(), false)
  })
}
