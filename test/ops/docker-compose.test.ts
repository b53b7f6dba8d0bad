/** No engine runs where this is tested, so the file is held against what it names: variables, files, ports, services. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { readConfig } from '../../plugins/config/env.ts'
import { buildTestHost } from '../build-test-host.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const text = read('docker-compose.yml')

/** What `.env` has to give, and what it may. */
const secrets: Record<string, string> = {
  ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  AUTH_SECRET: 'not-a-real-secret-not-a-real-secret',
  METRICS_TOKEN: 'not-a-real-metrics-token'
}

/** `${NAME:?…}` and `${NAME:-default}`, as Compose fills them in. */
function filledIn(source: string, values: Record<string, string>): any {
  const filled = source.replace(/\$\{([A-Z_]+):([?-])([^}]*)\}/g, (_, name: string, how: string, rest: string) => {
    if (how === '?' && !values[name]) throw new Error(`${name} is required`)
    return values[name] || (how === '-' ? rest : '')
  })
  if (/\$\{?[A-Z]/.test(filled)) throw new Error('a variable in a form that is neither required nor has a default')
  // Compose reads the file before it fills it in: what is filled with nothing is an empty text.
  return parse(filled, (_, value) => value ?? '', { merge: true })
}

const compose = filledIn(text, secrets)
const services: Record<string, any> = compose.services
const hosts = Object.keys(services).filter(name => name.startsWith('host'))
const members = Object.keys(services).filter(name => /^mongo\d$/.test(name))

t.test('two hosts, three members of a replica set, one port', async t => {
  t.same(hosts, ['host1', 'host2'])
  t.same(members, ['mongo1', 'mongo2', 'mongo3'])
  const published = Object.entries(services).filter(([, service]) => service.ports)
  const ports = published.map(([name, service]) => `${name} ${service.ports}`)
  t.same(ports, ['proxy 127.0.0.1:8080:8080'], 'for this machine alone, unless PUBLISH says otherwise')
})

t.test('without its secrets nothing starts', async t => {
  for (const name of Object.keys(secrets)) {
    t.throws(() => filledIn(text, { ...secrets, [name]: '' }), { message: `${name} is required` })
    t.match(read('ops/env.example'), new RegExp(`^${name}=$`, 'm'), 'the example names it and holds none')
  }
  for (const name of Object.values(secrets)) t.notOk(text.includes(name))
})

