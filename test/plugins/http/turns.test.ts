import { setImmediate as nextRound } from 'node:timers/promises'
import Fastify from 'fastify'
import t from 'tap'
import { turnsPlugin } from '../../../plugins/http/turns.ts'
import { tenantByHeader } from './tenant-by-header.ts'

/** In which order work was begun. */
async function build(t: { teardown(close: () => unknown): void }) {
  const begun: string[] = []
  const fastify = Fastify({ forceCloseConnections: true })
  t.teardown(() => fastify.close())
  await fastify.register(tenantByHeader)
  await fastify.register(turnsPlugin)
  fastify.get('/:name', async request => {
    begun.push((request.params as { name: string }).name)
    return 'done'
  })
  const url = await fastify.listen({ host: '127.0.0.1', port: 0 })
  const ask = (tenant: string | null, name: string) =>
    fetch(`${url}/${name}`, { headers: tenant === null ? {} : { 'x-tenant': tenant } }).then(({ status }) => status)
  const inject = async (tenant: string, name: string) =>
    (await fastify.inject({ url: `/${name}`, headers: { 'x-tenant': tenant } })).statusCode
  return { begun, ask, inject }
}

t.test(
  'who asks one thing waits for one request of each other tenant, not for all that one of them has sent',
  async t => {
    const { begun, inject } = await build(t)
    const loud = Array.from({ length: 20 }, (_, n) => inject('loud', `loud-${n}`))
    const quiet = [inject('quiet', 'quiet'), inject('calm', 'calm')]
    const answers = await Promise.all([...loud, ...quiet])
    t.ok(answers.every(status => status === 200))
    t.equal(begun.length, 22)
    t.ok(begun.indexOf('quiet') <= 2, begun.join())
    t.ok(begun.indexOf('calm') <= 3, begun.join())
    t.same(
      begun.filter(name => name.startsWith('loud')),
      Array.from({ length: 20 }, (_, n) => `loud-${n}`),
      'a tenant’s own are in the order they came'
    )
  }
)

t.test('one that comes while others wait has its turn in the next round', async t => {
  const { begun, inject } = await build(t)
  const loud = Array.from({ length: 20 }, (_, n) => inject('loud', `loud-${n}`))
  while (begun.length < 3) await nextRound()
  const before = begun.length
  await inject('quiet', 'quiet')
  t.ok(begun.indexOf('quiet') - before <= 4, begun.join())
  await Promise.all(loud)
  t.equal(begun.length, 21)
})

t.test('all of one tenant are answered when nobody else asks, over sockets and without a tenant too', async t => {
  const { begun, ask } = await build(t)
  const answers = await Promise.all([
    ...Array.from({ length: 30 }, (_, n) => ask('one', `one-${n}`)),
    ...Array.from({ length: 30 }, (_, n) => ask(null, `nobody-${n}`))
  ])
  t.ok(answers.every(status => status === 200))
  t.equal(begun.length, 60)
})
