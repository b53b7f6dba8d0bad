import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Claim, Store } from '../../../plugins/storage/port.ts'
import { installationOf, type Open } from './fixtures.ts'

export async function claimCases(t: Test, open: Open): Promise<void> {
  await t.test('a claim gives the installation, a lease and a token one larger', async t => {
    const { store } = await open(t)
    const made = installationOf()
    await store.installations.tryInsert(made)
    const [claim, ...none] = await store.leases.claimDue('host-a', 10, 60_000)
    t.same(none, [])
    const { id: installationId, tenant, connectionId } = made
    t.same(claim!.lease, { tenant, connectionId, installationId, owner: 'host-a', token: 1 })
    t.equal(claim!.takenOver, false)
    t.same(claim!.installation, await store.installations.get('acme', made.id))
    t.match(claim!.installation, { token: 1, leaseOwner: 'host-a', rev: 1 })
    t.same(await store.leases.claimDue('host-b', 10, 60_000), [], 'and nobody else gets it')
  })

  await t.test('only installations that are wanted running and due are claimed, the longest due first', async t => {
    const { store } = await open(t)
    const made = Array.from({ length: 5 }, () => installationOf())
    for (const installation of made) await store.installations.tryInsert(installation)
    const [stopped, later, unscheduled, second, firstDue] = made.map(installation => installation.id)
    const update = (id: string, change: object) => store.installations.tryUpdate('acme', id, 1, change)
    await update(stopped!, { wanted: 'stopped' })
    await update(later!, { dueInMs: 60_000 })
    await update(unscheduled!, { dueInMs: null })
    await update(second!, { dueInMs: -1000 })
    await update(firstDue!, { dueInMs: -5000 })
    const ids = (claims: Claim[]) => claims.map(claim => claim.lease.installationId)
    t.same(ids(await store.leases.claimDue('host-a', 1, 60_000)), [firstDue])
    t.same(ids(await store.leases.claimDue('host-a', 10, 60_000)), [second])
    t.same(await store.leases.claimDue('host-a', 10, 60_000), [])
  })

  await t.test('a complete pass makes due what its poll does not yet, unless nothing is scheduled', async t => {
    const { store } = await open(t)
    const made = Array.from({ length: 3 }, () => installationOf())
    for (const installation of made) await store.installations.tryInsert(installation)
    const [pass, later, unscheduled] = made.map(installation => installation.id)
    const update = (id: string, change: object) => store.installations.tryUpdate('acme', id, 1, change)
    await update(pass!, { dueInMs: 60_000, compareDueInMs: 0 })
    await update(later!, { dueInMs: 60_000, compareDueInMs: 30_000 })
    await update(unscheduled!, { dueInMs: null, compareDueInMs: 0 })
    t.equal(await store.leases.nextDueInMs(), 0)
    t.equal(await store.leases.countDue(10), 1)
    const claims = await store.leases.claimDue('host-a', 10, 60_000)
    t.same(
      claims.map(claim => claim.lease.installationId),
      [pass]
    )
    const next = (await store.leases.nextDueInMs())!
    t.ok(next > 15_000 && next <= 30_000)
  })

  await t.test('an expired lease is taken over, and the claim says so', async t => {
    const { store } = await open(t)
    await store.installations.tryInsert(installationOf())
    const [old] = await store.leases.claimDue('host-a', 1, 5000)
    t.same(await store.leases.claimDue('host-b', 1, 60_000), [], 'not before it expires')
    await sleep(5100)
    const [taken] = await store.leases.claimDue('host-b', 1, 60_000)
    t.match(taken, { takenOver: true, lease: { owner: 'host-b', token: old!.lease.token + 1 } })
    t.equal(await store.leases.tryRenew(old!.lease, 60_000), false)
    t.equal(await store.leases.tryRenew(taken!.lease, 60_000), true)
  })

  await t.test('a renewed lease outlives its first term', async t => {
    const { store } = await open(t)
    await store.installations.tryInsert(installationOf())
    const [claim] = await store.leases.claimDue('host-a', 1, 2000)
    t.equal(await store.leases.tryRenew(claim!.lease, 60_000), true)
    await sleep(2100)
    t.same(await store.leases.claimDue('host-b', 1, 60_000), [])
  })

  await t.test('two owners that race for 200 installations never get the same', async t => {
    const { store } = await open(t)
    await raceFor200(t, store, store)
  })

  await t.test('two connections to the same data that race for 200 installations never get the same', async t => {
    const { store, second } = await open(t)
    if (second) await raceFor200(t, store, await second())
    else t.pass('this mode has one connection alone', { skip: 'one connection alone' })
  })

  await t.test('the next due time is that of the earliest free installation', async t => {
    const { store } = await open(t)
    t.equal(await store.leases.nextDueInMs(), null)
    const [soon, late] = [installationOf(), installationOf()]
    await store.installations.tryInsert(late)
    await store.installations.tryUpdate('acme', late.id, 1, { dueInMs: 60_000 })
    const next = (await store.leases.nextDueInMs())!
    t.ok(next > 30_000 && next <= 60_000)
    await store.installations.tryInsert(soon)
    t.equal(await store.leases.nextDueInMs(), 0)
    await store.leases.claimDue('host-a', 1, 60_000)
    t.ok((await store.leases.nextDueInMs())! > 30_000, 'a leased one is not free')
    await store.installations.tryUpdate('acme', late.id, 2, { wanted: 'stopped' })
    t.equal(await store.leases.nextDueInMs(), null)
  })

  await t.test('the queue of due work is what is due and free, counted up to a limit', async t => {
    const { store } = await open(t)
    t.equal(await store.leases.countDue(10), 0)
    const made = Array.from({ length: 5 }, () => installationOf())
    for (const installation of made) await store.installations.tryInsert(installation)
    await store.installations.tryUpdate('acme', made[0]!.id, 1, { dueInMs: 60_000 })
    await store.installations.tryUpdate('acme', made[1]!.id, 1, { wanted: 'stopped' })
    t.equal(await store.leases.countDue(10), 3)
    t.equal(await store.leases.countDue(2), 2)
    await store.leases.claimDue('host-a', 1, 60_000)
    t.equal(await store.leases.countDue(10), 2, 'a leased one is not free')
    await store.leases.claimDue('host-a', 1, 1)
    await sleep(50)
    t.equal(await store.leases.countDue(10), 2, 'one whose lease has expired is')
  })
}

async function raceFor200(t: Test, one: Store, two: Store): Promise<void> {
  const ids: string[] = []
  for (let i = 0; i < 200; i++) {
    const installation = installationOf()
    ids.push(installation.id)
    await one.installations.tryInsert(installation)
  }
  const claimAll = async (store: Store, owner: string) => {
    const claims: Claim[] = []
    for (;;) {
      const batch = await store.leases.claimDue(owner, 7, 60_000)
      if (batch.length === 0) return claims
      claims.push(...batch)
    }
  }
  const racers = [claimAll(one, 'a1'), claimAll(two, 'b1'), claimAll(one, 'a2'), claimAll(two, 'b2')]
  const claims = (await Promise.all(racers)).flat()
  t.same(claims.map(claim => claim.lease.installationId).sort(), ids)
  t.same(new Set(claims.map(claim => claim.lease.token)), new Set([1]))
  for (const { lease } of claims.slice(0, 10)) {
    t.equal((await one.installations.get(lease.tenant, lease.installationId))!.leaseOwner, lease.owner)
  }
}
