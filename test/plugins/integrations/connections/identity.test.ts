import t, { type Test } from 'tap'
import type { Store } from '../../../../plugins/storage/port.ts'
import { type Desk, openDesk } from '../installations/desk.ts'

const url = '/v1/integrations/tallybook/install'
const second = 'fake-token-for-tests-2'

/** An account of 30 customers, synced. */
async function openSynced(t: Test): Promise<Desk & { connectionId: string; id: string }> {
  const desk = await openDesk(t)
  for (let id = 1; id <= 30; id++) desk.book.customers.set(id, { id, name: `Customer ${id}`, plan: 'Gold' })
  const { connectionId, ids } = await desk.install('people')
  await desk.ran(ids[0]!)
  return { ...desk, connectionId, id: ids[0]! }
}

/** The vendor's server moves: everything is at the other address. */
function move({ book, other }: Desk): void {
  for (const [id, customer] of book.customers) other.customers.set(id, customer)
}

const clientIds = async ({ call }: Desk) =>
  (await call('GET', '/v1/clients?limit=100')).body.items.map(({ id }: { id: string }) => id).toSorted()

const keyOf = async (store: Store, id: string) => (await store.connections.get('acme', id))!.accountKey

t.test('field report C4: an account that moved to another address is recognised and keeps all ids', async t => {
  const desk = await openSynced(t)
  const { call, other, credentials, connectionId, id, ran, host } = desk
  const before = await clientIds(desk)
  const { lastRun } = (await call('GET', `/v1/installations/${id}`)).body
  move(desk)
  const moved = await call('PATCH', `/v1/connections/${connectionId}`, {
    credentials: { ...credentials, origin: other.origin }
  })
  t.match(moved, { status: 200, body: { id: connectionId, display: { origin: other.origin } } })
  t.equal(await keyOf(host.store, connectionId), `${other.origin}/a1`)
  other.customers.set(31, { id: 31, name: 'New' })
  await call('POST', `/v1/installations/${id}/sync`)
  await ran(id, lastRun.id)
  const after = await clientIds(desk)
  t.equal(after.length, 31)
  t.same(
    before.filter((one: string) => !after.includes(one)),
    [],
    'nobody is there a second time'
  )
})

t.test('field report C4: installed anew at the other address, it answers with the connection that exists', async t => {
  const desk = await openSynced(t)
  const { call, other, credentials, connectionId, id } = desk
  move(desk)
  const order = { credentials: { ...credentials, origin: other.origin }, syncTypes: ['people', 'plans'] }
  const answer = await call('POST', url, order)
  t.match(answer, {
    status: 409,
    body: {
      code: 'HOST_ERR_ACCOUNT_CONNECTED',
      connectionId,
      installations: [{ id, syncType: 'people', status: 'running' }]
    }
  })
  t.equal((await call('GET', '/v1/connections')).body.items.length, 1)
})

t.test('a few records that were renamed or deleted since do not hide the account', async t => {
  const desk = await openSynced(t)
  const { call, other, credentials, connectionId } = desk
  move(desk)
  other.customers.set(1, { id: 1, name: 'Renamed since' })
  other.customers.delete(2)
  other.customers.set(3, { id: 3, name: '' })
  const moved = await call('PATCH', `/v1/connections/${connectionId}`, {
    credentials: { ...credentials, origin: other.origin }
  })
  t.equal(moved.status, 200)
})

t.test('however large the clients are, as many of them are looked at', async t => {
  const desk = await openSynced(t)
  const { call, other, credentials, connectionId, host } = desk
  const { clients } = host.store
  const list = clients.list.bind(clients)
  const early: typeof list = (tenant, filter, page) => list(tenant, filter, { ...page, limit: Math.min(page.limit, 3) })
  // As if they were so large that a page ends after three.
  Object.assign(clients, { list: early })
  move(desk)
  const { items } = await list('acme', { connectionId, order: 'id' }, { limit: 5, cursor: null })
  for (const { externalId } of items) other.customers.delete(Number(externalId))
  const moved = await call('PATCH', `/v1/connections/${connectionId}`, {
    credentials: { ...credentials, origin: other.origin }
  })
  t.equal(moved.status, 200, '15 of 20 are there, none of the first three')
})

