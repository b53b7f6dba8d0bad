import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { key, startLanternDesk } from '../../examples/connector-package/test/lantern-desk.ts'
import { startHostProcess } from '../bad-days/host-process.ts'
import { environment } from '../bad-days/whole-host.ts'

const example = join(import.meta.dirname, '../../examples/connector-package')
const { name } = await import(join(example, 'package.json'), { with: { type: 'json' } }).then(read => read.default)

/**
 * Nothing of npm's own is read or written but below `home`, and nothing asked of a registry. The runner of these tests
 * hands its loaders to every child by NODE_OPTIONS; a compiler that is a module cannot be loaded through them.
 */
function npm(home: string, cwd: string, args: readonly string[]): void {
  const set = { offline: 'true', cache: join(home, '.npm'), audit: 'false', fund: 'false', update_notifier: 'false' }
  const env = Object.fromEntries(Object.entries(set).map(([name, value]) => [`npm_config_${name}`, value]))
  execFileSync('env', ['-u', 'NODE_OPTIONS', 'npm', ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: home, ...env },
    stdio: 'pipe'
  })
}

function emptyFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'installed-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}

t.test('the example, packed and installed into an empty folder, is loaded by its name and syncs', async t => {
  const folder = emptyFolder(t)
  npm(folder, example, ['pack', '--pack-destination', folder])
  const [tarball = ''] = readdirSync(folder).filter(file => file.endsWith('.tgz'))
  npm(folder, folder, ['install', `./${tarball}`])
  const installed = join(folder, 'node_modules', name)
  t.same(readdirSync(installed).sort(), ['README.md', 'dist', 'package.json'], 'compiled, without sources or tests')
  t.notOk(existsSync(join(folder, 'node_modules/integration-host')), 'no link and no copy of the host')

  const rows = [
    { id: 4, title: 'Harbour Hotel', mail: 'front@harbour.example', state: 'open' as const },
    { id: 12, title: 'Quiet Shipyard', mail: null, state: 'closed' as const },
    { id: 101, title: 'Ropes & Sons', mail: null, state: 'open' as const }
  ].map(row => ({ ...row, changed: '2026-11-02T08:00:00.000Z' }))
  const desk = await startLanternDesk({ id: 'desk-1', name: 'Harbour', rows })
  t.teardown(() => desk.close())
  const env = { ...environment(join(folder, 'data'), desk.url), CONNECTORS: name }
  const host = await startHostProcess(t, env, [], folder).listening()

  const form = { credentials: { key, site: desk.url }, syncTypes: ['active-customers'] }
  const answer = await host.call('POST', '/v1/integrations/lantern-desk/install', form)
  t.equal(answer.status, 201, answer.text)
  await host.settled(answer.body.installations[0].id)
  const clients = await host.all('/v1/clients')
  t.same(clients.map(({ name, emails }) => [name, emails[0]?.value ?? null]).sort(), [
    ['Harbour Hotel', 'front@harbour.example'],
    ['Ropes & Sons', null]
  ])

  const wrong = { ...form, credentials: { ...form.credentials, key: 'lantern_0000_not-a-real-key' } }
  const refused = await host.call('POST', '/v1/integrations/lantern-desk/install', wrong)
  t.match(refused, { status: 422, body: { code: 'HOST_ERR_CREDENTIALS_INVALID' } }, 'its failures are understood')
})

t.test('its own tests hold it to the exported suite, from its own folder', async t => {
  const args = ['--import', '../../scripts/preload.js', '--test', '--test-reporter', 'tap', 'test/conformance.test.ts']
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: example,
    encoding: 'utf8',
    env: { PATH: process.env.PATH }
  })
  t.equal(status, 0, stdout.slice(-4000))
  t.match(stdout, /^# pass 1[5-9]$/m, 'each promise of its level is a test')
})
