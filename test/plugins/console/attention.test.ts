import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { connectionOf, installationOf } from '../../conformance/storage/fixtures.ts'
import { buildConsoleHost } from './console-host.ts'

const since = '2026-01-01T00:00:00.000Z'
const trouble = {
  code: 'HOST_ERR_CREDENTIALS_REJECTED',
  detail: 'The keys <b>are</b> refused.',
  since,
  tries: 1,
  retryAt: null
}

t.test('what stops an account is one thing to put right, however many syncs stand still', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const { connections, installations } = host.store
  const alex = await signIn()
  const empty = await alex.get('/console/attention')
  t.match(empty.text, 'Nothing needs you')
  t.notMatch(empty.text, 'side-count')

  const { rev: _, ...connection } = { ...connectionOf({ trouble }), rev: 1 }
  await connections.tryInsert(connection)
  for (const syncType of ['one', 'two'])
    await installations.tryInsert(installationOf({ connectionId: connection.id, syncType }))
  const foreign = connectionOf({ tenant: 'other', trouble })
  await connections.tryInsert(foreign)
  await installations.tryInsert(installationOf({ tenant: 'other', connectionId: foreign.id }))

  const { text } = await alex.get('/console/attention')
  t.equal([...text.matchAll(/The credentials are refused/g)].length, 1)
  t.match(text, 'The keys &lt;b&gt;are&lt;/b&gt; refused.')
  t.match(text, 'one, two')
  t.match(text, `href="/console/connections/${connection.id}">Put it right`)
  t.match(text, /side-count[^>]*>1<span class="unseen"> thing</)

  const reader = await signIn(['integrations:read'], 'acme', 'robin@acme.example')
  t.notMatch((await reader.get('/console/attention')).text, 'Put it right')
  const clerk = await signIn(['clients:read'], 'acme', 'sam@acme.example')
  t.equal((await clerk.get('/console/attention')).status, 403)
})

t.test('a webhook is added once, tried, shown with what it was told, and removed', async t => {
  const received: string[] = []
  const server = createServer((request, response) => {
    received.push(String(request.headers['webhook-id']))
    response.writeHead(204).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
  const { host, signIn } = await buildConsoleHost(t, { env: { WEBHOOK_ALLOW: new URL(url).origin } })
  const alex = await signIn()
  const page = await alex.get('/console/webhooks')
  t.match(page.text, 'Nobody is told yet')
  const [, form = ''] = /name="id" value="(whk_[^"]+)"/.exec(page.text) ?? []

  const wrong = await alex.post('/console/webhooks', { url: 'http://10.0.0.1/', id: form })
  t.match(wrong, { status: 422, text: new RegExp(`name="id" value="${form}"[\\s\\S]*It must be an https address`) })
  const made = await alex.post('/console/webhooks', { url, id: form })
  t.match(made, { status: 201, text: /whsec_[\w+/=]+/ })
  const [{ id } = { id: '' }] = await host.store.webhooks.list('acme')
  const again = await alex.post('/console/webhooks', { url, id: form })
  t.match(again, { status: 303, headers: { location: `/console/webhooks/${id}` } })
  const list = await host.store.webhooks.list('acme')
  t.match(list, [{ id, url }])
  t.equal(list.length, 1, 'sent twice it is one')
  t.notMatch((await alex.get(`/console/webhooks/${id}`)).text, 'whsec_')

  const tried = await alex.post(`/console/webhooks/${id}/test`)
  t.match(tried, { status: 200, text: /The test has arrived/ })
  t.equal(received.length, 1)
  const delivery = { tenant: 'acme', webhookId: id, createdAt: since, body: '{"type":"attention.raised"}' }
  const [done, given] = ['msg_done', 'msg_given']
  for (const one of [done, given]) await host.store.deliveries.add({ id: one, ...delivery })
  await host.store.deliveries.finish(done, { at: since, told: true, reason: null })
  await host.store.deliveries.finish(given, { at: since, told: false, reason: 'It answered <500>.' })
  const shown = (await alex.get(`/console/webhooks/${id}`)).text
  t.match(shown, /Something began to need somebody[\s\S]*Arrived/)
  t.match(shown, /It answered &lt;500&gt;\./)
  t.match(shown, /Given up/)

  const stranger = await signIn(undefined, 'other', 'kim@other.example')
  t.equal((await stranger.get(`/console/webhooks/${id}`)).status, 404)
  t.equal((await stranger.post(`/console/webhooks/${id}/remove`)).status, 404)
  const reader = await signIn(['integrations:read'], 'acme', 'robin@acme.example')
  t.equal((await reader.post(`/console/webhooks/${id}/test`)).status, 403)
  t.equal((await reader.post(`/console/webhooks/${id}/remove`)).status, 403)
  t.equal(received.length, 1)

  t.match((await alex.get(`/console/webhooks/${id}/remove`)).text, /Remove this webhook\?/)
  t.equal((await alex.post(`/console/webhooks/${id}/remove`)).status, 303)
  t.same(await host.store.webhooks.list('acme'), [])
  const { items } = await host.store.activity.list('acme', {}, { limit: 10, cursor: null })
  t.same(
    items.filter(({ action }) => action.startsWith('webhook')).map(({ action, outcome }) => `${action} ${outcome}`),
    [
      ...['webhook.erase done', 'webhook.erase refused', 'webhook.test refused', 'webhook.test done'],
      ...['webhook.create done', 'webhook.create done', 'webhook.create refused']
    ]
  )
})

t.test('nobody gets a webhook’s secret by taking it away and adding it again under its id', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const url = 'https://platform.example/hooks'
  const webhook = { id: 'whk_0123456789abcdefghjkmnpqrs', tenant: 'acme', url, createdAt: since, ended: null }
  await host.store.webhooks.tryInsert(webhook, 5)
  const secret = host.webhooks.secretOf(webhook)
  for (const tenant of ['acme', 'other']) {
    const alex = await signIn(undefined, tenant)
    await alex.get('/console/webhooks')
    await alex.post(`/console/webhooks/${webhook.id}/remove`)
    const made = await alex.post('/console/webhooks', { url, id: webhook.id })
    t.match(made, { status: 201, text: /whsec_/ })
    t.notMatch(made.text, secret, tenant)
  }
  const robin = await signIn(undefined, 'acme', 'robin@acme.example')
  await robin.get('/console/webhooks')
  await robin.post('/console/webhooks', { url, id: webhook.id })
  const ids = (await host.store.webhooks.list('acme')).map(({ id }) => id)
  t.equal(new Set(ids).size, 2, 'the same form of somebody else is another webhook')
})
