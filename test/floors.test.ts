import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  againstTheContract,
  againstTheFloors,
  circles,
  floors,
  importsOf,
  looseFiles,
  registersRoutes,
  roomOf,
  routesOutOfPlace,
  type Sources,
  takenForGranted
} from './floors/house.ts'

const root = join(import.meta.dirname, '..')
const globs = ['host.ts', 'plugins/**/*.ts', 'connectors/**/*.ts', 'test/connectors/acme-desk/*.ts']
const ofTests = ['test/**/*.test.ts', 'test/**/suite-double.ts']
const files = globSync(globs, { cwd: root, exclude: ofTests }).map(file => file.replaceAll('\\', '/'))
const sources: Sources = new Map(files.map(file => [file, readFileSync(join(root, file), 'utf8')]))
const host: Sources = new Map([...sources].filter(([file]) => file === 'host.ts' || file.startsWith('plugins/')))
const one = (file: string, text: string): Sources => new Map([[file, text]])

t.test('every import leads to a lower floor', async t => {
  t.ok(host.size > 100, 'the files are found')
  const crossing = [...host].flatMap(([file, text]) =>
    importsOf(file, text).filter(target => roomOf(target) !== roomOf(file))
  )
  t.ok(crossing.length > 200, 'the imports are found')
  t.same(againstTheFloors(host), [])

  const up = "import type { Run } from '../storage/port.ts'"
  t.match(againstTheFloors(one('plugins/entities/client.ts', up)), [/reaches up to plugins\/storage\/port\.ts/])
  t.match(againstTheFloors(one('plugins/log/log.ts', "await import('../config/env.ts')")), [/reaches up/], 'nor beside')
  t.match(againstTheFloors(one('plugins/http/schemas/a.ts', "export * from '../auth.ts'")), [/reaches up/])
  t.match(againstTheFloors(one('plugins/cellar/wine.ts', '')), [/is in no room/])
  t.same(againstTheFloors(one('plugins/sync/run.ts', up)), [])
})

t.test('every room of the plan is there', async t => {
  const rooms = new Set(files.map(roomOf))
  for (const room of floors.flat()) t.ok(rooms.has(room), room)
})

t.test('no file needs itself', async t => {
  t.same(circles(host), [])
  const pair = new Map([
    ['plugins/sync/a.ts', "import './b.ts'"],
    ['plugins/sync/b.ts', "import type { A } from './a.ts'"]
  ])
  t.same(circles(pair), ['plugins/sync/a.ts → plugins/sync/b.ts → plugins/sync/a.ts'])
})

t.test('a connector imports the contract alone, by its name', async t => {
  t.ok([...sources.keys()].some(file => file.startsWith('connectors/')))
  t.same(againstTheContract(sources), [])
  const foreign = ['../../plugins/connector/contract.ts', '../other/api.ts', '../../host.ts', 'integration-host']
  for (const path of foreign)
    t.match(againstTheContract(one('connectors/mine/index.ts', `import '${path}'`)), [/imports/], path)
  t.same(againstTheContract(one('connectors/mine/index.ts', "import 'integration-host/connector/kit'")), [])
})

t.test('a connector takes nothing for a type that nobody has checked', async t => {
  t.same(takenForGranted(sources), [])
  for (const text of ['const one = body as Account', 'new Map<string, any>()', '(x as unknown as Big[])'])
    t.ok(takenForGranted(one('connectors/mine/api.ts', text)).length > 0, text)
  for (const text of ["const kinds = ['a'] as const", "'as Company, any'", '/** As any of them. as It */', '`as It`'])
    t.same(takenForGranted(one('connectors/mine/api.ts', text)), [], text)
})

t.test('routes are registered where people are answered, and nowhere below', async t => {
  const rooms = new Set([...host].filter(([, text]) => registersRoutes(text)).map(([file]) => file.split('/')[1]))
  t.same(
    [...rooms].sort(),
    ['activity', 'clients', 'console', 'http', 'integrations', 'metrics', 'runs', 'webhooks'],
    'the routes are found'
  )
  t.same(routesOutOfPlace(host), [])
  for (const text of ["fastify.get('/due', {}, due)", "this.post('', {}, make)", 'app.route({ url })'])
    t.same(routesOutOfPlace(one('plugins/sync/plugin.ts', text)), ['plugins/sync/plugin.ts registers a route'], text)
})

t.test('no file lies loose in plugins/ but errors.ts', async t => {
  t.same(looseFiles(host), [])
  t.same(looseFiles(one('plugins/retry.ts', '')), ['plugins/retry.ts'])
})
