import Fastify from 'fastify'
import t from 'tap'
import { overloadPlugin } from '../../../plugins/http/overload.ts'
import { problemPlugin } from '../../../plugins/http/problem.ts'

t.test('more requests at once than the limit are told to come back, and the place is free when one ends', async t => {
  const fastify = Fastify()
  t.teardown(() => fastify.close())
  await fastify.register(problemPlugin)
  await fastify.register(overloadPlugin, { most: 2 })
  let release: () => void = () => undefined
  const gate = new Promise<void>(resolve => {
    release = resolve
  })
  fastify.get('/slow', () => gate.then(() => 'done'))
  fastify.get('/fast', async () => 'done')
  for (const url of ['/health/live', '/health/ready', '/metrics']) fastify.get(url, async () => 'alive')

  const slow = [fastify.inject('/slow'), fastify.inject('/slow')].map(request =>
    request.then(answer => answer.statusCode)
  )
  // Both have passed the hook when a later request is answered.
  const refused = await fastify.inject('/fast')
  t.equal(refused.statusCode, 503)
  t.equal(refused.json().code, 'HOST_ERR_OVERLOADED')
  t.equal(refused.headers['retry-after'], '5')
  // Whoever is taken out of the balance for being busy makes the others busier.
  for (const url of ['/health/live', '/health/ready', '/metrics'])
    t.equal((await fastify.inject(url)).statusCode, 200, url)

  release()
  t.same(await Promise.all(slow), [200, 200])
  t.equal((await fastify.inject('/fast')).statusCode, 200)
})
