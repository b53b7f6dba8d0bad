import t from 'tap'
import { buildTestHost } from '../../build-test-host.ts'
import { connectionOf, installationOf } from '../../conformance/storage/fixtures.ts'

t.test('what needs attention is found behind hundreds of installations that need none', async t => {
  const { host, call } = await buildTestHost(t)
  const { connections, installations } = host.store
  const connection = connectionOf({ tenant: 'one' })
  await connections.tryInsert(connection)
  const of = { tenant: 'one', connectionId: connection.id }
  for (let n = 0; n < 501; n++) await installations.tryInsert(installationOf({ ...of, syncType: `type-${n}` }))
  t.same((await call('one', 'GET', '/v1/attention')).body, { items: [] })

  const trouble = {
    code: 'HOST_ERR_CREDENTIALS_REJECTED',
    detail: 'The vendor refuses them.',
    since: '2026-01-01T00:00:00.000Z',
    retryAt: null,
    tries: 1
  }
  const refused = connectionOf({ tenant: 'one', trouble })
  await connections.tryInsert(refused)
  const last = installationOf({ ...of, connectionId: refused.id })
  await installations.tryInsert(last)
  const { items } = (await call('one', 'GET', '/v1/attention')).body
  t.match(items, [{ installationId: last.id, code: trouble.code, since: trouble.since }])
})
