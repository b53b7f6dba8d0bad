import t, { type Test } from 'tap'
import type { Installation, Store } from '../../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { buildTestHost, type TestHost } from '../../../build-test-host.ts'
import { leased } from '../../../conformance/storage/fixtures.ts'
import { heldInstallation, hold } from './held.ts'

interface Scene extends TestHost {
  readonly store: Store
  readonly id: string
  /** `/v1/installations/{id}` */
  readonly url: string
  stored(): Promise<Installation>
}

async function scene(t: Test): Promise<Scene> {
  const store = await openSqliteStore({ url: ':memory:' })
  const { lease } = await heldInstallation(store)
  const host = await buildTestHost(t, { store })
  const id = lease.installationId
  const stored = async () => (await store.installations.get('acme', id))!
  return { ...host, store, id, url: `/v1/installations/${id}`, stored }
}

const { revision } = hold

t.test('what is held is listed with names, kinds, words and reasons, of one kind if wanted, in pages', async t => {
  const { call, url } = await scene(t)
  const { status, body } = await call('acme', 'GET', `${url}/losses`)
  t.equal(status, 200)
  const emails = {
    key: 'emails',
    kind: 'emails',
    was: 'info@example.com',
    to: null,
    reason: 'No longer listed',
    amount: null,
    leaves: null
  }
  const agreement = {
    key: 'agreement:7',
    kind: 'agreements',
    was: 'Gold',
    to: null,
    reason: 'Not listed any more: agreement 7',
    values: [],
    amount: { sum: 'USD/Monthly', value: '10.00' },
    leaves: null
  }
  const [one, two] = body.items
  t.match(one, { externalId: '1', name: 'Client 1', clientId: /^cli_/, since: /Z$/ })
  t.same(one.losses, [{ ...emails, values: ['info@example.com'] }, agreement])
  t.match(two, { externalId: '2', name: 'Client 2', losses: [{ ...emails, values: [] }] })
  t.same([body.items.length, body.nextCursor, body.revision], [2, null, revision], 'what is staged is not asked about')

  const ofKind = (await call('acme', 'GET', `${url}/losses?kind=agreements`)).body
  t.same(ofKind.items, [{ ...one, losses: [agreement] }])
  const page = (await call('acme', 'GET', `${url}/losses?kind=emails&limit=1`)).body
  t.same(page.items.length, 1)
  const next = await call(
    'acme',
    'GET',
    `${url}/losses?kind=emails&limit=1&cursor=${encodeURIComponent(page.nextCursor)}`
  )
  t.same(next.body, { items: [two], nextCursor: null, revision })

  t.match(await call('acme', 'GET', `${url}/losses?kind=names`), {
    status: 400,
    body: { code: 'HOST_ERR_BAD_REQUEST' }
  })
  t.match(await call('acme', 'GET', `${url}/losses?cursor=x`), { status: 400, body: { code: 'HOST_ERR_BAD_CURSOR' } })
  t.match(await call('other', 'GET', `${url}/losses`), { status: 404, body: { code: 'HOST_ERR_NOT_FOUND' } })
})

t.test('where nothing is held the list is empty and has no revision', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  const { installationId } = await leased(store)
  const { call } = await buildTestHost(t, { store })
  const { body } = await call('acme', 'GET', `/v1/installations/${installationId}/losses`)
  t.same(body, { items: [], nextCursor: null, revision: null })
})

t.test('an installation shows what is held, and that it waits for a person though everything goes on', async t => {
  const { call, url, store, stored } = await scene(t)
  const { body } = await call('acme', 'GET', url)
  t.match(body, {
    status: 'awaiting-approval',
    statusReason: /^2 e-mail lists and 1 agreement would be taken away; nothing was\./
  })
  t.same(body.hold, hold)
  t.match(await call('acme', 'POST', `${url}/sync`), { status: 202 })
  t.match(await call('acme', 'POST', `${url}/compare`), { status: 202 })
  t.match((await call('acme', 'GET', url)).body, { status: 'awaiting-approval' })
  t.match(await call('acme', 'POST', `${url}/stop`), { status: 200, body: { status: 'stopped', hold: { revision } } })
  t.match(await call('acme', 'POST', `${url}/start`), { body: { status: 'awaiting-approval' } })
  t.same((await stored()).hold, hold)
  t.equal((await store.losses.list((await stored()).id, { states: ['held'] }, null, 10)).length, 2)
})

for (const verdict of ['approve', 'reject'] as const) {
  t.test(`who ${verdict}s says so once, of the revision that was seen, and the next run is due at once`, async t => {
    const { call, url, store, stored } = await scene(t)
    const before = await stored()
    await store.installations.tryUpdate('acme', before.id, before.rev, { dueInMs: 3_600_000 })
    const { status, body, headers } = await call('acme', 'POST', `${url}/losses/${verdict}`, { revision })
    t.equal(status, 200)
    const decision = { verdict, revision, kinds: null, by: 'user-of-acme', at: /Z$/ }
    t.match(body, { status: 'running', statusReason: /the next run carries it out/, hold: { revision, decision } })
    const after = await stored()
    t.match(after.hold, { ...hold, decision })
    t.equal(headers.etag, `"${after.rev}"`)
    t.ok(after.dueAt! <= Date.now(), 'it is due')
    for (const again of ['approve', 'reject']) {
      t.match(await call('acme', 'POST', `${url}/losses/${again}`, { revision }), {
        status: 409,
        body: { code: 'HOST_ERR_DECISION_WAITS', detail: /by user-of-acme/, decision: { verdict } }
      })
    }
    t.same(await stored(), after)
  })
}

