import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { buildHost } from '../host.ts'
import { buildTestHost } from './build-test-host.ts'
import { account, startAcmeDesk, token } from './connectors/acme-desk/server.ts'

const root = join(import.meta.dirname, '..')
const acmeDesk = join(import.meta.dirname, 'connectors/acme-desk')

/** Polls `read` until `done`, for a minute at most: a process may take long to start on a busy machine. */
async function until<T>(read: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const value = await read()
    if (done(value) || tries === 1200) return value
    await wait(50)
  }
}

t.test('a connector of a vendor that the host has never heard of is installed and synced', async t => {
  const accounts = new Map(
    ['a1', 'a2', 'a3', 'a4', 'a5'].map(id => [id, account(id, `Account ${id}`, id !== 'a5')] as const)
  )
  const desk = await startAcmeDesk(accounts)
  t.teardown(desk.close)
  const { call, host, log } = await buildTestHost(t, { env: { CONNECTORS: acmeDesk, OUTBOUND_ALLOW: desk.url } })
  const credentials = { token, region: desk.url }

  const { body: cards } = await call('acme', 'GET', '/v1/integrations')
  t.match(cards.items, [
    { connector: 'acme-desk', level: 'gold', syncTypes: [{ name: 'active-accounts', installation: null }] }
  ])
  const { body: one } = await call('acme', 'GET', '/v1/integrations/acme-desk')
  t.equal(one.credentials.properties.token.writeOnly, true)
  t.match(one, { settings: { type: 'object' }, vendorPermissions: [{ name: 'Accounts' }] })

  const refused = await call('acme', 'POST', '/v1/integrations/acme-desk/validate', {
    credentials: { ...credentials, token: 'desk_4711_wrong' }
  })
  t.match(refused, { status: 200, body: { valid: false, problems: [{ pointer: '/token' }] } })

  const install = await call('acme', 'POST', '/v1/integrations/acme-desk/install', {
    credentials,
    syncTypes: ['active-accounts']
  })
  t.equal(install.status, 201, JSON.stringify(install.body))
  const { id } = install.body.installations[0]
  const { body: installation } = await until(
    () => call('acme', 'GET', `/v1/installations/${id}`),
    answer => answer.body.lastRun?.status === 'succeeded'
  )
  t.match(installation, {
    status: 'running',
    counts: { active: 4 },
    lastRun: { counts: { read: 5, created: 4, leftOut: 1 } }
  })

  const { body: clients } = await call('acme', 'GET', '/v1/clients')
  t.same(
    clients.items.map((client: any) => client.name),
    ['Account a1', 'Account a2', 'Account a3', 'Account a4']
  )
  const { body: after } = await call('acme', 'GET', '/v1/integrations')
  t.same(after.items[0].syncTypes[0].installation, { id, status: 'running' })
  const { body: others } = await call('other', 'GET', '/v1/integrations')
  t.equal(others.items[0].syncTypes[0].installation, null, 'another tenant has nothing')
  t.equal((await call('other', 'GET', `/v1/installations/${id}`)).status, 404)

  await call('acme', 'POST', `/v1/installations/${id}/uninstall`)
  const { body: away } = await call('acme', 'GET', '/v1/integrations/acme-desk')
  t.match(away.syncTypes, [{ installation: null, installations: [{ id, status: 'uninstalled' }] }])
  t.notMatch(log(), token, 'the token is in no log line')
  t.ok(host.connectors.has('acme-desk'))
})

t.test('every folder of connectors/ with an index.ts is loaded', async t => {
  const host = await buildHost({ env: { DATA_DIR: t.testdir(), LOG_LEVEL: 'silent' } })
  t.teardown(() => host.close())
  const folders = globSync('*/index.ts', { cwd: join(root, 'connectors') }).map(path => dirname(path))
  t.same([...host.connectors.keys()], folders.sort())
})

/** The host as its own process; `ended` resolves to its exit code. */
function startProcess(env: Record<string, string>) {
  const child = spawn(process.execPath, ['host.ts'], { cwd: root, env: { PATH: process.env.PATH, ...env } })
  const out = { text: '', errors: '' }
  child.stdout.on('data', chunk => {
    out.text += chunk
  })
  child.stderr.on('data', chunk => {
    out.errors += chunk
  })
  // Not at 'exit', at which not all that it said needs to have been read.
  const ended = once(child, 'close').then(([code]) => code as number)
  return { child, out, ended }
}

t.test('the API answers below /v1 alone', async t => {
  const { host, call } = await buildTestHost(t)
  for (const path of ['/integrations', '/connections', '/installations', '/clients', '/agreements']) {
    t.equal((await call('acme', 'GET', `/v1${path}`)).status, 200, path)
    t.equal((await call('acme', 'GET', path)).body.code, 'HOST_ERR_ROUTE_NOT_FOUND', path)
  }
  for (const path of ['/health/live', '/health/ready', '/openapi.json', '/docs'])
    t.equal((await host.inject(path)).statusCode, 200, path)
})

