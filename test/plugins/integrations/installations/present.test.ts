import t from 'tap'
import { presentInstallation } from '../../../../plugins/integrations/installations/present.ts'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { leased, runOf } from '../../../conformance/storage/fixtures.ts'

t.test('a run whose receipt has ended is the current one until it is the last one', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const lease = await leased(store)
  const run = { ...runOf(lease), status: 'succeeded' as const }
  await store.runs.insert(run)
  await store.leases.commit(lease, { currentRunId: run.id })
  const seen = async () =>
    presentInstallation({ store }, (await store.installations.get(lease.tenant, lease.installationId))!)
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
  t.match(await presentInstallation({ store }, installation), { currentRun: null })
})
