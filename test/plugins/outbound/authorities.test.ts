import { readFileSync } from 'node:fs'
import https from 'node:https'
import { join } from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import { envPlugin } from '../../../plugins/config/env.ts'
import { readAuthorities } from '../../../plugins/outbound/authorities.ts'
import { readOutboundConfig } from '../../../plugins/outbound/outbound-config.ts'
import { listen, workshop } from './workshop.ts'

const file = (name: string) => join(import.meta.dirname, 'certificates', name)
const pem = (name: string) => readFileSync(file(name), 'utf8')

t.test('the certificates of a file are read, what stands around them is not', async t => {
  const folder = t.testdir({ 'bundle.pem': `# our own\n${pem('good.pem')}\nsubject=another\n${pem('other-name.pem')}` })
  const read = readAuthorities(join(folder, 'bundle.pem'))
  t.equal(read.match(/BEGIN CERTIFICATE/g)?.length, 2)
  t.notMatch(read, /our own|subject/)
})

t.test('a file that cannot be used stops the start, and says which and why', async t => {
  const folder = t.testdir({
    'empty.pem': '',
    'damaged.pem': `${pem('good.pem')}\n${pem('good.pem').replace(/\n[A-Za-z0-9+/]{20}/, '\nAAAAAAAAAAAAAAAAAAAA')}`,
    'key.pem': `${pem('good.pem')}\n${pem('fake.key')}`
  })
  for (const [name, words] of [
    ['absent.pem', /cannot be read \(ENOENT\)/],
    ['empty.pem', /holds no certificate in PEM/],
    ['damaged.pem', /certificate 2 of 2 in it is damaged/],
    ['key.pem', /holds a private key/]
  ] as const) {
    const thrown = t.throws(() => readAuthorities(join(folder, name)), { code: 'HOST_ERR_CONFIG' }, name) as Error
    t.match(thrown.message, words)
    t.ok(thrown.message.startsWith(`OUTBOUND_CA: ${join(folder, name)} `))
  }
})

t.test('what OUTBOUND_CA and OUTBOUND_PROXY name is what calls are made with', async t => {
  const fastify = Fastify()
  t.teardown(() => fastify.close())
  const env = { OUTBOUND_CA: file('good.pem'), OUTBOUND_PROXY: 'http://proxy.example.org:3128' }
  await fastify.register(envPlugin, { env })
  const { tls, proxy } = readOutboundConfig(fastify.config)
  t.match(tls?.ca, /BEGIN CERTIFICATE/)
  t.match(proxy, { host: 'proxy.example.org', port: 3128 })

  const server = https.createServer({ key: pem('fake.key'), cert: pem('good.pem') }, (_, reply) => reply.end('[]'))
  const { port } = await listen(t, server, () => server.closeAllConnections())
  const origin = `https://psa.fake.example:${port}`
  const lookup = (_: string, __: object, done: (error: null, found: object[]) => void) =>
    done(null, [{ address: '127.0.0.1', family: 4 }])
  const { client } = workshop(t, origin, { lookup: lookup as never, tls: tls! })
  t.equal((await client().request({ url: origin })).status, 200)
  const without = workshop(t, origin, { lookup: lookup as never })
  await t.rejects(without.client().request({ url: origin }), { message: /signed by itself/ })
})
