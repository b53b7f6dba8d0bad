import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import t from 'tap'
import { problemPlugin } from '../../../plugins/http/problem.ts'
import { sharesPlugin } from '../../../plugins/http/shares.ts'
import { tenantByHeader } from './tenant-by-header.ts'

async function build(t: { teardown(close: () => unknown): void }) {
  const gates: (() => void)[] = []
  const gate = () => new Promise<string>(resolve => gates.push(() => resolve('done')))
  const fastify = Fastify({ forceCloseConnections: true })
  t.teardown(() => fastify.close())
  await fastify.register(problemPlugin)
  await fastify.register(tenantByHeader)
  await fastify.register(sharesPlugin, { mostOfTenant: 3, mostVendorCalls: 2 })
  fastify.get('/slow', () => gate())
  fastify.post('/vendor', { config: { callsVendor: true } }, () => gate())
  fastify.get('/fast', async () => 'done')
  fastify.get('/open', async () => 'done')
  const ask = (tenant: string, method: 'GET' | 'POST', url: string) =>
    fastify.inject({ method, url, headers: { 'x-tenant': tenant } })
  return { fastify, ask, gates, release: () => gates.splice(0).forEach(open => void open()) }
}

t.test('a tenant that fills its share is told so, and another one is served', async t => {
  const { fastify, ask, release } = await build(t)
  const slow = [1, 2, 3].map(() => ask('one', 'GET', '/slow').then(answer => answer.statusCode))
  const refused = await ask('one', 'GET', '/fast')
  t.equal(refused.statusCode, 429)
  t.equal(refused.json().code, 'HOST_ERR_TENANT_BUSY')
  t.equal(refused.headers['retry-after'], '2')
  t.equal((await ask('two', 'GET', '/fast')).statusCode, 200)
  t.equal((await fastify.inject('/open')).statusCode, 200, 'who has no tenant has no share')
  release()
  t.same(await Promise.all(slow), [200, 200, 200])
  t.equal((await ask('one', 'GET', '/fast')).statusCode, 200)
})

t.test('few calls of a tenant wait for a vendor at once, and its other calls go on', async t => {
  const { ask, gates, release } = await build(t)
  const calls = [1, 2].map(() => ask('one', 'POST', '/vendor').then(answer => answer.statusCode))
  t.equal((await ask('one', 'POST', '/vendor')).statusCode, 429)
  t.equal((await ask('one', 'GET', '/fast')).statusCode, 200)
  const other = ask('two', 'POST', '/vendor')
  while (gates.length < 3) await sleep(5)
  release()
  t.same(await Promise.all(calls), [200, 200])
  t.equal((await other).statusCode, 200)
})

t.test('who hangs up leaves the call to the vendor under way, and its place taken until that has ended', async t => {
  const { fastify, ask, gates, release } = await build(t)
  await fastify.listen({ host: '127.0.0.1', port: 0 })
  const { port } = fastify.server.address() as { port: number }
  for (let call = 0; call < 2; call++) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('POST /vendor HTTP/1.1\r\nhost: a\r\nx-tenant: one\r\ncontent-length: 0\r\n\r\n')
    while (gates.length <= call) await sleep(5)
    socket.destroy()
    await once(socket, 'close')
  }
  t.equal((await ask('one', 'POST', '/vendor')).statusCode, 429)
  release()
  await sleep(20)
  const next = ask('one', 'POST', '/vendor')
  let isRefused = false
  void next.then(() => {
    isRefused = true
  })
  while (gates.length === 0 && !isRefused) await sleep(5)
  release()
  t.equal((await next).statusCode, 200)
})
