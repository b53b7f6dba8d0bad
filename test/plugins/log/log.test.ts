import { PassThrough } from 'node:stream'
import Fastify from 'fastify'
import t from 'tap'
import { createLiveSecrets } from '../../../plugins/log/live-secrets.ts'
import { createLogger } from '../../../plugins/log/log.ts'

const secret = 'fake-s3cret-value'

function logged(options: { level?: string; isTTY?: boolean } = {}) {
  const stream = Object.assign(new PassThrough(), { isTTY: options.isTTY ?? false })
  const secrets = createLiveSecrets()
  secrets.add([secret])
  const log = createLogger({ level: options.level ?? 'info', stream, secrets })
  return { log, text: () => String(stream.read() ?? '') }
}

t.test('a line is JSON with an ISO time', async t => {
  const { log, text } = logged()
  log.info({ installation: 'i-1' }, 'a run began')
  t.match(JSON.parse(text()), { msg: 'a run began', installation: 'i-1', time: /^\d{4}-\d\d-\d\dT.*Z$/ })
})

t.test('on a terminal a line is for people', async t => {
  const { log, text } = logged({ isTTY: true })
  log.info({ secret }, `a run began with ${secret}`)
  await new Promise(resolve => setImmediate(resolve))
  const line = text()
  t.match(line, /INFO.*a run began with \[secret\]/)
  t.throws(() => JSON.parse(line))
})

t.test('check 30: a live secret is in no line, however it got there', async t => {
  const { log, text } = logged({ level: 'trace' })
  const failure = Object.assign(new Error(`refused ${secret}`, { cause: new Error(secret) }), {
    config: { headers: { authorization: secret } },
    response: { body: secret },
    code: 'HOST_ERR_INTERNAL'
  })
  log.error(failure)
  log.error({ err: failure }, 'failed')
  log.info({ deep: { deeper: [{ password: secret, Authorization: secret }] } }, secret)
  log.child({ secret }).debug('%s and %j', secret, { secret })
  log.trace({ basic: Buffer.from(`fake-user:${secret}`).toString('base64') })
  const lines = text()
  t.equal(lines.trim().split('\n').length, 5)
  t.notMatch(lines, secret)
  t.notMatch(lines, Buffer.from(secret).toString('base64').slice(4, 16))
  for (const line of lines.trim().split('\n')) t.ok(JSON.parse(line))
})

t.test('of an error only listed fields are written, of its cause only the kind', async t => {
  const { log, text } = logged()
  const cause = Object.assign(new SyntaxError('Unexpected token in "<body of an answer>"'), { code: 'X' })
  log.error(
    Object.assign(new Error('it broke', { cause }), { code: 'HOST_ERR_INTERNAL', headers: { x: 1 }, body: 'b' })
  )
  const { err } = JSON.parse(text())
  t.strictSame(Object.keys(err).sort(), ['cause', 'code', 'message', 'stack', 'type'])
  t.strictSame(err.cause, { type: 'SyntaxError', code: 'X' })
  t.match(err, { type: 'Error', code: 'HOST_ERR_INTERNAL', message: 'it broke' })
})

t.test('values with a telling name are not written even if they are not known as secrets', async t => {
  const { log, text } = logged()
  log.info({ password: 'unknown-one', headers: { a: 'unknown-two' }, call: { authorization: 'unknown-three' } }, 'x')
  t.notMatch(text(), 'unknown')
})

t.test('Fastify’s request lines hold no query and no header', async t => {
  const { log, text } = logged()
  const app = Fastify({ loggerInstance: log })
  t.teardown(() => app.close())
  app.decorateRequest('caller', null as never)
  app.get('/v1/clients', async request => {
    Object.assign(request, { caller: { tenant: 'acme' } })
    request.log.info({ req: request }, 'in the route')
    return {}
  })
  await app.inject({ url: '/v1/clients?search=private-words', headers: { authorization: 'Bearer private-token' } })
  const lines = text()
  t.notMatch(lines, 'private-')
  const requests = lines
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
    .filter(line => line.req)
  t.strictSame(requests.at(-1).req, { id: 'req-1', method: 'GET', path: '/v1/clients', tenant: 'acme' })
})
