import t from 'tap'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { buildTestHost } from '../../build-test-host.ts'
import { at, leased, noCounts, runOf } from '../../conformance/storage/fixtures.ts'

t.test('a receipt tells what it took, what is held, what to note, and each difference with its rule', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  const lease = await leased(store)
  const run = runOf(lease, {
    mode: 'compare',
    status: 'succeeded',
    endedAt: at(5),
    counts: { ...noCounts, read: 10, unchanged: 7, leftOut: 2, setAside: 1, held: 3 },
    leftOutBy: { status: 2 },
    took: { emails: 4, clients: 1 },
    oldestLookSeconds: 5400,
    notes: ['Taken as it came: contacts: 17 of 18.'],
    reconciliation: {
      source: 10,
      store: 7,
      differences: [
        { reason: 'left out by rule "status"', rule: 'status', count: 2 },
        { reason: 'set aside, see the rejects of this run', rule: null, count: 1 }
      ]
    }
  })
  const postponed = runOf(lease, {
    status: 'postponed',
    endedAt: at(6),
    error: { code: 'HOST_ERR_SOURCE_POSTPONED', detail: 'The account’s calls of this hour are used up.' }
  })
  await store.runs.insert(run)
  await store.runs.insert(postponed)
  const { call } = await buildTestHost(t, { store })
  const { tenant: _, token: __, ...told } = run
  const receipt = { ...told, runs: 1, undone: null }
  t.same((await call('acme', 'GET', `/v1/runs/${run.id}`)).body, receipt)
  const { items } = (await call('acme', 'GET', `/v1/installations/${lease.installationId}/runs`)).body
  t.match(items, [{ id: postponed.id, status: 'postponed', took: {}, notes: [], oldestLookSeconds: null }, receipt])
})
