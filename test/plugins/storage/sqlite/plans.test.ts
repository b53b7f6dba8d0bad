import { join } from 'node:path'
import t from 'tap'
import { Database, type Value } from '../../../../plugins/storage/sqlite/database.ts'
import { openFile } from '../../../../plugins/storage/sqlite/file.ts'
import { sectionsOf } from '../../../../plugins/storage/sqlite/sections.ts'
import { askAll, everyList, fillForLists } from '../every-list.ts'

/** Lists that are sorted in memory, and what bounds them. */
const sorted: Readonly<Record<string, string>> = {
  'connections by account id': 'a tenant has few connections to one account',
  'installations by connection': 'as many as its connector has sync types',
  'installations by both': 'as many as its connector has sync types',
  'connections with their installations': '500 connections at most'
}

/** Indexes that are walked from one end, and why that is short; and a table of one row. */
const walked: Readonly<Record<string, string>> = {
  'SCAN cursor_keys': 'one row',
  'SCAN installations USING INDEX installations_held': 'it holds nothing else, and the statement has a limit',
  'SCAN installations USING INDEX installations_misfitted': 'it holds nothing else, and the statement has a limit',
  'SCAN installations USING INDEX installations_due': 'to the first that is not under way',
  'SCAN installations USING COVERING INDEX installations_running': 'its first entry'
}

t.test('every list, with every filter and sort, is answered by an index and sorts nothing without bound', async t => {
  const sqlite = openFile(join(t.testdir(), 'store.db'))
  const database = new Database(sqlite)
  t.teardown(() => database.close())
  const store = { kind: 'sqlite' as const, ...sectionsOf(database), close: async () => {} }
  const filled = await fillForLists(store, 600)
  const tables = sqlite
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    .all()
    .map(row => String(row.name))

  let asked = ''
  const plans = new Map<string, { text: string; steps: string[] }>()
  for (const method of ['all', 'one', 'each'] as const) {
    const ask = database[method].bind(database) as (...values: [string, ...Value[]]) => any
    database[method] = (text: string, ...values: Value[]): any => {
      const steps = sqlite
        .prepare(`EXPLAIN QUERY PLAN ${text}`)
        .all(...values)
        .map(row => String(row.detail))
      if (asked) plans.set(`${asked}: ${text}`, { text, steps })
      return ask(text, ...values)
    }
  }
  const asks = everyList(store, filled)
  await askAll(asks, name => {
    asked = name
  })
  asked = ''
  t.ok(plans.size > Object.keys(asks).length, `${plans.size} statements`)
  for (const [name, { steps }] of plans) {
    const list = name.slice(0, name.indexOf(': '))
    const other = steps.filter(step => !Object.hasOwn(walked, step))
    const scans = other.filter(step => tables.some(table => new RegExp(`^SCAN ${table}\\b`).test(step)))
    t.same(scans, [], name)
    const sorts = steps.filter(step => /TEMP B-TREE/.test(step) && !/DISTINCT/.test(step))
    if (!Object.hasOwn(sorted, list)) t.same(sorts, [], name)
  }
})

t.test('a range of clients and a page of runs are bounded at both ends by their index', async t => {
  const sqlite = openFile(join(t.testdir(), 'store.db'))
  const database = new Database(sqlite)
  t.teardown(() => database.close())
  const store = { kind: 'sqlite' as const, ...sectionsOf(database), close: async () => {} }
  const { lease } = await fillForLists(store, 60)
  const steps: string[] = []
  for (const method of ['all', 'each'] as const) {
    const ask = database[method].bind(database) as (...values: [string, ...Value[]]) => any
    database[method] = (text: string, ...values: Value[]): any => {
      const plan = sqlite.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values)
      steps.push(...plan.map(row => String(row.detail)))
      return ask(text, ...values)
    }
  }
  await store.clients.activeInRange(lease.installationId, '1', '3', 10)
  t.match(steps.at(-1), /clients_by_parts \(owner=\? AND part_states=\? AND sort_key>\? AND sort_key<\?\)$/)
  const { nextCursor } = await store.runs.list(lease.tenant, lease.installationId, { limit: 1, cursor: null })
  await store.runs.list(lease.tenant, lease.installationId, { limit: 1, cursor: nextCursor! })
  t.match(steps.at(-1), /runs_by_installation \(installation_id=\? AND id<\?\)$/)
})

t.test('a plan that scans or sorts would be seen', async t => {
  const sqlite = openFile(join(t.testdir(), 'store.db'))
  t.teardown(() => sqlite.close())
  const steps = (text: string) =>
    sqlite
      .prepare(`EXPLAIN QUERY PLAN ${text}`)
      .all()
      .map(row => String(row.detail))
      .join()
  t.match(steps("SELECT * FROM clients WHERE name_key = 'x'"), /^SCAN clients/)
  t.match(steps('SELECT * FROM clients WHERE owner = 1 ORDER BY rev'), /TEMP B-TREE/)
})