t.test('a process on port 0 prints its address, an invitation that works, and ends on SIGTERM', async t => {
  const dataDir = t.testdir()
  const { child, out, ended } = startProcess({ PORT: '0', DATA_DIR: dataDir })
  t.teardown(() => child.kill('SIGKILL'))
  await until(
    async () => out.text,
    text => text.includes('/v1/clients')
  )
  const address = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/m.exec(out.text)?.[1]
  const token = /^export TOKEN=(.+)$/m.exec(out.text)?.[1]
  t.ok(address && token, out.errors)
  const response = await fetch(`${address}/v1/integrations`, { headers: { authorization: `Bearer ${token}` } })
  t.equal(response.status, 200)
  await response.body?.cancel()

  // As a browser opens one ahead.
  const { hostname, port } = new URL(address!)
  const silent = connect(Number(port), hostname)
  t.teardown(() => silent.destroy())
  await once(silent, 'connect')

  const before = Date.now()
  child.kill('SIGTERM')
  t.equal(await ended, 0, 'not cut off for having taken too long')
  t.ok(Date.now() - before < 15_000, 'which a busy machine may not notice at once')
  t.equal(out.errors, '')
  t.notMatch(out.text, readFileSync(join(dataDir, 'auth-secret'), 'utf8'), 'the secret itself is never printed')
})

t.test('a host whose shell was ended instead of it, as npm does, ends too', async t => {
  const env = { PATH: process.env.PATH, PORT: '0', DATA_DIR: t.testdir(), npm_lifecycle_event: 'start' }
  const shell = spawn('sh', ['-c', `"${process.execPath}" host.ts; true`], { cwd: root, env })
  let out = ''
  shell.stdout.on('data', chunk => {
    out += chunk
  })
  await until(
    async () => out,
    text => text.includes('listening on')
  )
  const closed = once(shell.stdout, 'end')
  shell.kill('SIGTERM')
  await closed
  t.match(out, /"msg":"ending"/)
})

t.test('a start that cannot succeed says why in one line and exits with 1', async t => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ PORT: 'many' }, /^HOST_ERR_CONFIG: PORT must be a whole number/],
    [{ NODE_ENV: 'production' }, /^HOST_ERR_CONFIG: .*must be set when NODE_ENV is "production"/],
    [{ CONNECTORS: './no-such-folder' }, /^HOST_ERR_CONNECTOR_NOT_LOADED: .*no-such-folder/],
    [{ HOST: '203.0.113.9' }, /^HOST_ERR_CONFIG: HOST and PORT/]
  ]
  for (const [env, line] of cases) {
    const { out, ended } = startProcess({ PORT: '0', DATA_DIR: t.testdir(), LOG_LEVEL: 'silent', ...env })
    t.equal(await ended, 1)
    t.match(out.errors, line)
    t.equal(out.errors.trim().split('\n').length, 1, out.errors)
  }
})

t.test('what a start compiles is kept beside the packages, and never where others may write', async t => {
  const ask = ['--import', './scripts/preload.js', '-p', "require('node:module').getCompileCacheDir()"]
  const { stdout } = spawnSync(process.execPath, ask, { cwd: root, env: { PATH: process.env.PATH }, encoding: 'utf8' })
  t.ok(stdout.startsWith(join(root, 'node_modules/.cache/integration-host')), stdout)
})

t.test('files are imported by their names as Node does it: once each, and one that is missing is named', async t => {
  const folder = t.testdir({
    'one.ts': "import { own } from './inner/two.ts'\nexport const one: unknown = own",
    inner: { 'two.ts': 'export const own: unknown = {}' },
    'lost.ts': "import './missing.ts'",
    'main.mjs': `import { one } from './one.ts'
      import { own } from ${JSON.stringify(join(t.testdirName, 'inner/two.ts'))}
      console.log(one === own, await import('./lost.ts').catch(error => error.message))`
  })
  const run = ['--import', './scripts/preload.js', join(folder, 'main.mjs')]
  const { stdout } = spawnSync(process.execPath, run, { cwd: root, encoding: 'utf8' })
  t.match(stdout, /^true .*missing\.ts/)
})

t.test('an older Node is told so in one line', async t => {
  const guard = join(root, 'scripts/preload.js')
  const old = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); await import(${JSON.stringify(guard)})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', old])
  let errors = ''
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const [code] = await once(child, 'close')
  t.equal(code, 1)
  t.match(errors, /^HOST_ERR_NODE_TOO_OLD: Node 20\.1\.0 is too old: [^\n]+\n$/)
})
