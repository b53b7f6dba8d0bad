import t, { type Test } from 'tap'
import type { Permission } from '../../../plugins/http/auth.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { buildTestHost } from '../../build-test-host.ts'
import { installationOf, put, recordOf, runOf, write } from '../../conformance/storage/fixtures.ts'
import { renaming } from '../../conformance/storage/history-fixtures.ts'

const all: readonly Permission[] = ['integrations:read', 'integrations:update', 'clients:read', 'audit:read']

/** A run that has renamed three clients. */
async function scene(t: Test) {
  const store = await openSqliteStore({ url: ':memory:' })
  const installation = installationOf()
  await store.installations.tryInsert(installation)
  const stopped = await store.installations.tryUpdate('acme', installation.id, 1, { wanted: 'stopped', dueInMs: null })
  const claim = await store.leases.tryClaim('fixture', 'acme', installation.id, 60_000)
  const { lease } = claim!
  const ids = ['1', '2', '3']
  await put(
    store,
    lease,
    ids.map(id => recordOf(lease, id))
  )
  const at = new Date().toISOString()
  const run = runOf(lease, { status: 'succeeded', startedAt: at, endedAt: at })
  await store.runs.insert(run)
  for (const record of await store.clients.load(lease.connectionId, ids))
    await write(store, lease, [renaming(lease, record, `Renamed ${record.externalId}`, { runId: run.id })])
  await store.leases.giveBack(claim!)
  const { host, as, call } = await buildTestHost(t, { store })
  const client = recordOf(lease, '1').id
  const ask = async (method: 'GET' | 'POST', url: string, may = all) => {
    const response = await host.inject({ method, url, headers: await as('acme', may) })
    return { status: response.statusCode, body: response.json() }
  }
  return { store, call, ask, run, client, stopped }
}

t.test('history tells of a client what each run has changed, page by page, to those who may read clients', async t => {
  const { call, ask, run, client } = await scene(t)
  const { status, body } = await ask('GET', `/v1/clients/${client}/history`)
  t.equal(status, 200)
  t.match(body, {
    items: [
      { runId: run.id, by: null, changes: [{ field: 'name', agreement: null, before: 'Client 1', after: 'Renamed 1' }] }
    ],
    nextCursor: null
  })
  await ask('POST', `/v1/runs/${run.id}/undo`)
  const first = (await ask('GET', `/v1/clients/${client}/history?limit=1`)).body
  t.match(first.items, [{ runId: run.id, by: String, changes: [{ before: 'Renamed 1', after: 'Client 1' }] }])
  const second = (await ask('GET', `/v1/clients/${client}/history?limit=1&cursor=${first.nextCursor}`)).body
  t.match(second, { items: [{ by: null }], nextCursor: null })
  t.match(await call('globex', 'GET', `/v1/clients/${client}/history`), { status: 404 })
  t.match(await ask('GET', `/v1/clients/${client}/history`, ['integrations:read']), { status: 403 })
  t.match(await ask('GET', `/v1/clients/${client}/history?cursor=x`), {
    status: 400,
    body: { code: 'HOST_ERR_BAD_CURSOR' }
  })
})

t.test(
  'a run is undone by whoever may change integrations and read clients; receipt, client and trail tell it',
  async t => {
    const { store, call, ask, run, client, stopped } = await scene(t)
    const url = `/v1/runs/${run.id}/undo`
    t.match(await call('globex', 'POST', url), { status: 404, body: { code: 'HOST_ERR_NOT_FOUND' } })
    for (const lacking of ['integrations:update', 'clients:read'])
      t.match(
        await ask(
          'POST',
          url,
          all.filter(permission => permission !== lacking)
        ),
        { status: 403 },
        lacking
      )
    t.equal((await ask('GET', `/v1/clients/${client}`)).body.name, 'Renamed 1')

    const { status, body } = await ask('POST', url)
    t.match(
      { status, body },
      { status: 200, body: { id: run.id, undone: { by: String, putBack: 3, left: {}, endedAt: String } } }
    )
    t.same((await ask('GET', `/v1/runs/${run.id}`)).body, body)
    t.match((await ask('GET', `/v1/clients/${client}`)).body, {
      name: 'Client 1',
      undone: [{ runId: run.id, by: body.undone.by }]
    })
    t.match(await store.installations.get('acme', run.installationId), {
      wanted: 'stopped',
      leaseOwner: null,
      rev: stopped!.rev
    })
    t.same((await ask('POST', url)).body, body, 'again')
    const { items } = (await ask('GET', '/v1/activity?action=run.undo')).body
    t.match(items.at(-1), { action: 'run.undo', outcome: 'refused' })
    t.match(items[0], { action: 'run.undo', target: { id: run.id }, outcome: 'done', details: { putBack: 3 } })
  }
)

t.test('what cannot be undone is refused with its code', async t => {
  const { store, ask, run } = await scene(t)
  const url = `/v1/runs/${run.id}/undo`
  t.match(await ask('POST', '/v1/runs/run_none/undo'), { status: 404 })
  const claim = await store.leases.tryClaim('a run', 'acme', run.installationId, 60_000)
  t.match(await ask('POST', url), { status: 409, body: { code: 'HOST_ERR_RUN_UNDER_WAY' } })
  await store.leases.giveBack(claim!)
  const other = runOf({ ...claim!.lease }, { status: 'succeeded', startedAt: run.startedAt, endedAt: run.startedAt })
  await store.runs.insert(other)
  t.match(await ask('POST', `/v1/runs/${other.id}/undo`), { status: 409, body: { code: 'HOST_ERR_NOTHING_TO_UNDO' } })
  await store.runs.trySave({ ...run, startedAt: '2020-01-01T00:00:00.000Z', token: claim!.lease.token })
  t.match(await ask('POST', url), { status: 409, body: { code: 'HOST_ERR_UNDO_TOO_LATE' } })
})
