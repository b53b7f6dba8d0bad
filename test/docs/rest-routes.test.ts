/** README's table of routes and the OpenAPI document say the same. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { buildTestHost } from '../build-test-host.ts'
import acmeDesk from '../connectors/acme-desk/index.ts'

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')

/** In no description of the API: files for people and tools, and what METRICS_TOKEN opens. */
const hidden = ['GET /openapi.json', 'GET /docs', 'GET /metrics']

const inTicks = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!)

/** `/losses/reject` behind a path stands for that path with its last two parts put in place. */
function fullPath(short: string, before: string): string {
  const parts = short.split('/').length - 1
  return before.split('/').slice(0, -parts).join('/') + short
}

/** Permissions by `METHOD /path`, parameters by what they name; none: an empty text. */
function documentedRoutes(): Map<string, string> {
  const [, section = ''] = readme.split('\n## REST\n')
  const [table = ''] = section.split('\n## ')
  const routes = new Map<string, string>()
  for (const [, cell = '', needs = ''] of table.matchAll(/^\| (`[A-Z]+ \/.*?) \| (.*?) \|$/gm)) {
    // What stands behind a comma is a condition more.
    const permission = inTicks(needs.split(',')[0]!).join(' and ')
    let [method, path] = ['', '']
    for (const text of inTicks(cell)) {
      const [, verb, target = ''] = /^(?:([A-Z]+) )?(\/[^?]*)/.exec(text) ?? []
      if (target === '') continue
      if (verb) [method, path] = [verb, target]
      else path = fullPath(target, path)
      t.notOk(routes.has(`${method} ${path}`), `${method} ${path} stands there once`)
      routes.set(`${method} ${path}`, permission)
    }
  }
  return routes
}

t.test('the table of routes has every route of the OpenAPI document, with its permission, and no other', async t => {
  const { host } = await buildTestHost(t, { connectors: [acmeDesk] })
  const { paths } = (await host.inject('/openapi.json')).json()
  const described = new Map<string, string>()
  for (const [path, operations] of Object.entries<any>(paths))
    for (const [method, { security, description = '' }] of Object.entries<any>(operations)) {
      const [needs = ''] = /^Permission: .*/.exec(description) ?? []
      const permission = security.length === 0 ? '' : inTicks(needs).join(' and ')
      described.set(`${method.toUpperCase()} ${path.replace('/acme-desk', '/{connector}')}`, permission)
    }
  const documented = documentedRoutes()
  for (const route of hidden) t.ok(documented.delete(route), route)
  t.ok(documented.size > 40, `${documented.size} routes`)
  const sorted = (routes: Map<string, string>) => [...routes].map(route => route.join(': ')).sort()
  t.same(sorted(documented), sorted(described))
})

t.test('what the table says of a route’s query is what the route takes', async t => {
  const { host } = await buildTestHost(t, { connectors: [acmeDesk] })
  const { paths } = (await host.inject('/openapi.json')).json()
  let checked = 0
  for (const [, path = '', query = ''] of readme.matchAll(/`GET (\/v1[^?`]*)\?([^`]+)`/g)) {
    const operation = paths[path.replace('{connector}', 'acme-desk')]?.get
    t.ok(operation, path)
    const names = operation?.parameters?.map(({ name }: { name: string }) => name) ?? []
    for (const [, name] of query.matchAll(/(?:^|&)([a-zA-Z]+)=/g)) {
      t.ok(names.includes(name), `${path} takes ${name}`)
      checked++
    }
  }
  t.ok(checked > 15, `${checked} names`)
})
