import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as door from 'integration-host/connector'
import t, { type Test } from 'tap'
import { ConnectorFailure, CredentialsRejected, SourceUnavailable } from '../../../plugins/connector/failures.ts'
import { loadNamed } from '../../../plugins/connector/load.ts'
import { connectorPlugin } from '../../../plugins/connector/plugin.ts'
import { failed } from '../../../plugins/sync/outcome.ts'
import { buildTestHost } from '../../build-test-host.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'

const root = join(import.meta.dirname, '../../..')

/** A folder that no link leads out of, with these files. */
function folderOf(t: Test, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'connector-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const manifest = JSON.stringify({ name: 'desk', type: 'module', exports: './main.js' })

/** A connector in plain JavaScript. */
const written = (contract: string, more = '') => `
  import { CredentialsRejected, Type, connectorPlugin, defineConnector, emailsOf } from 'integration-host/connector'
  import { inParallel } from 'integration-host/connector/kit'
  ${more}
  export const given = { CredentialsRejected, emailsOf, inParallel }
  export default connectorPlugin(defineConnector({ ${contract} name: 'desk' }))`

t.test('a package in a folder of its own gets the host’s own classes by name, without a link', async t => {
  const folder = folderOf(t, { 'package.json': manifest, 'main.js': written('contract: 1,') })
  const [plugin] = await loadNamed([folder])
  t.equal(plugin?.connector.name, 'desk')
  const { given } = await import(pathToFileURL(join(folder, 'main.js')).href)
  t.equal(given.CredentialsRejected, CredentialsRejected)
  t.equal(given.emailsOf, door.emailsOf)
})

t.test('and not those of another copy that lies beside it', async t => {
  const folder = folderOf(t, {
    'package.json': manifest,
    'main.js': written('contract: 1,'),
    'node_modules/integration-host/package.json': JSON.stringify({
      name: 'integration-host',
      type: 'module',
      exports: { './connector': './copy.js', './connector/kit': './copy.js' }
    }),
    'node_modules/integration-host/copy.js': 'throw new Error("the copy was loaded")'
  })
  const [plugin] = await loadNamed([folder])
  t.equal(plugin?.connector.name, 'desk')
})

t.test('CommonJS asks for it in its own way', async t => {
  const folder = folderOf(t, {
    'package.json': JSON.stringify({ name: 'desk', main: './main.cjs' }),
    'main.cjs': `
      const { connectorPlugin } = require('integration-host/connector')
      module.exports = connectorPlugin({ contract: 1, name: 'desk' })`
  })
  const [plugin] = await loadNamed([folder])
  t.equal(plugin?.connector.name, 'desk')
})

t.test('a connector for another contract stops the start, and the line says why', async t => {
  const cases: readonly [string, RegExp][] = [
    ['contract: 2,', /"desk" was made for another host: this one has contract 1, and it was made for 2\./],
    ['', /and it does not say for which it was made\./]
  ]
  for (const [contract, reason] of cases) {
    const folder = folderOf(t, { 'package.json': manifest, 'main.js': written(contract) })
    const start = buildTestHost(t, { env: { CONNECTORS: folder } })
    await t.rejects(start, { code: 'HOST_ERR_CONNECTOR_CONTRACT', message: reason })
  }
})

t.test(
  'so does one that imports what this contract does not have, before it can say for which it was made',
  async t => {
    const cases: readonly [string, string][] = [
      [
        "import { emailsOfOld } from 'integration-host/connector'",
        '"emailsOfOld", which it imports from integration-host/connector, is not there'
      ],
      [
        "import { anything } from 'integration-host/connector/v2'",
        'integration-host/connector/v2, which it imports, is not there'
      ]
    ]
    for (const [more, reason] of cases) {
      const folder = folderOf(t, { 'package.json': manifest, 'main.js': written('contract: 2,', more) })
      const refused: any = await loadNamed([folder]).catch(error => error)
      t.equal(refused.code, 'HOST_ERR_CONNECTOR_CONTRACT', refused.message)
      t.ok(refused.message.includes(reason), refused.message)
    }
    const own = folderOf(t, { 'package.json': manifest, 'main.js': "import { no } from './other.js'", 'other.js': '' })
    await t.rejects(
      loadNamed([own]),
      { code: 'HOST_ERR_CONNECTOR_NOT_LOADED' },
      'what it misses of its own is another matter'
    )
  }
)

t.test('a failure made by another copy of its class is what it says it is', async t => {
  const folder = folderOf(t, { 'package.json': manifest })
  cpSync(join(root, 'plugins/connector/failures.ts'), join(folder, 'failures.ts'))
  const copy = await import(pathToFileURL(join(folder, 'failures.ts')).href)
  const refused = new copy.CredentialsRejected('These keys are refused.')
  t.not(copy.CredentialsRejected, CredentialsRejected)
  t.ok(refused instanceof CredentialsRejected)
  t.ok(refused instanceof ConnectorFailure)
  t.notOk(refused instanceof SourceUnavailable)

  const run = (failure: unknown) => failed(failure, 0, { everyMs: 60_000 } as never, 'run')
  t.match(run(refused), { error: { code: 'HOST_ERR_CREDENTIALS_REJECTED' }, ofConnection: true, bug: false })
  t.match(run(new copy.SourcePostponed('Used up.', 5000)), { status: 'postponed', retryInMs: 5000 })

  const { contract, ...rest } = acmeDesk.connector
  const plugin = connectorPlugin({ contract, ...rest, validate: () => Promise.reject(refused) })
  const { call } = await buildTestHost(t, { connectors: [plugin] })
  const answer = await call('acme', 'POST', '/v1/integrations/acme-desk/validate', {
    credentials: { token: 'desk_0000_not-a-real-token', region: 'eu' }
  })
  t.match(answer, {
    status: 200,
    body: { valid: false, checks: [{ status: 'failed', message: 'These keys are refused.' }] }
  })
})

t.test('what is no failure is none, and a connector may derive failures of its own', async t => {
  for (const other of [new Error('x'), null, undefined, 'text', { code: 'HOST_ERR_CREDENTIALS_REJECTED' }])
    t.notOk((other as object) instanceof ConnectorFailure, String(other))
  class Locked extends CredentialsRejected {}
  t.ok(new Locked('x') instanceof Locked)
  t.ok(new Locked('x') instanceof CredentialsRejected)
  t.notOk(new CredentialsRejected('x') instanceof Locked)
})
