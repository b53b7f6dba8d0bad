import t from 'tap'
import { CredentialsRejected } from '../../../plugins/connector/failures.ts'
import { requireSendable } from '../../../plugins/outbound/sendable.ts'
import { buildTestHost } from '../../build-test-host.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'
import { startAcmeDesk } from '../../connectors/acme-desk/server.ts'

const url = 'https://api.vendor.example/'

t.test('what a header cannot carry is refused by the header’s name, never its value', async t => {
  for (const value of ['fake-日本-key', 'fake\r\nx: y', 'fake\u0000key', 'fake\ud800']) {
    const error = t.throws(() => requireSendable({ url, headers: { 'x-api-token': value } }), CredentialsRejected)
    t.notMatch(String(error), /fake/)
    t.match(String(error), /"x-api-token"/)
  }
  for (const value of ['', 'Basic ZmFrZQ==', 'fäke', 'a b\tc'])
    t.doesNotThrow(() => requireSendable({ url, headers: { 'x-api-token': value } }))
})

t.test('whoever types such a key is told so', async t => {
  const desk = await startAcmeDesk(new Map())
  t.teardown(desk.close)
  const { call, log } = await buildTestHost(t, { connectors: [acmeDesk], env: { OUTBOUND_ALLOW: desk.url } })
  const { status, body } = await call('one', 'POST', '/v1/integrations/acme-desk/validate', {
    credentials: { token: 'fake-日本-key', region: desk.url }
  })
  t.equal(status, 200)
  t.equal(body.valid, false)
  t.match(JSON.stringify(body), /cannot be sent/)
  t.notMatch(log(), /"level":50/)
  t.equal(desk.requests.length, 0)
})
