import type { Test } from 'tap'
import type { Hold, InstallationChange, Lease } from '../../../plugins/storage/port.ts'
import {
  all,
  at,
  badCursor,
  fence,
  first,
  installationOf,
  leased,
  lossOf,
  newId,
  noCursors,
  type Open,
  putLosses,
  putRejects,
  putSeen,
  runOf,
  seenOf
} from './fixtures.ts'

const hold: Hold = {
  revision: 1,
  since: at(),
  kinds: { emails: { held: 7, of: 9 } },
  clients: 7,
  decision: null
}
const decision = { verdict: 'approve', revision: 1, kinds: null, by: 'someone', at: at(3) } as const
const poll = { mark: at(), memo: { last: 7 }, deepAt: null, alwaysDeep: false }

export async function installationCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { installations } = store

  await t.test('a new installation is wanted running and due at once', async t => {
    const made = installationOf()
    t.equal(await installations.tryInsert(made), true)
    const found = (await installations.get('acme', made.id))!
    t.match(found, {
      ...made,
      wanted: 'running',
      attention: null,
      resettled: null,
      poll: null,
      pass: null,
      misfits: null,
      taken: [],
      hold: null,
      requested: null,
      currentRunId: null,
      lastRunId: null,
      lastPass: null,
      failures: 0,
      passFailures: 0,
      token: 0,
      leaseOwner: null,
      leaseUntil: null,
      rev: 1
    })
    t.same(found.settings, made.settings)
    t.same(found.resolved, made.resolved)
    t.type(found.dueAt, 'number')
    t.type(found.compareDueAt, 'number')
  })

  await t.test('a connection has each sync type once, also when asked many times at once', async t => {
    const made = installationOf()
    const results = await Promise.all(
      Array.from({ length: 8 }, () => installations.tryInsert({ ...made, id: newId('ins') }))
    )
    t.equal(results.filter(Boolean).length, 1)
    t.equal(await installations.tryInsert({ ...made, id: newId('ins'), syncType: 'others' }), true)
  })

  await t.test('several come together or not at all, also when asked many times at once', async t => {
    const pair = () => {
      const one = installationOf()
      return [one, { ...one, id: newId('ins'), syncType: 'others' }] as const
    }
    const [one, other] = pair()
    t.equal(await installations.tryInsert(one, other), true)
    t.same(
      (await installations.listOf('acme', [one.connectionId])).map(({ id }) => id).sort(),
      [one.id, other.id].sort()
    )

    const [first, last] = pair()
    t.equal(await installations.tryInsert(last), true)
    t.equal(await installations.tryInsert(first, { ...last, id: newId('ins') }), false)
    t.match(await installations.listOf('acme', [first.connectionId]), [{ id: last.id }])
    t.equal((await installations.listOf('acme', [first.connectionId])).length, 1)

    const [raced, beside] = pair()
    const renamed = () => [raced, beside].map(each => ({ ...each, id: newId('ins') }))
    const results = await Promise.all(Array.from({ length: 8 }, () => installations.tryInsert(...renamed())))
    t.equal(results.filter(Boolean).length, 1)
    t.equal((await installations.listOf('acme', [raced.connectionId])).length, 2)
  })

  await t.test('another tenant finds, changes and removes nothing', async t => {
    const made = installationOf()
    await installations.tryInsert(made)
    const before = await installations.get('acme', made.id)
    t.equal(await installations.get('other', made.id), null)
    t.equal(await installations.tryUpdate('other', made.id, 1, { wanted: 'stopped' }), null)
    await installations.remove('other', made.id)
    t.same(await installations.get('acme', made.id), before)
  })

  await t.test('a list is oldest first, filtered, of one tenant, and stays whole while some are added', async t => {
    const tenant = 'lists-installations'
    const connectionId = newId('con')
    const made = [
      installationOf({ tenant, createdAt: at(2), connectionId, syncType: 'a' }),
      installationOf({ tenant, createdAt: at(1), connector: 'second' }),
      installationOf({ tenant, createdAt: at(2), connectionId, syncType: 'b' })
    ]
    for (const installation of made) await installations.tryInsert(installation)
    const [one, two, three] = made.map(installation => installation.id)
    const ids = (list: { id: string }[]) => list.map(item => item.id)
    t.same(ids(await all(1, page => installations.list(tenant, {}, page))), [two, one, three])
    t.same(ids((await installations.list(tenant, { connector: 'second' }, first)).items), [two])
    t.same(ids((await installations.list(tenant, { connectionId }, first)).items), [one, three])
    t.same(ids((await installations.list(tenant, { connectionId, connector: 'second' }, first)).items), [])
    const page = await installations.list(tenant, {}, { limit: 2, cursor: null })
    await installations.tryInsert(installationOf({ tenant, createdAt: at(0) }))
    t.same(ids((await installations.list(tenant, {}, { limit: 2, cursor: page.nextCursor })).items), [three])
    const [other] = [installationOf({ tenant: 'other', connectionId: newId('con') })]
    await installations.tryInsert(other)
    const connections = [connectionId, made[1]!.connectionId, other.connectionId, connectionId, 'con_none']
    t.same(ids(await installations.listOf(tenant, connections)), [two, one, three])
    t.same(await installations.listOf(tenant, []), [])
    for (const cursor of noCursors) {
      await t.rejects(installations.list(tenant, {}, { limit: 1, cursor }), badCursor, cursor)
    }
  })

  await t.test('an update changes what it names and bumps the revision', async t => {
    const made = installationOf()
    await installations.tryInsert(made)
    const before = (await installations.get('acme', made.id))!
    const change = {
      wanted: 'stopped',
      schedule: { everyMs: 1000, compareEveryMs: 2000 },
      settings: { types: ['Prospect'] },
      resolved: { 'types:Prospect': '18' },
      resettled: 'The settings name other types',
      requested: { runId: 'run_1', mode: 'compare' }
    } as const
    const updated = (await installations.tryUpdate('acme', made.id, 1, { ...change, dueInMs: null }))!
    t.same(
      { ...updated, updatedAt: '' },
      { ...before, ...change, dueAt: null, rev: 2, updatedAt: '' },
      'nothing else has changed'
    )
    t.not(updated.updatedAt, before.updatedAt)
    t.same(await installations.get('acme', made.id), updated)
    const cleared = await installations.tryUpdate('acme', made.id, 2, { requested: null })
    t.match(cleared, { requested: null, wanted: 'stopped', rev: 3 })
  })

  await t.test('what waits for people is added up over all tenants, of those that are wanted running', async t => {
    const { store } = await open(t)
    const { installations } = store
    t.same(await installations.countWaiting(10), { awaitingApproval: 0, misfits: 0, held: {} })
    const misfits = { count: 3, detail: 'contacts: 17 of 18', since: at() }
    const held = (count: number): Hold => ({ ...hold, kinds: { emails: { held: count, of: 90 } } })
    const both: Hold = { ...hold, kinds: { ...held(5).kinds, costs: { held: 2, of: 4 } } }
    const ids: Lease[] = []
    for (const progress of [
      { hold: held(1) },
      { hold: both, misfits },
      { misfits },
      {},
      { hold: held(100), misfits },
      { hold: held(20) }
    ]) {
      const lease = await leased(store, { tenant: `waits-${ids.length % 2}` })
      await store.leases.commit(lease, progress)
      ids.push(lease)
    }
    const change = async ({ tenant, installationId }: Lease, wish: InstallationChange) => {
      const { rev } = (await installations.get(tenant, installationId))!
      await installations.tryUpdate(tenant, installationId, rev, wish)
    }
    await change(ids[4]!, { wanted: 'stopped' })
    await change(ids[5]!, { hold: { ...held(20), decision } })
    t.same(await installations.countWaiting(10), { awaitingApproval: 2, misfits: 2, held: { emails: 26, costs: 2 } })
    const { awaitingApproval, misfits: one } = await installations.countWaiting(1)
    t.same([awaitingApproval <= 1, one], [true, 1], 'no more are looked at than asked for')
  })

  await t.test('durations count from the store’s now', async t => {
    const made = installationOf()
    await installations.tryInsert(made)
    const now = (await installations.get('acme', made.id))!.dueAt!
    const updated = await installations.tryUpdate('acme', made.id, 1, { dueInMs: 60_000, compareDueInMs: 120_000 })
    t.ok(updated!.dueAt! >= now + 60_000 && updated!.dueAt! < now + 90_000)
    t.ok(updated!.compareDueAt >= now + 120_000 && updated!.compareDueAt < now + 150_000)
  })

  await t.test('an update with an old revision changes nothing, and of many at once one succeeds', async t => {
    const made = installationOf()
    await installations.tryInsert(made)
    const updates = await Promise.all(
      Array.from({ length: 5 }, (_, i) => installations.tryUpdate('acme', made.id, 1, { settings: { i } }))
    )
    const [winner, ...none] = updates.filter(update => update !== null)
    t.same(none, [])
    t.same(await installations.get('acme', made.id), winner)
    t.equal(await installations.tryUpdate('acme', newId('ins'), 1, { wanted: 'stopped' }), null)
  })

  await t.test('what a run leaves can be cleared by a person', async t => {
    const lease = await leased(store)
    const attention = { code: 'HOST_ERR_CREDENTIALS_REJECTED', detail: 'refused', since: at() }
    const left = { attention, poll, misfits: { count: 1, detail: 'contacts', since: at() }, hold, passFailures: 4 }
    await store.leases.tryRelease(lease, { dueInMs: null, ...left, failures: 3 })
    const before = await installations.get('acme', lease.installationId)
    t.match(before, { ...left, failures: 3, rev: 1 })
    const cleared = { attention: null, poll: null, pass: null, misfits: null, hold: null } as const
    const change = { ...cleared, failures: 0, passFailures: 0 } as const
    t.match(await installations.tryUpdate('acme', lease.installationId, 1, change), change)
  })

  await t.test('a decision is written to the hold that was seen, and to no other', async t => {
    const lease = await leased(store)
    const { tenant, installationId: id } = lease
    await store.leases.commit(lease, { hold })
    const decided = { ...hold, decision }
    const other = { ...decided, revision: 2 }
    t.equal(await installations.tryUpdate(tenant, id, 1, { hold: other, dueInMs: 0 }), null)
    t.match(await installations.get(tenant, id), { hold, rev: 1 })
    t.match(await installations.tryUpdate(tenant, id, 1, { hold: decided }), { hold: decided, rev: 2 })
    await store.leases.commit(lease, { hold: null })
    t.equal(await installations.tryUpdate(tenant, id, 2, { hold: decided }), null, 'nothing is held any more')
  })

  await t.test('a fencing change takes the lease away', async t => {
    const lease = await leased(store)
    const newest = await fence(store, lease)
    t.equal(newest.token, lease.token + 1)
    t.match(await installations.get('acme', lease.installationId), { leaseOwner: lease.owner, leaseUntil: null })
    t.equal(await store.leases.tryRenew(lease, 1000), false)
    const claims = await store.leases.claimDue('next', 1000, 60_000)
    const next = claims.find(claim => claim.lease.installationId === lease.installationId)
    t.equal(next?.takenOver, true, 'the former holder may still be writing')
  })

  await t.test('a change that does not fence leaves the lease alone', async t => {
    const lease = await leased(store)
    await installations.tryUpdate('acme', lease.installationId, 1, { settings: { x: 1 } })
    t.equal(await store.leases.tryRenew(lease, 60_000), true)
  })

  await t.test('removal takes runs, rejects, losses and what was seen along, and nothing of others', async t => {
    const [lease, other] = [await leased(store), await leased(store)]
    const [run, kept] = [runOf(lease), runOf(other)]
    const reject = { key: 'k', externalId: null, reason: 'broken', payload: null, at: at() }
    for (const [holder, its] of [
      [lease, run],
      [other, kept]
    ] as const) {
      await store.runs.insert(its)
      await putRejects(store, holder, [{ ...reject, runId: its.id }])
      await putLosses(
        store,
        holder,
        ['1', '2'].map(id => lossOf(holder, id))
      )
      await putSeen(store, holder, [seenOf('3'), seenOf('4', { setAside: 'has no name' })])
    }
    await installations.remove('acme', lease.installationId)
    t.equal(await installations.get('acme', lease.installationId), null)
    t.equal(await store.runs.get('acme', run.id), null)
    t.same((await store.rejects.list('acme', run.id, first)).items, [])
    t.same(await store.losses.of(lease.installationId, ['1', '2']), [])
    t.same(await store.seen.load(lease.installationId, ['3', '4']), [])
    t.same(await store.runs.get('acme', kept.id), kept)
    t.equal((await store.rejects.list('acme', kept.id, first)).items.length, 1)
    t.equal((await store.losses.of(other.installationId, ['1', '2'])).length, 2)
    t.equal((await store.seen.load(other.installationId, ['3', '4'])).length, 2)
    await installations.remove('acme', lease.installationId)
    t.equal(await store.runs.trySave(run), false, 'a run does not come back')
    t.equal(await store.runs.get('acme', run.id), null)
  })
}
