import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { loadNamed } from '../../../plugins/connector/load.ts'
import { connectorPlugin } from '../../../plugins/connector/plugin.ts'
import { buildTestHost } from '../../build-test-host.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'

const folder = join(import.meta.dirname, '../../connectors/acme-desk')

t.test('a connector is found by folder, by file, by file URL and by a path from the working directory', async t => {
  const entries = [
    folder,
    join(folder, 'index.ts'),
    pathToFileURL(folder).href,
    `./${join(folder, 'index.ts').slice(process.cwd().length + 1)}`
  ]
  for (const entry of entries) {
    const [plugin] = await loadNamed([entry])
    t.equal(plugin?.connector.name, 'acme-desk', entry)
  }
})

t.test(
  'a connector of an npm package is found by name from the working directory, without importing the host',
  async t => {
    const dir = t.testdir({
      node_modules: {
        '@acme': {
          desk: {
            'package.json': JSON.stringify({ name: '@acme/desk', type: 'module', main: './main.js' }),
            'main.js': `
            const scope = async instance => { await instance.bindConnector(scope.connector) }
            scope.connector = { name: 'acme-package' }
            export default scope`
          }
        }
      }
    })
    const before = process.cwd()
    t.teardown(() => process.chdir(before))
    process.chdir(dir)
    const [plugin] = await loadNamed(['@acme/desk'])
    t.equal(plugin?.connector.name, 'acme-package')
  }
)

t.test('what cannot be loaded is refused by name', async t => {
  const dir = t.testdir({
    'throws.js': 'throw new Error("no luck\\nsecond line")',
    'no-plugin.js': 'export default { name: "x" }',
    empty: {}
  })
  const cases: [string, RegExp][] = [
    ['no-such-package', /neither an installed package nor a path/],
    ['./no-such-folder', /neither an installed package nor a path/],
    [join(dir, 'empty'), /neither an installed package nor a path/],
    [join(dir, 'throws.js'), /no luck$/],
    [join(dir, 'no-plugin.js'), /its default export is not made by connectorPlugin/]
  ]
  for (const [entry, reason] of cases) {
    const refused: any = await loadNamed([entry]).catch(error => error)
    t.equal(refused.code, 'HOST_ERR_CONNECTOR_NOT_LOADED', entry)
    t.match(refused.message, reason)
    t.ok(refused.message.includes(entry))
  }
})

t.test('two connectors of one name stop the start', async t => {
  await t.rejects(buildTestHost(t, { connectors: [acmeDesk], env: { CONNECTORS: folder } }), {
    code: 'HOST_ERR_CONNECTOR_INVALID',
    message: /acme-desk.*same name/
  })
})

t.test('a wrong declaration stops the start', async t => {
  const wrong = connectorPlugin({ ...acmeDesk.connector, syncTypes: [] })
  await t.rejects(buildTestHost(t, { connectors: [wrong] }), { code: 'HOST_ERR_CONNECTOR_INVALID' })
})

t.test('what a connector adds to its scope is seen by no other part of the host', async t => {
  const decorating = connectorPlugin({
    ...acmeDesk.connector,
    routes: async scope => {
      scope.decorate('ofAcmeAlone', true)
      scope.addHook('onSend', async (_request, reply) => {
        reply.header('x-acme', 'was here')
      })
      scope.get('/own', { config: { permission: null } }, async () => ({ own: scope.hasDecorator('ofAcmeAlone') }))
    }
  })
  // Its own routes live one scope deeper than the host's, so that not even those are touched.
  const { host, as } = await buildTestHost(t, { connectors: [decorating] })
  t.same((await host.inject('/v1/integrations/acme-desk/own')).json(), { own: true })
  t.notOk(host.hasDecorator('ofAcmeAlone'))
  const headers = await as('acme')
  for (const url of ['/v1/clients', '/v1/integrations', '/v1/integrations/acme-desk'])
    t.notOk((await host.inject({ url, headers })).headers['x-acme'], url)
})
