import t from 'tap'
import { signingSecret } from './caller.ts'
import { canaries, credentialsFor } from './vendor.ts'
import { bytesOf, openWholeHost } from './whole-host.ts'

t.test('check 30: through good and bad days no secret is in a log line, an answer or a file', async t => {
  const host = await openWholeHost(t)
  const { call, vendor } = host
  const credentials = credentialsFor(vendor.url)
  const typedWrong = 'FakeMistyped00001'
  const wrong = { ...credentials, password: typedWrong }
  const routes = '/v1/integrations/connectwise'

  await call('POST', `${routes}/validate`, { credentials })
  await call('POST', `${routes}/validate`, { credentials: wrong })
  await call('POST', `${routes}/validate`, { credentials: { ...credentials, surprise: credentials.password } })
  await call('POST', `${routes}/validate`, {
    credentials: { ...credentials, apiVersion: { $gt: credentials.password } }
  })
  await call('POST', `${routes}/install`, { credentials: wrong, syncTypes: ['active-customers'] })
  await call('POST', `${routes}/preview`, { credentials, syncType: 'active-agreements' })
  const { ids, connectionId } = await host.install('active-customers', 'active-agreements')
  await call('GET', `${routes}/explain?connectionId=${connectionId}&id=1`)
  await call('GET', routes)

  // A vendor that sends the secrets back, in a refusal, in place of data and inside of data.
  const echo = { message: `member ${credentials.username}:${credentials.password} ${credentials.clientId}` }
  const spell = vendor.fail({ kind: 'status', status: 200, body: JSON.stringify(echo), path: 'lastUpdated' })
  t.match(await host.run(ids[0]!), { status: 'failed', error: { code: 'HOST_ERR_SOURCE_UNREADABLE' } })
  spell.clear()
  for (const [status, id] of [400, 403, 404, 500, 401].flatMap(status => ids.map(id => [status, id] as const))) {
    const spell = vendor.fail({ kind: 'status', status, body: echo, path: 'lastUpdated' })
    await host.run(id)
    spell.clear()
    await call('POST', `/v1/installations/${id}/start`)
    await host.settled(id)
  }
  await call('PATCH', `/v1/connections/${connectionId}`, { credentials: { password: typedWrong } })
  await call('PATCH', `/v1/connections/${connectionId}`, { credentials: { password: credentials.password } })
  for (const list of ['/v1/connections', '/v1/installations', '/v1/clients', '/v1/agreements']) await call('GET', list)

  const places = { log: host.logged(), answers: host.answered(), files: bytesOf(host.dataDir).toString('latin1') }
  for (const [place, text] of Object.entries(places)) {
    t.ok(text.length > 1000, `${place}: there is something to look through`)
    for (const secret of [...canaries, typedWrong, signingSecret, credentials.username]) {
      const spelled = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')]
      t.notOk(
        spelled.some(spelling => text.includes(spelling)),
        `${place} holds ${secret.slice(0, 8)}…`
      )
    }
    t.notOk(/Basic [A-Za-z0-9+/]{16}/.test(text), `${place}: no Authorization header`)
  }
})