t.test('another account that has the same id and other records is another account', async t => {
  const desk = await openSynced(t)
  const { call, other, credentials, connectionId } = desk
  for (let id = 1; id <= 30; id++) other.customers.set(id, { id, name: `Somebody ${id}` })
  const elsewhere = { ...credentials, origin: other.origin }
  const patched = await call('PATCH', `/v1/connections/${connectionId}`, { credentials: elsewhere })
  t.match(patched, { status: 422, body: { problems: [{ pointer: '/origin', message: /another account/ }] } })
  const { status, body } = await call('POST', url, { credentials: elsewhere, syncTypes: ['people'] })
  t.equal(status, 201)
  t.not(body.connectionId, connectionId)
})

t.test('records that cannot be compared now leave everything as it is', async t => {
  const desk = await openSynced(t)
  const { call, other, credentials, connectionId } = desk
  move(desk)
  other.listFails = true
  const elsewhere = { ...credentials, origin: other.origin }
  t.equal((await call('PATCH', `/v1/connections/${connectionId}`, { credentials: elsewhere })).status, 502)
  t.equal((await call('POST', url, { credentials: elsewhere, syncTypes: ['people'] })).status, 502)
  t.equal((await call('GET', '/v1/connections')).body.items.length, 1)
})

t.test('two users of one account are one account', async t => {
  const { call, book, credentials, connectionId, id } = await openSynced(t)
  book.tokens.set(second, 'a1')
  const order = { credentials: { ...credentials, token: second }, syncTypes: ['people'] }
  t.match(await call('POST', url, order), {
    status: 409,
    body: { code: 'HOST_ERR_ALREADY_INSTALLED', connectionId, installations: [{ id, syncType: 'people' }] }
  })
  t.match(await call('POST', url, { ...order, syncTypes: ['plans'] }), { status: 201, body: { connectionId } })
})

t.test('a connection of a version that did not know the origin is recognised, and its key renewed', async t => {
  const { call, credentials, host, connectionId, id } = await openSynced(t)
  const age = async () => {
    const { rev } = (await host.store.connections.get('acme', connectionId))!
    t.ok(await host.store.connections.tryUpdate('acme', connectionId, rev, { accountKey: 'tallybook.example/a1' }))
  }
  const renewed = `${credentials.origin}/a1`
  await age()
  t.match(await call('POST', url, { credentials, syncTypes: ['people'] }), { status: 409, body: { connectionId } })
  t.match(await call('POST', url, { credentials, syncTypes: ['plans'] }), { status: 201, body: { connectionId } })
  t.equal(await keyOf(host.store, connectionId), renewed, 'by an install')
  await age()
  t.equal((await call('PATCH', `/v1/connections/${connectionId}`, { credentials: { note: 'x' } })).status, 200)
  t.equal(await keyOf(host.store, connectionId), renewed, 'by new credentials')
  await age()
  t.equal((await call('POST', `/v1/connections/${connectionId}/check`)).status, 200)
  t.equal(await keyOf(host.store, connectionId), renewed, 'by a check')
  t.equal((await call('GET', `/v1/installations/${id}`)).body.connectionId, connectionId)
})

t.test('a former key that nothing was synced over is renewed too', async t => {
  const { call, credentials, host, install } = await openDesk(t)
  const { connectionId } = await install('people')
  const { rev } = (await host.store.connections.get('acme', connectionId))!
  await host.store.connections.tryUpdate('acme', connectionId, rev, { accountKey: 'tallybook.example/a1' })
  t.match(await call('POST', url, { credentials, syncTypes: ['plans'] }), { status: 201, body: { connectionId } })
})
