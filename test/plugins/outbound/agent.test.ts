import module from 'node:module'
import t from 'tap'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { createFetcher } from '../../../plugins/outbound/fetch.ts'
import { serve, workshop } from './workshop.ts'

t.test('what calls and could not be loaded is loaded with the next call', async t => {
  let failing = true
  const hooks = module.registerHooks({
    resolve(specifier, context, nextResolve) {
      if (failing && specifier === 'undici') throw new Error('the disk is away')
      return nextResolve(specifier, context)
    }
  })
  t.teardown(() => hooks.deregister())
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  const { client } = workshop(t, origin)
  const fetcher = createFetcher({ allow: parseOutboundAllow(origin) })
  t.teardown(() => fetcher.close())
  const get = fetcher.for({ maxBytes: 100, deadlineMs: 30_000 })
  await t.rejects(client().request({ url: origin }), { message: 'the disk is away' })
  await t.rejects(get(origin), { message: 'the disk is away' })
  failing = false
  t.equal((await client().request({ url: origin })).status, 200)
  t.equal((await get(origin)).status, 200)
})

t.test('closing before anything was called, or twice, is no matter', async t => {
  const { outbound } = workshop(t, '')
  await outbound.close()
  await outbound.close()
  const fetcher = createFetcher({ allow: parseOutboundAllow('') })
  fetcher.for({ maxBytes: 1, deadlineMs: 1 })
  await fetcher.close()
  await fetcher.close()
})
