import t from 'tap'
import type { HttpRequest } from '../../../plugins/connector/contract.ts'
import { createLiveSecrets } from '../../../plugins/log/live-secrets.ts'
import { registerSent } from '../../../plugins/outbound/sent-secrets.ts'

const url = 'https://api.vendor.example/records'
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

const quiet = { vendorDate: undefined, vendorDateTakenAt: undefined }

t.test('what is sent is known to the log filter, in the parts it is made of, until the call is over', async t => {
  const secrets = createLiveSecrets()
  const sent: HttpRequest[] = []
  const client = {
    ...quiet,
    request: async (request: HttpRequest) => {
      sent.push(request)
      // At the latest when it goes out.
      t.equal(secrets.scrub('fake-public-key-1'), '[secret]')
      return { status: 200, headers: {}, body: null, bytes: 0 }
    }
  }
  const http = registerSent(client, secrets)
  const headers = {
    authorization: basic('company_c+fake-public-key-1:fake-private-key'),
    clientId: 'fake-client-id-0001',
    accept: 'application/json',
    'Pagination-Type': 'forward-only'
  }
  await http.request({ url, headers })
  await http.request({ url, headers })
  t.equal(sent.length, 2)

  for (const secret of [
    'fake-public-key-1',
    'fake-private-key',
    'fake-client-id-0001',
    headers.authorization,
    headers.authorization.slice(6),
    'company_c+fake-public-key-1:fake-private-key'
  ])
    t.match(secrets.scrub(`before ${secret} behind`), /^before (Basic )?\[secret\] behind$/, secret)
  t.equal(secrets.scrub('company_c application/json forward-only'), 'company_c application/json forward-only')

  http.release()
  http.release()
  t.equal(secrets.scrub('fake-private-key'), 'fake-private-key')
})

t.test('a bearer token and a header of the vendor’s own are known too', async t => {
  const secrets = createLiveSecrets()
  const http = registerSent(
    { ...quiet, request: async () => ({ status: 200, headers: {}, body: null, bytes: 0 }) },
    secrets
  )
  await http.request({ url, headers: { Authorization: 'Bearer fake.token.value', Secret: 'fake-secret-header' } })
  t.equal(secrets.scrub('fake.token.value and fake-secret-header'), '[secret] and [secret]')
})
