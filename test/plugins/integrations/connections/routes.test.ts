import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openDesk } from '../installations/desk.ts'
import { token } from '../installations/tallybook.ts'

const second = 'fake-token-for-tests-2'

t.test('a connection is listed with what may be shown, and its secret is nowhere', async t => {
  const { call, install, host, logged, ran } = await openDesk(t)
  const { connectionId, ids } = await install('people', 'plans')
  await ran(ids[0]!)
  const one = await call('GET', `/v1/connections/${connectionId}`)
  t.equal(one.status, 200)
  t.match(one.body, {
    id: connectionId,
    connector: 'tallybook',
    account: { id: 'a1', name: 'Account a1' },
    display: { origin: /^http:/ },
    createdAt: String,
    updatedAt: String
  })
  t.match(one.body, { trouble: null, workedAt: /Z$/, lastValidation: { checks: [{ name: 'token' }] } })
  t.same(one.body.installations.map(({ id }: { id: string }) => id).toSorted(), ids.toSorted())
  t.match(one.body.installations, [{ status: 'running' }, { status: 'running' }])
  const listed = await call('GET', '/v1/connections')
  t.same(listed.body, { items: [one.body], nextCursor: null })
  for (const text of [one.text, listed.text, logged()]) t.notOk(text.includes(token))
  const folder = host.config.dataDir
  for (const name of await readdir(folder))
    t.notOk((await readFile(join(folder, name), 'latin1')).includes(token), name)
})

t.test('new credentials are kept once the vendor accepts them, and what waited for them runs again', async t => {
  const { call, install, book, ran, until } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  const { connectionId, ids } = await install('people')
  const [id] = ids as [string]
  await ran(id)
  book.tokens.clear()
  await call('POST', `/v1/installations/${id}/sync`)
  const waiting = await until(
    `/v1/installations/${id}`,
    ({ status, currentRun }) => status === 'needs-attention' && !currentRun
  )
  t.match(waiting.statusReason, /refuses the token/)
  book.tokens.set(second, 'a1')
  const { status, body } = await call('PATCH', `/v1/connections/${connectionId}`, { credentials: { token: second } })
  t.equal(status, 200)
  t.equal(body.id, connectionId)
  const again = await until(`/v1/installations/${id}`, body => body.status === 'running' && !body.currentRun)
  t.match(again, { statusReason: null })
  t.match(await ran(id, waiting.lastRun.id), { lastRun: { status: 'succeeded' } })
})

t.test('credentials that the vendor refuses leave the old ones in place', async t => {
  const { call, install, ran, host } = await openDesk(t)
  const { connectionId, ids } = await install('people')
  await ran(ids[0]!)
  const before = await host.store.connections.get('acme', connectionId)
  const answer = await call('PATCH', `/v1/connections/${connectionId}`, { credentials: { token: 'fake-wrong-token' } })
  t.match(answer, { status: 422, body: { code: 'HOST_ERR_CREDENTIALS_INVALID', problems: [{ pointer: '/token' }] } })
  t.same(await host.store.connections.get('acme', connectionId), before)
})

t.test('the vendor being away leaves the old ones in place', async t => {
  const { call, install, book, host } = await openDesk(t)
  const { connectionId } = await install('people')
  const before = (await host.store.connections.get('acme', connectionId))!.sealed
  book.mood = 'failing'
  const answer = await call('PATCH', `/v1/connections/${connectionId}`, { credentials: { note: 'x' } })
  t.equal(answer.status, 422)
  t.same((await host.store.connections.get('acme', connectionId))!.sealed, before)
})

t.test('changing where secrets are sent needs every secret again, and sends nothing before', async t => {
  const { call, install, book, ran, credentials } = await openDesk(t)
  const { connectionId, ids } = await install('people')
  await ran(ids[0]!)
  const { requests } = book
  const origin = credentials.origin.replace('127.0.0.1', 'localhost')
  const answer = await call('PATCH', `/v1/connections/${connectionId}`, { credentials: { origin } })
  t.match(answer, {
    status: 400,
    body: { code: 'HOST_ERR_SECRET_REQUIRED', problems: [{ pointer: '/credentials/token' }] }
  })
  t.equal(book.requests, requests)
  const same = await call('PATCH', `/v1/connections/${connectionId}`, {
    credentials: { origin: credentials.origin, note: 'the same place' }
  })
  t.match(same, { status: 200, body: { display: { note: 'the same place' } } })
})

t.test('credentials of another account do not take over what this one has synced', async t => {
  const { call, install, book, ran } = await openDesk(t)
  const { connectionId, ids } = await install('people')
  await ran(ids[0]!)
  book.tokens.set('another-fake-token', 'b2')
  const answer = await call('PATCH', `/v1/connections/${connectionId}`, {
    credentials: { token: 'another-fake-token' }
  })
  t.match(answer, { status: 422, body: { problems: [{ pointer: '/token', message: /another account/ }] } })
  t.equal((await call('GET', `/v1/connections/${connectionId}`)).body.account.id, 'a1')
})

t.test('a change that is not the form is refused at the field at fault', async t => {
  const { call, install } = await openDesk(t)
  const { connectionId } = await install('people')
  const cases: [object, string][] = [
    [{ credentials: { token: 7 } }, '/credentials/token'],
    [{ credentials: { token: ' ' } }, '/credentials/token'],
    [{ credentials: { colour: 'red' } }, '/credentials/colour'],
    [{ credentials: {} }, '/credentials'],
    [{ tenant: 'other', credentials: { note: 'x' } }, '/tenant']
  ]
  for (const [body, pointer] of cases) {
    const answer = await call('PATCH', `/v1/connections/${connectionId}`, body)
    t.match(answer, { status: 400, body: { problems: [{ pointer }] } }, pointer)
  }
})
