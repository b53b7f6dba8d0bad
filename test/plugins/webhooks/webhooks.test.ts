import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Webhook as Verifier } from 'standardwebhooks'
import t from 'tap'
import { messagesOf } from '../../../plugins/webhooks/attention.ts'
import { pauses } from '../../../plugins/webhooks/sender.ts'
import { buildTestHost } from '../../build-test-host.ts'

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A platform that is told; `answer` is the status it gives. */
async function openPlatform(t: { teardown(close: () => unknown): void }) {
  const received: Received[] = []
  const platform = { received, answer: 204, url: '' }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ headers: request.headers, body })
    response.writeHead(platform.answer, { location: 'https://elsewhere.example/' }).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  platform.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return platform
}

const attention = {
  installationId: 'ins_1',
  connectionId: 'con_1',
  connector: 'acme-desk',
  syncType: 'active-accounts',
  code: 'HOST_ERR_PERMISSION_MISSING',
  detail: 'A right is missing.',
  since: '2026-01-01T00:00:00.000Z'
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 4000) throw new Error('it never came to that')
    await sleep(10)
  }
}

t.test('what begins to need attention is told once, signed, and so is its end', async t => {
  const platform = await openPlatform(t)
  const { host, call } = await buildTestHost(t, { env: { WEBHOOK_ALLOW: platform.url } })
  const made = await call('one', 'POST', '/v1/webhooks', { url: `${platform.url}/hooks` })
  t.equal(made.status, 201)
  t.match(made.body.secret, /^whsec_/)
  const raised = messagesOf([], [attention], '2026-01-02T00:00:00.000Z')
  await host.webhooks.tell('one', raised)
  await host.webhooks.tell('one', raised)
  await host.webhooks.tell('two', raised)
  await until(() => platform.received.length > 0)
  await host.webhooks.tell('one', messagesOf([attention], [], '2026-01-02T00:00:00.000Z'))
  await until(() => platform.received.length > 1)
  await sleep(2500)
  t.equal(platform.received.length, 2, 'each once, and nobody else’s')
  const bodies = platform.received.map(({ headers, body }) => {
    t.match(headers['webhook-id'], /^msg_/)
    return new Verifier(made.body.secret).verify(body, headers as Record<string, string>) as { type: string }
  })
  t.match(bodies, [
    { type: 'attention.raised', timestamp: attention.since, data: attention },
    { type: 'attention.cleared', data: { code: attention.code } }
  ])
  const [{ headers, body }] = platform.received as [Received]
  t.throws(() => new Verifier(made.body.secret).verify(`${body} `, headers as Record<string, string>))
})

t.test('a webhook is as old as the host’s clock says', async t => {
  const at = '2026-05-05T05:05:05.000Z'
  const { call } = await buildTestHost(t, { now: () => new Date(at) })
  t.match(await call('one', 'POST', '/v1/webhooks', { url: 'https://platform.example/hooks' }), {
    status: 201,
    body: { createdAt: at }
  })
})

t.test('a webhook that fails is tried again later, one that is gone is ended', async t => {
  const platform = await openPlatform(t)
  const { host, call } = await buildTestHost(t, { env: { WEBHOOK_ALLOW: platform.url } })
  const { body } = await call('one', 'POST', '/v1/webhooks', { url: platform.url })
  platform.answer = 500
  t.match(await call('one', 'POST', `/v1/webhooks/${body.id}/test`), { status: 200, body: { told: false } })
  platform.answer = 302
  const redirected = await call('one', 'POST', `/v1/webhooks/${body.id}/test`)
  t.match(redirected.body, { told: false, reason: /302/ }, 'and no redirect is followed')
  platform.answer = 204
  t.match((await call('one', 'POST', `/v1/webhooks/${body.id}/test`)).body, { told: true, reason: null })

  const before = platform.received.length
  platform.answer = 503
  await host.webhooks.tell('one', messagesOf([], [attention], attention.since))
  await until(() => platform.received.length > before)
  platform.answer = 410
  // The first pause is five seconds.
  await until(() => platform.received.length > before + 1)
  t.equal(platform.received.at(-1)!.headers['webhook-id'], platform.received.at(-2)!.headers['webhook-id'])
  let ended: unknown = null
  while (ended === null) {
    ended = (await call('one', 'GET', `/v1/webhooks/${body.id}`)).body.ended
    await sleep(10)
  }
  t.match(ended, { reason: /410/ })
  await host.webhooks.tell('one', messagesOf([], [{ ...attention, code: 'other' }], attention.since))
  await sleep(2500)
  t.equal(platform.received.length, before + 2, 'it is told no more')
})

t.test('only public https addresses and what the operator allows can be named, and few of them', async t => {
  const { call } = await buildTestHost(t)
  const urls = [
    'http://platform.example/',
    'ftp://a.example',
    'nonsense',
    'https://user:pass@a.example/',
    'https://a.example/#x'
  ]
  for (const url of urls) t.match(await call('one', 'POST', '/v1/webhooks', { url }), { status: 400 }, url)
  const inside = await call('one', 'POST', '/v1/webhooks', { url: 'https://127.0.0.1/' })
  const tried = await call('one', 'POST', `/v1/webhooks/${inside.body.id}/test`)
  t.match(tried.body, { told: false }, 'the guard refuses it when it is called')
  for (let n = 0; n < 4; n++)
    t.equal((await call('one', 'POST', '/v1/webhooks', { url: 'https://a.example/' })).status, 201)
  t.match(await call('one', 'POST', '/v1/webhooks', { url: 'https://a.example/' }), {
    status: 409,
    body: { code: 'HOST_ERR_TOO_MANY_WEBHOOKS' }
  })
  const { items } = (await call('one', 'GET', '/v1/webhooks')).body
  t.equal(items.length, 5)
  t.notMatch(JSON.stringify(items), /secret|whsec/, 'a secret is shown once')
  t.equal((await call('two', 'DELETE', `/v1/webhooks/${items[0].id}`)).status, 404)
  t.equal((await call('one', 'DELETE', `/v1/webhooks/${items[0].id}`)).status, 204)
  t.same((await call('one', 'GET', '/v1/attention')).body, { items: [] })
})

t.test('twelve tries take 72 hours', async t => {
  t.equal(pauses.length, 11)
  const hours = pauses.reduce((sum, ms) => sum + ms, 0) / 3_600_000
  t.ok(hours >= 72 && hours < 74, String(hours))
})