t.test(
  'a decision about some kinds leaves the others alone, and one about a kind that does not wait is refused',
  async t => {
    const { call, url, stored } = await scene(t)
    t.match(await call('acme', 'POST', `${url}/losses/reject`, { revision, kinds: ['agreements', 'phones'] }), {
      status: 400,
      body: { problems: [{ pointer: '/kinds/1', message: /nothing of phones waits, only of .*emails/ }] }
    })
    t.equal((await stored()).hold!.decision, null)
    t.match(await call('acme', 'POST', `${url}/losses/reject`, { revision, kinds: ['agreements'] }), {
      status: 200,
      body: { hold: { decision: { verdict: 'reject', kinds: ['agreements'] } } }
    })
  }
)

t.test('another revision than the one that waits decides nothing, and is told the one that does', async t => {
  const { call, url, store, stored } = await scene(t)
  const { id, rev, hold: former } = await stored()
  const refused = { status: 409, body: { code: 'HOST_ERR_LOSSES_CHANGED' } }
  for (const other of [revision - 1, revision + 1])
    t.match(await call('acme', 'POST', `${url}/losses/approve`, { revision: other }), {
      ...refused,
      body: { revision }
    })
  t.same((await stored()).hold, former)
  await store.installations.tryUpdate('acme', id, rev, { hold: null })
  const none = await call('acme', 'POST', `${url}/losses/approve`, { revision })
  t.match(none, refused)
  t.equal(none.body.revision, null)
  t.match(none.body.detail, /nothing waits any more/)
})

t.test('of many who decide at once one has said it', async t => {
  const { call, url, stored } = await scene(t)
  const verdicts = ['approve', 'reject', 'approve', 'reject', 'reject', 'approve']
  const answers = await Promise.all(verdicts.map(one => call('acme', 'POST', `${url}/losses/${one}`, { revision })))
  const won = answers.filter(({ status }) => status === 200)
  t.equal(won.length, 1)
  t.same(
    answers.filter(({ status }) => status !== 200).map(({ body }) => body.code),
    Array(verdicts.length - 1).fill('HOST_ERR_DECISION_WAITS')
  )
  t.equal((await stored()).hold!.decision!.verdict, verdicts[answers.indexOf(won[0]!)])
})

t.test(
  'where no run is to come by itself a decision waits and wakes nothing; where none can come it is refused',
  async t => {
    const { call, url, store, id, stored } = await scene(t)
    await call('acme', 'POST', `${url}/uninstall`)
    t.match(await call('acme', 'POST', `${url}/losses/approve`, { revision }), {
      status: 409,
      body: { code: 'HOST_ERR_TRANSITION', allowed: ['reinstall'], detail: /uninstalled/ }
    })
    t.equal((await stored()).hold!.decision, null)
    const { rev } = await stored()
    await store.installations.tryUpdate('acme', id, rev, { wanted: 'stopped' })
    t.match(await call('acme', 'POST', `${url}/losses/approve`, { revision }), {
      status: 200,
      body: { status: 'stopped' }
    })
    t.equal((await stored()).dueAt, null)
  }
)

t.test('an installation that waits for a person otherwise is not woken by a decision', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  const { lease } = await heldInstallation(store)
  const attention = { code: 'HOST_ERR_PERMISSION_MISSING', detail: 'Tick the right.', since: hold.since }
  await store.leases.tryRelease(lease, { dueInMs: null, failures: 1, attention })
  const { call } = await buildTestHost(t, { store })
  const url = `/v1/installations/${lease.installationId}/losses/approve`
  t.match(await call('acme', 'POST', url, { revision }), { status: 200, body: { status: 'needs-attention' } })
  t.match(await store.installations.get('acme', lease.installationId), { dueAt: null, hold: { decision: {} } })
})

t.test('a decision’s body and If-Match are checked, and nothing is done for who does not pass', async t => {
  const { call, url, host, as, stored } = await scene(t)
  for (const body of [
    {},
    { revision: 0 },
    { revision: '1' },
    { revision, kinds: [] },
    { revision, kinds: ['names'] },
    { revision, kinds: ['emails', 'emails'] },
    { revision, all: true }
  ])
    t.match(await call('acme', 'POST', `${url}/losses/approve`, body), { status: 400 }, JSON.stringify(body))
  t.match(await call('other', 'POST', `${url}/losses/approve`, { revision }), { status: 404 })
  const headers = { ...(await as('acme')), 'if-match': `"${(await stored()).rev - 1}"` }
  const late = await host.inject({ method: 'POST', url: `${url}/losses/approve`, headers, payload: { revision } })
  t.equal(late.statusCode, 412)
  t.equal((await stored()).hold!.decision, null)
})

t.test('a decision and who made it stand in the trail, refused ones too', async t => {
  const { call, url, id } = await scene(t)
  await call('acme', 'POST', `${url}/losses/approve`, { revision: revision - 1 })
  await call('acme', 'POST', `${url}/losses/reject`, { revision, kinds: ['emails', 'agreements'] })
  const { items } = (await call('acme', 'GET', '/v1/activity')).body
  const target = { kind: 'installation', id }
  t.match(items, [
    {
      ...{ action: 'installation.reject', actor: 'user-of-acme', target, outcome: 'done' },
      details: { revision, kinds: 'emails agreements' }
    },
    {
      ...{ action: 'installation.approve', target, outcome: 'refused', code: 'HOST_ERR_LOSSES_CHANGED' },
      details: { revision: revision - 1, kinds: 'all' }
    }
  ])
})
