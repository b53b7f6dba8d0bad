import t from 'tap'
import { openDesk } from './installations/desk.ts'

t.test('validate answers account, checks and the connector’s own details, and keeps nothing', async t => {
  const { call, credentials, book } = await openDesk(t)
  const { status, body } = await call('POST', '/v1/integrations/tallybook/validate', { credentials })
  t.equal(status, 200)
  t.same(body, {
    valid: true,
    account: { id: 'a1', name: 'Account a1', origin: book.origin },
    tariff: 'gold',
    checks: [{ name: 'token', status: 'passed', message: 'Accepted' }],
    problems: [],
    remarks: []
  })
  t.same((await call('GET', '/v1/connections')).body.items, [])
})

t.test('refused credentials are a value with a fix and a pointer', async t => {
  const { call, credentials } = await openDesk(t)
  const wrong = { ...credentials, token: 'fake-wrong-token' }
  const { status, body } = await call('POST', '/v1/integrations/tallybook/validate', { credentials: wrong })
  t.equal(status, 200)
  t.equal(body.valid, false)
  t.match(body.checks, [{ status: 'failed', fix: /new token/ }])
  t.match(body.problems, [{ pointer: '/token' }])
})

t.test('a vendor that fails is a failed check, not an error of the host', async t => {
  const { call, credentials, book } = await openDesk(t)
  book.mood = 'failing'
  const { status, body } = await call('POST', '/v1/integrations/tallybook/validate', { credentials })
  t.equal(status, 200)
  t.equal(body.valid, false)
  t.match(body.checks, [{ name: 'vendor-answers', status: 'failed' }])
})

t.test('a vendor that never answers ends within ten seconds', async t => {
  const { call, credentials, book } = await openDesk(t)
  book.mood = 'silent'
  const began = performance.now()
  const { status, body } = await call('POST', '/v1/integrations/tallybook/validate', { credentials })
  t.ok(performance.now() - began < 10_000)
  t.equal(status, 200)
  t.match(body, { valid: false, checks: [{ status: 'failed' }] })
})

t.test('an address that may not be called is a problem of the field that names it', async t => {
  const { call, credentials } = await openDesk(t)
  for (const origin of ['https://127.0.0.1:1', 'https://elsewhere.example', 'http://10.0.0.1']) {
    const { status, body } = await call('POST', '/v1/integrations/tallybook/validate', {
      credentials: { ...credentials, origin }
    })
    t.equal(status, 200, origin)
    t.match(body, { valid: false, problems: [{ pointer: '/origin' }] }, origin)
  }
})

t.test('a body that is not the form is refused at the field at fault', async t => {
  const { call, credentials, book } = await openDesk(t)
  const cases: [object, string][] = [
    [{ credentials: { origin: credentials.origin } }, '/credentials/token'],
    [{ credentials: { ...credentials, token: '' } }, '/credentials/token'],
    [{ credentials: { ...credentials, token: '  ' } }, '/credentials/token'],
    [{ credentials: { ...credentials, token: 7 } }, '/credentials/token'],
    [{ credentials: { ...credentials, extra: 'x' } }, '/credentials/extra'],
    [{ credentials, settings: { kinds: [] } }, '/settings/kinds'],
    [{ credentials, settings: { kind: ['small'] } }, '/settings/kind'],
    [{ credentials, more: 1 }, '/more'],
    [{}, '/credentials']
  ]
  for (const [body, pointer] of cases) {
    const answer = await call('POST', '/v1/integrations/tallybook/validate', body)
    t.equal(answer.status, 400, pointer)
    t.match(answer.body, { code: 'HOST_ERR_BAD_REQUEST', problems: [{ pointer }] }, pointer)
  }
  t.equal(book.requests, 0)
})

t.test('preview says what an install would bring, over typed and over saved credentials', async t => {
  const { call, credentials, book, install } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  book.customers.set(2, { id: 2, name: 'Bob', active: false })
  const order = { credentials, syncType: 'people' }
  const typed = await call('POST', '/v1/integrations/tallybook/preview', order)
  t.equal(typed.status, 200)
  t.same(typed.body, {
    counts: { matched: 1, leftOut: [{ rule: 'active', count: 1 }] },
    samples: { matched: ['Ada'], leftOut: [{ name: 'Bob', rule: 'active' }] },
    choices: { kinds: ['all', 'small'] },
    expectedRequests: 1,
    partial: false
  })
  const { connectionId } = await install('people')
  const saved = await call('POST', '/v1/integrations/tallybook/preview', { connectionId, syncType: 'people' })
  t.same(saved.body, typed.body)

  const url = '/v1/integrations/tallybook/preview'
  t.equal((await call('POST', url, { connectionId, syncType: 'people' }, 'other')).status, 404)
  const either = { status: 400, body: { problems: [{ pointer: '/credentials' }, { pointer: '/connectionId' }] } }
  t.match(await call('POST', url, { ...order, connectionId }), either)
  t.match(await call('POST', url, { syncType: 'people' }), either)
  t.match((await call('POST', url, { ...order, syncType: 'cats' })).body, { problems: [{ pointer: '/syncType' }] })
  const refused = await call('POST', url, { ...order, credentials: { ...credentials, token: 'fake-wrong-token' } })
  t.match(refused, { status: 422, body: { code: 'HOST_ERR_CREDENTIALS_INVALID' } })
  book.mood = 'failing'
  t.match(await call('POST', url, order), { status: 502, body: { code: 'HOST_ERR_VENDOR_UNAVAILABLE' } })
})
