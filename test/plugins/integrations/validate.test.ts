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
  t.ok(performance.now() - began < 15_000, 'which a busy machine may not notice at once')
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
