import t from 'tap'
import { presentInstallation } from '../../../../plugins/integrations/installations/present.ts'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { at, leased, noCounts, runOf } from '../../../conformance/storage/fixtures.ts'

t.test('a run whose receipt has ended is the current one until it is the last one', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const lease = await leased(store)
  const run = { ...runOf(lease), status: 'succeeded' as const }
  await store.runs.insert(run)
  await store.leases.commit(lease, { currentRunId: run.id })
  const seen = async () =>
    presentInstallation(
      { store, connectors: new Map() },
      (await store.installations.get(lease.tenant, lease.installationId))!
    )
  t.match(await seen(), { currentRun: { id: run.id }, lastRun: null })
  await store.leases.tryRelease(lease, { dueInMs: 60_000, failures: 0, lastRunId: run.id, currentRunId: null })
  t.match(await seen(), { currentRun: null, lastRun: { id: run.id } })
})

t.test('a run that was closed from outside is no current one', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const lease = await leased(store)
  const run = runOf(lease)
  await store.runs.insert(run)
  await store.leases.commit(lease, { currentRunId: run.id })
  const { rev } = (await store.installations.get(lease.tenant, lease.installationId))!
  await store.installations.tryUpdate(lease.tenant, lease.installationId, rev, { wanted: 'stopped', fence: true })
  await store.runs.trySave({ ...run, status: 'interrupted', token: lease.token + 1 })
  const installation = (await store.installations.get(lease.tenant, lease.installationId))!
  t.match(await presentInstallation({ store, connectors: new Map() }, installation), { currentRun: null })
})

t.test('an installation tells where its polls and passes stand, and what is odd about them', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const lease = await leased(store)
  const { tenant, installationId } = lease
  const seen = async () =>
    presentInstallation({ store, connectors: new Map() }, (await store.installations.get(tenant, installationId))!)
  t.match(await seen(), { poll: null, pass: null, lastPass: null, hold: null, misfits: null, resettled: null })
  const misfits = { count: 3, detail: 'contacts: 17 of 18', since: at() }
  const lastPass = { runId: 'run_1', startedAt: at(1) }
  await store.leases.commit(lease, {
    poll: { mark: at(2), memo: { after: 7 }, deepAt: null, alwaysDeep: true },
    pass: {
      ...{ id: 'pass_1', mode: 'compare', startedAt: at(3), startToken: 1, stage: 'reading', position: { after: 7 } },
      ...{ lists: { before: {}, seen: {} }, expected: 90, counts: { ...noCounts, read: 40 }, leftOutBy: {} },
      source: { count: 90, requests: 1, throttled: 0, bytes: 2 }
    },
    ...{ misfits, lastPass, compareDueInMs: 60_000 }
  })
  const { rev } = (await store.installations.get(tenant, installationId))!
  await store.installations.tryUpdate(tenant, installationId, rev, { resettled: 'types changed from A to B' })
  const view = await seen()
  t.same(view.poll, { mark: at(2), deepAt: null, alwaysDeep: true }, 'what a poll hands on is not for people')
  t.same(view.pass, { mode: 'compare', startedAt: at(3), read: 40, expected: 90 })
  t.same([view.misfits, view.lastPass, view.resettled], [misfits, lastPass, 'types changed from A to B'])
  t.ok(Date.parse(view.nextCompareAt!) > Date.now() + 30_000)
  const stopped = (await store.installations.get(tenant, installationId))!
  await store.installations.tryUpdate(tenant, installationId, stopped.rev, { wanted: 'stopped' })
  t.match(await seen(), { nextRunAt: null, nextCompareAt: null })
})
