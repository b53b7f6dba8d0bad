import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Fastify from 'fastify'
import t from 'tap'
import { envPlugin, readConfig } from '../../../plugins/config/env.ts'

t.test('without variables the documented defaults hold', async t => {
  const config = await readConfig({})
  t.match(config, {
    HOST: '127.0.0.1',
    PORT: 3000,
    production: false,
    dataDir: join(process.cwd(), 'data'),
    storageUrl: pathToFileURL(join(process.cwd(), 'data/host.db')).href,
    connectors: [],
    outboundAllow: [],
    AUTH_ISSUER: 'integration-host',
    AUTH_AUDIENCE: 'integration-host',
    syncEveryMs: 300_000,
    compareEveryMs: 86_400_000,
    syncConcurrency: 8,
    leaseTtlMs: 15_000,
    LOG_LEVEL: 'info'
  })
})

t.test('values are read into what the parts of the host take', async t => {
  const config = await readConfig({
    PORT: '0',
    DATA_DIR: '/srv/host',
    CONNECTORS: ' ./a, @acme/b ,',
    OUTBOUND_ALLOW: 'http://127.0.0.1:4001,10.0.0.0/8',
    WEBHOOK_ALLOW: 'http://127.0.0.1:9000/, https://Hooks.example:443',
    SYNC_EVERY: '90s',
    COMPARE_EVERY: '2d',
    LEASE_TTL: '2500ms',
    NODE_ENV: 'production'
  })
  t.match(config, {
    PORT: 0,
    storageUrl: 'file:///srv/host/host.db',
    connectors: ['./a', '@acme/b'],
    outboundAllow: ['http://127.0.0.1:4001', '10.0.0.0/8'],
    webhookAllow: ['http://127.0.0.1:9000', 'https://hooks.example'],
    syncEveryMs: 90_000,
    compareEveryMs: 172_800_000,
    leaseTtlMs: 2500,
    production: true
  })
})

t.test('where webhooks may be told are origins, and nothing longer', async t => {
  for (const WEBHOOK_ALLOW of [
    'hooks.example',
    'ftp://hooks.example',
    'https://hooks.example/path',
    'https://u:p@a.example'
  ])
    await t.rejects(readConfig({ WEBHOOK_ALLOW }), {
      code: 'HOST_ERR_CONFIG',
      message: /WEBHOOK_ALLOW must be origins/
    })
  t.same((await readConfig({})).webhookAllow, [])
})

t.test('production spelled otherwise does not pass for development', async t => {
  for (const NODE_ENV of ['Production', 'PRODUCTION', 'prod', ' production', 'production '])
    await t.rejects(readConfig({ NODE_ENV }), { code: 'HOST_ERR_CONFIG', message: /NODE_ENV/ }, NODE_ENV)
  for (const NODE_ENV of ['', 'test', 'staging']) t.equal((await readConfig({ NODE_ENV })).production, false, NODE_ENV)
})

t.test('a value that is not allowed is refused in one line that names the variable and what is allowed', async t => {
  const secret = 'canary-too-short'
  const cases: [string, string, RegExp][] = [
    ['PORT', '65536', /a whole number from 0 to 65535/],
    ['PORT', '80.5', /a whole number/],
    ['PORT', '', /a whole number/],
    ['HOST', 'a b', /an address or host name/],
    ['DATA_DIR', '', /a folder/],
    ['STORAGE_URL', `postgres://u:${secret}@h/`, /file:… \(SQLite\) or mongodb:/],
    ['AUTH_SECRET', secret, /at least 32 characters/],
    ['AUTH_SECRET', '', /at least 32 characters/],
    ['AUTH_JWKS_URL', 'http://issuer.example/keys', /an https URL/],
    ['AUTH_JWKS_URL', 'nonsense', /an https URL/],
    ['AUTH_JWKS_URL', `http://user:${secret}@issuer.example/keys`, /an https URL/],
    ['AUTH_JWKS_URL', `http://issuer.example/keys?key=${secret}`, /an https URL/],
    ['SYNC_EVERY', '900ms', /from 1s to 30d/],
    ['SYNC_EVERY', '5 m', /a duration/],
    ['COMPARE_EVERY', '91d', /from 1s to 90d/],
    ['SYNC_EVERY_MIN', '6m', /from 1s to SYNC_EVERY/],
    ['SYNC_EVERY_MIN', '0s', /from 1s to SYNC_EVERY/],
    ['COMPARE_EVERY_MIN', '25h', /from 1s to COMPARE_EVERY/],
    ['SYNC_CONCURRENCY', '0', /from 1 to 256/],
    ['SYNC_CONCURRENCY', '257', /from 1 to 256/],
    ['LEASE_TTL', '900ms', /from 1s to 10m/],
    ['LEASE_TTL', '11m', /from 1s to 10m/],
    ['LOG_LEVEL', 'loud', /one of fatal, error/]
  ]
  for (const [name, value, allowed] of cases) {
    const refused: any = await readConfig({ [name]: value }).catch(error => error)
    t.equal(refused.code, 'HOST_ERR_CONFIG', `${name}=${value}`)
    t.ok(refused.message.startsWith(`${name} must be `), refused.message)
    t.match(refused.message, allowed)
    t.notMatch(refused.message, /\n/)
    t.notMatch(refused.message, secret, 'a secret is not repeated')
  }
})

t.test('a secret and a key set exclude each other', async t => {
  await t.rejects(readConfig({ AUTH_SECRET: 'x'.repeat(32), AUTH_JWKS_URL: 'https://issuer.example/keys' }), {
    code: 'HOST_ERR_CONFIG',
    message: /AUTH_SECRET and AUTH_JWKS_URL exclude each other/
  })
})

t.test('misspelt variables are reported with the nearest known name, those of the system are not', async t => {
  const lines: any[] = []
  const stream = { write: (line: string) => lines.push(JSON.parse(line)) }
  const fastify = Fastify({ logger: { level: 'warn', stream } })
  t.teardown(() => fastify.close())
  await fastify.register(envPlugin, {
    env: {
      SYNC_CONCURENCY: '4',
      STORAGEURL: 'file:x',
      CONNECTOR: 'x',
      LOG_LEVL: 'info',
      HOSTNAME: 'a',
      HOSTTYPE: 'b',
      LOGNAME: 'c',
      PATH: 'd',
      HOME: 'e',
      MONGODB_TEST_URL: 'f'
    }
  })
  t.same(
    lines.map(line => [line.variable, /did you mean (\w+)\?/.exec(line.msg)?.[1]]),
    [
      ['SYNC_CONCURENCY', 'SYNC_CONCURRENCY'],
      ['STORAGEURL', 'STORAGE_URL'],
      ['CONNECTOR', 'CONNECTORS'],
      ['LOG_LEVL', 'LOG_LEVEL']
    ]
  )
})
