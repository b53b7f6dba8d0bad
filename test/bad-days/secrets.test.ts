import t from 'tap'
import { kinds } from '../vendors/every.ts'
import { signingSecret } from './caller.ts'
import { bytesOf, openWholeHost } from './whole-host.ts'

t.jobs = 2

for (const kind of kinds)
  t.test(
    `check 30, ${kind.title}: through good and bad days no secret is in a log line, an answer or a file`,
    async t => {
      const host = await openWholeHost(t, { vendor: await kind.start(t) })
      const { call, vendor } = host
      const { credentials, secretField } = vendor
      const secret = credentials[secretField]!
      const typedWrong = 'FakeMistyped00001'
      const wrong = { ...credentials, [secretField]: typedWrong }
      const routes = `/v1/integrations/${kind.connector}`
      const lists = { endpoint: kind.endpoints.companies, operation: 'list' } as const

      await call('POST', `${routes}/validate`, { credentials })
      await call('POST', `${routes}/validate`, { credentials: wrong })
      await call('POST', `${routes}/validate`, { credentials: { ...credentials, surprise: secret } })
      await call('POST', `${routes}/validate`, {
        credentials: { ...credentials, [secretField]: { $gt: secret } }
      })
      await call('POST', `${routes}/install`, { credentials: wrong, syncTypes: [kind.customers] })
      await call('POST', `${routes}/preview`, { credentials, syncType: kind.agreements })
      const { ids, connectionId } = await host.install(kind.customers, kind.agreements)
      await call('GET', `${routes}/explain?connectionId=${connectionId}&id=${vendor.known.customer}`)
      await call('GET', routes)

      // A vendor that sends the secrets back, in a refusal, in place of data and inside of data.
      const echo = { message: `member ${Object.values(credentials).join(' ')}`, errors: [`wrong: ${secret}`] }
      const spell = vendor.fail({ kind: 'status', status: 200, body: JSON.stringify(echo), ...lists })
      t.match(await host.run(ids[0]!), { status: 'failed', error: { code: 'HOST_ERR_SOURCE_UNREADABLE' } })
      spell.clear()
      for (const [status, id] of [400, 403, 404, 500, 401].flatMap(status => ids.map(id => [status, id] as const))) {
        const spell = vendor.fail({ kind: 'status', status, body: echo, ...lists })
        await host.run(id)
        spell.clear()
        // Keys that were refused are typed anew where the vendor locks accounts; elsewhere a start will do.
        await call('PATCH', `/v1/connections/${connectionId}`, { credentials: { [secretField]: secret } })
        await call('POST', `/v1/installations/${id}/start`)
        await host.settled(id)
      }
      await call('PATCH', `/v1/connections/${connectionId}`, { credentials: { [secretField]: typedWrong } })
      await call('PATCH', `/v1/connections/${connectionId}`, { credentials: { [secretField]: secret } })
      for (const list of ['/v1/connections', '/v1/installations', '/v1/clients', '/v1/agreements'])
        await call('GET', list)

      const places = { log: host.logged(), answers: host.answered(), files: bytesOf(host.dataDir).toString('latin1') }
      for (const [place, text] of Object.entries(places)) {
        t.ok(text.length > 1000, `${place}: there is something to look through`)
        for (const secret of [...vendor.secrets, typedWrong, signingSecret]) {
          const spelled = [
            secret,
            encodeURIComponent(secret),
            Buffer.from(secret).toString('base64').replace(/=+$/, '')
          ]
          t.notOk(
            spelled.some(spelling => text.includes(spelling)),
            `${place} holds ${secret.slice(0, 8)}…`
          )
        }
        t.notOk(/Basic [A-Za-z0-9+/]{16}/.test(text), `${place}: no Authorization header`)
      }
    }
  )
