import Fastify from 'fastify'
import t from 'tap'
import { sharedSerializers } from '../../../plugins/http/serializers.ts'

const build = () => Fastify({ schemaController: { compilersFactory: { buildSerializer: sharedSerializers() } } })

t.test('routes and scopes that share a schema answer by it, each field that it does not name left out', async t => {
  const host = build()
  t.teardown(() => host.close())
  const schema = { response: { 200: { type: 'object', properties: { name: { type: 'string' } } } } }
  const handler = async () => ({ name: 'a', secret: 'b' })
  host.get('/one', { schema }, handler)
  await host.register(async scope => scope.get('/two', { schema }, handler))
  for (const url of ['/one', '/two']) t.same((await host.inject(url)).json(), { name: 'a' }, url)
})

t.test('scopes in which the same reference means something else do not share what it means', async t => {
  const host = build()
  t.teardown(() => host.close())
  const response = { 200: { $ref: 'thing#' } }
  for (const field of ['name', 'size']) {
    await host.register(async scope => {
      scope.addSchema({ $id: 'thing', type: 'object', properties: { [field]: {} } })
      scope.get(`/${field}`, { schema: { response } }, async () => ({ name: 'a', size: 1 }))
    })
  }
  t.same((await host.inject('/name')).json(), { name: 'a' })
  t.same((await host.inject('/size')).json(), { size: 1 })
})

t.test('a schema that no serializer can be made of stops the start', async t => {
  const host = build()
  t.teardown(() => host.close())
  host.get('/', { schema: { response: { 200: { type: 'nonsense' } } } }, async () => 'a')
  await t.rejects(async () => host.ready(), { code: 'FST_ERR_SCH_SERIALIZATION_BUILD' })
})
