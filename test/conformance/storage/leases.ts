import type { Test } from 'tap'
import type { Hold, Pass, PollState } from '../../../plugins/storage/port.ts'
import { at, fence, leased, noCounts, type Open } from './fixtures.ts'

const pass: Pass = {
  id: 'pass_1',
  mode: 'full',
  startedAt: at(),
  startToken: 1,
  stage: 'reading',
  position: { lastId: 7 },
  lists: { before: { companies: 9 }, seen: { companies: 7 } },
  expected: 9,
  counts: { ...noCounts, read: 7, created: 7 },
  source: { count: null, requests: 1, throttled: 0, bytes: 1000 },
  leftOutBy: { 'type.is-customer': 2 }
}
const poll: PollState = { mark: at(), memo: { 'a.b': '$x' }, deepAt: at(1), alwaysDeep: true }
const hold: Hold = { revision: 1, since: at(), kinds: { clients: { held: 9, of: 10 } }, clients: 9, decision: null }
const decision = { verdict: 'reject', revision: 1, kinds: ['clients'], by: 'someone', at: at(3) } as const

export async function leaseCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { installations, leases } = store
  const get = (lease: { tenant: string; installationId: string }) =>
    installations.get(lease.tenant, lease.installationId)

  await t.test('a commit keeps the pass and the run under way, and leaves the rest', async t => {
    const lease = await leased(store)
    const before = await get(lease)
    await leases.commit(lease, { pass, currentRunId: 'run_1' })
    t.same(await get(lease), { ...before, pass, currentRunId: 'run_1' })
    await leases.commit(lease, { pass: null })
    t.same(await get(lease), { ...before, pass: null, currentRunId: 'run_1' })
  })

  await t.test('a commit takes the request that began, and no other', async t => {
    const lease = await leased(store)
    const requested = { runId: 'run_2', mode: 'sync' } as const
    await installations.tryUpdate('acme', lease.installationId, 1, { requested })
    await leases.commit(lease, { takeRequest: 'run_1' })
    t.same((await get(lease))?.requested, requested)
    await leases.commit(lease, { takeRequest: 'run_2', currentRunId: 'run_2' })
    t.match(await get(lease), { requested: null, currentRunId: 'run_2' })
    await leases.commit(lease, { takeRequest: 'run_2' })
  })

  await t.test('a commit keeps all that a run finds out', async t => {
    const lease = await leased(store)
    await installations.tryUpdate('acme', lease.installationId, 1, { resettled: 'other types' })
    const before = (await get(lease))!
    const progress = {
      ...{ poll, pass, hold, passFailures: 2, resettled: null, resolved: { 'types:$x': '1' } },
      lastPass: { runId: 'run_1', startedAt: at() },
      misfits: { count: 2, detail: 'contacts: 3 of 9', since: at() },
      taken: [{ hour: 494_000, kinds: { emails: 3 }, sums: { 'USD/Monthly': '12.50' } }]
    }
    await leases.commit(lease, { ...progress, compareDueInMs: 60_000 })
    const after = (await get(lease))!
    t.same(after, { ...before, ...progress, compareDueAt: after.compareDueAt })
    t.ok(after.compareDueAt >= before.dueAt! + 60_000 && after.compareDueAt < before.dueAt! + 90_000)
    await leases.commit(lease, {})
    t.same(await get(lease), after)
  })

  await t.test(
    'what a run says of the hold leaves a decision that a person made meanwhile, until it is taken',
    async t => {
      const lease = await leased(store)
      const { installationId: id } = lease
      await leases.commit(lease, { hold })
      await installations.tryUpdate('acme', id, 1, { hold: { ...hold, decision } })
      const fewer = { ...hold, revision: 2, clients: 4 }
      await leases.commit(lease, { hold: fewer })
      t.same((await get(lease))?.hold, { ...fewer, decision })
      await leases.commit(lease, { hold: fewer, takeDecision: at(99) })
      t.same((await get(lease))?.hold, { ...fewer, decision }, 'another decision is not taken')
      await leases.commit(lease, { takeDecision: decision.at })
      t.same((await get(lease))?.hold, fewer)
      await installations.tryUpdate('acme', id, 2, { hold: { ...fewer, decision } })
      await leases.commit(lease, { hold: { ...fewer, revision: 3 }, takeDecision: decision.at })
      t.same((await get(lease))?.hold, { ...fewer, revision: 3 })
      await leases.commit(lease, { hold: null })
      await leases.commit(lease, { takeDecision: decision.at })
      t.equal((await get(lease))?.hold, null)
    }
  )

  await t.test('a decision that waits makes a released installation due at once', async t => {
    const lease = await leased(store)
    await leases.commit(lease, { hold })
    await installations.tryUpdate('acme', lease.installationId, 1, { hold: { ...hold, decision } })
    await leases.tryRelease(lease, { dueInMs: 60_000, failures: 0 })
    const [claim] = await leases.claimDue('next', 10, 60_000)
    t.match(claim, { lease: { installationId: lease.installationId }, installation: { hold: { decision } } })
    await leases.tryRelease(claim!.lease, { dueInMs: 60_000, failures: 0, takeDecision: decision.at })
    t.same(await leases.claimDue('next', 10, 60_000), [])
  })

  await t.test('what waits makes nothing due at once that is left to others', async t => {
    const lease = await leased(store)
    await leases.commit(lease, { hold })
    const requested = { runId: 'run_asked', mode: 'sync' as const }
    await installations.tryUpdate('acme', lease.installationId, 1, { hold: { ...hold, decision }, requested })
    await leases.tryRelease(lease, { dueInMs: 60_000, compareDueInMs: 60_000, failures: 0, isLeftToOthers: true })
    t.same(await leases.claimDue('next', 10, 60_000), [])
    t.match(await get(lease), { requested, hold: { decision }, leaseOwner: null }, 'it goes on waiting')
    const { rev } = (await get(lease))!
    await installations.tryUpdate('acme', lease.installationId, rev, { dueInMs: 0 })
    const [claim] = await leases.claimDue('next', 10, 60_000)
    t.equal(claim?.lease.installationId, lease.installationId)
    await leases.tryRelease(claim!.lease, { dueInMs: null, failures: 0 })
  })

  await t.test('a release writes the outcome and frees the lease', async t => {
    const lease = await leased(store)
    await leases.commit(lease, { pass, currentRunId: 'run_1' })
    const before = (await get(lease))!
    const outcome = {
      poll,
      pass: null,
      lastPass: { runId: 'run_1', startedAt: at() },
      lastRunId: 'run_1',
      currentRunId: null,
      failures: 0
    }
    t.equal(await leases.tryRelease(lease, { ...outcome, dueInMs: 60_000, compareDueInMs: 90_000 }), true)
    const after = (await get(lease))!
    const { dueAt, compareDueAt } = after
    t.same(after, { ...before, ...outcome, leaseOwner: null, leaseUntil: null, dueAt, compareDueAt })
    t.ok(dueAt! >= before.dueAt! + 60_000 && dueAt! < before.dueAt! + 90_000)
    t.ok(compareDueAt >= before.dueAt! + 90_000 && compareDueAt < before.dueAt! + 120_000)
    t.equal(await leases.tryRenew(lease, 60_000), false, 'a released lease is not renewed')
  })

  await t.test('what an outcome does not name stays', async t => {
    const lease = await leased(store)
    await leases.commit(lease, { pass, currentRunId: 'run_1' })
    const before = (await get(lease))!
    await leases.tryRelease(lease, { dueInMs: null, failures: 2 })
    t.same(await get(lease), { ...before, leaseOwner: null, leaseUntil: null, dueAt: null, failures: 2 })
  })

  await t.test('an outcome can ask for attention', async t => {
    const lease = await leased(store)
    const attention = { code: 'HOST_ERR_PERMISSION_MISSING', detail: 'a right is missing', since: at() }
    await leases.tryRelease(lease, { dueInMs: null, attention, failures: 1 })
    t.match(await get(lease), { attention })
  })

  await t.test('a waiting request makes a released installation due at once', async t => {
    const lease = await leased(store)
    await installations.tryUpdate('acme', lease.installationId, 1, { requested: { runId: 'run_9', mode: 'compare' } })
    await leases.tryRelease(lease, { dueInMs: 60_000, failures: 0 })
    const [claim] = await leases.claimDue('next', 10, 60_000)
    t.match(claim, { takenOver: false, lease: { installationId: lease.installationId, token: lease.token + 1 } })
    t.same(claim?.installation.requested, { runId: 'run_9', mode: 'compare' })
  })

  await t.test('a waiting request does not schedule what shall not run', async t => {
    const lease = await leased(store)
    await installations.tryUpdate('acme', lease.installationId, 1, { requested: { runId: 'run_9', mode: 'sync' } })
    await leases.tryRelease(lease, { dueInMs: null, failures: 0 })
    t.equal((await get(lease))?.dueAt, null)
  })

  await t.test('a lease that was lost releases and renews nothing', async t => {
    const lease = await leased(store)
    const newest = await fence(store, lease)
    const before = await get(lease)
    t.equal(await leases.tryRelease(lease, { dueInMs: 1, lastRunId: 'stale', failures: 9 }), false)
    t.equal(await leases.tryRenew(lease, 60_000), false)
    t.same(await get(lease), before)
    t.equal(newest.token, before!.token)
  })

  await t.test('a lease of an installation that is gone releases and renews nothing', async t => {
    const lease = await leased(store)
    await installations.remove('acme', lease.installationId)
    t.equal(await leases.tryRelease(lease, { dueInMs: 1, failures: 0 }), false)
    t.equal(await leases.tryRenew(lease, 60_000), false)
    t.equal(await get(lease), null)
  })
}