t.test('every variable in ops/env.example is one that docker-compose.yml takes', async t => {
  for (const [, name] of read('ops/env.example').matchAll(/^(?:# )?([A-Z_]+)=/gm))
    t.ok(text.includes(`\${${name}:`), String(name))
})

t.test('the hosts’ variables are variables of this program, with values that it takes', async t => {
  const [, table = ''] =
    /export const Variables = Type\.Object\(\{\n([\s\S]*?)\n\}\)\n/.exec(read('plugins/config/variables.ts')) ?? []
  const known = [...table.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name!)
  for (const name of hosts) {
    const { environment } = services[name]
    for (const variable of Object.keys(environment)) t.ok(known.includes(variable), `${name}: ${variable}`)
    const config = await readConfig(environment)
    t.equal(config.production, true)
    t.equal(config.OUTBOUND_ALLOW, '')
  }
  t.same(services.host1, services.host2)
})

t.test('a host starts with these variables over another store', async t => {
  const { STORAGE_URL: _, METRICS_HOST: __, METRICS_PORT: ___, ...env } = services.host1.environment
  const { host } = await buildTestHost(t, { env: { ...env, METRICS_PORT: '0' } })
  t.equal((await host.inject('/health/ready')).statusCode, 200)
})

t.test('the hosts’ store is the replica set that is made', async t => {
  const url = new URL(services.host1.environment.STORAGE_URL.replace(/,[^/]*/, ''))
  const seeds = /\/\/([^/]+)\//.exec(services.host1.environment.STORAGE_URL)![1]!.split(',')
  t.same(
    seeds,
    members.map(name => `${name}:27017`)
  )
  const set = url.searchParams.get('replicaSet')!
  const script = read('ops/mongo-init.js')
  t.match(script, `_id: '${set}'`)
  t.match(script, `[${members.map(name => `'${name}'`).join(', ')}]`)
  for (const name of members) {
    const { command, image, volumes, networks } = services[name]
    t.same([command.indexOf('--replSet') + 1, command[command.indexOf('--replSet') + 1]], [2, set])
    t.equal(image, services['mongo-init'].image)
    t.same(volumes, [`${name}:/data/db`])
    t.ok(Object.hasOwn(compose.volumes, name))
    t.same(networks, ['store'])
  }
  t.equal(compose.networks.store.internal, true, 'the members have no passwords, so their network leads nowhere')
})

t.test('everything that is waited for exists and can be waited for', async t => {
  for (const [name, service] of Object.entries(services)) {
    for (const [other, { condition }] of Object.entries<any>(service.depends_on ?? {})) {
      t.ok(services[other], `${name} waits for ${other}`)
      if (condition === 'service_healthy')
        t.ok(services[other].healthcheck ?? services[other].build, `${other} tells its health`)
    }
    for (const network of service.networks) t.ok(Object.hasOwn(compose.networks, network), `${name}: ${network}`)
  }
  t.equal(services.host1.depends_on['mongo-init'].condition, 'service_completed_successfully')
})

t.test('every file that is named is there', async t => {
  for (const [name, { volumes = [], build }] of Object.entries(services)) {
    if (build) t.ok(existsSync(join(root, build, 'Dockerfile')), name)
    for (const [from] of volumes.map((volume: string) => volume.split(':')))
      if (from.startsWith('.')) t.ok(existsSync(join(root, from)), `${name}: ${from}`)
      else t.ok(Object.hasOwn(compose.volumes, from), `${name}: ${from}`)
  }
  const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
    paths!.split(' ')
  )
  t.same(copied.sort(), [
    'connectors',
    'host.ts',
    'package-lock.json',
    'package.json',
    'package.json',
    'plugins',
    'scripts'
  ])
  const letThrough = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path!)
  for (const path of copied) t.ok(existsSync(join(root, path)) && letThrough.includes(path), path)
})

t.test('the image starts the host as npm start does', async t => {
  const [, command] = /^CMD (.+)$/m.exec(read('Dockerfile'))!
  t.same(JSON.parse(command!), JSON.parse(read('package.json')).scripts.start.split(' '))
})

t.test('the image holds every module that the host loads', async t => {
  const inside = /^(\.\/|\.\.\/)*(?:plugins|connectors|scripts|host\.ts|package\.json)/
  const pending = ['host.ts']
  const seen = new Set(pending)
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    for (const [, path] of read(file).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const target = join(file, '..', path!)
      t.match(target, inside, `${file} loads ${target}`)
      if (!seen.has(target) && target.endsWith('.ts')) {
        seen.add(target)
        pending.push(target)
      }
    }
  }
  t.ok(seen.size > 50, 'the modules are found')
})

t.test('a host is no root, cannot write its own files, and has no capability', async t => {
  for (const name of hosts) {
    const { read_only, cap_drop, security_opt, stop_grace_period } = services[name]
    t.same({ read_only, cap_drop }, { read_only: true, cap_drop: ['ALL'] })
    t.same(security_opt, ['no-new-privileges:true'])
    t.ok(Number.parseInt(stop_grace_period, 10) > 10, 'closing has its 10 s')
  }
  const steps = read('Dockerfile').split('\n')
  t.ok(steps.lastIndexOf('USER node') > steps.findLastIndex(step => step.startsWith('RUN')))
  t.ok(steps.lastIndexOf('USER node') > steps.findLastIndex(step => step.startsWith('COPY')))
})

t.test('proxy, hosts and health check agree on paths and ports', async t => {
  const caddyfile = read('ops/Caddyfile')
  const { PORT } = services.host1.environment
  t.match(caddyfile, `reverse_proxy ${hosts.map(name => `${name}:${PORT}`).join(' ')} {`)
  t.match(caddyfile, /^:8080 \{$/m)
  t.match(read('Dockerfile'), new RegExp(`PORT=${PORT}\\b[\\s\\S]*^EXPOSE ${PORT}$`, 'm'))
  const { host } = await buildTestHost(t)
  for (const [file, path] of [
    ['ops/Caddyfile', /health_uri (\S+)/.exec(caddyfile)![1]!],
    ['Dockerfile', /\$\{process\.env\.PORT\}(\/[\w/]+)`/.exec(read('Dockerfile'))![1]!]
  ] as const)
    t.equal((await host.inject(path)).statusCode, 200, `${file}: ${path}`)
})

const plugin = spawnSync('docker', ['compose', 'version'], { encoding: 'utf8' })
const missing = plugin.status === 0 ? {} : { skip: 'docker with its compose plugin is not installed' }
t.test('docker compose takes the file', missing, async t => {
  const { status, stderr } = spawnSync('docker', ['compose', '-f', 'docker-compose.yml', 'config', '-q'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...secrets }
  })
  t.equal(status, 0, stderr)
  t.equal(stderr, '')
})
