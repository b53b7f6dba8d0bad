import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { errorTable } from '../../plugins/errors.ts'
import { createMetrics } from '../../plugins/metrics/registry.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const rules: any[] = parse(read('ops/alerts.yml')).groups.flatMap((group: any) => group.rules)
const dashboard = JSON.parse(read('ops/grafana-dashboard.json'))
const panels: any[] = dashboard.panels.filter((panel: any) => panel.type !== 'row')

const expressions = new Map<string, string>([
  ...rules.map((rule): [string, string] => [rule.alert, rule.expr]),
  ...panels.flatMap(panel =>
    panel.targets.map((target: any): [string, string] => [`${panel.title} ${target.refId} (${panel.id})`, target.expr])
  ),
  ...dashboard.templating.list
    .filter((variable: any) => variable.type === 'query')
    .map((variable: any): [string, string] => [`variable ${variable.name}`, variable.query.query])
])

interface Known {
  readonly type: string
  readonly labels: readonly string[]
}

/** What every series has from Prometheus itself. */
const scraped = ['job', 'instance']

/** Sample names as they are scraped, with the labels that each has. */
async function samples(): Promise<Map<string, Known>> {
  const { registry } = createMetrics({
    ...{ version: '0', syncEveryMs: 1, running: () => 0, countDue: async () => 0 },
    countWaiting: async () => ({ awaitingApproval: 0, misfits: 0, held: {} })
  })
  const known = new Map<string, Known>([['up', { type: 'gauge', labels: [] }]])
  for (const { name, type } of (await registry.getMetricsAsJSON()) as unknown as { name: string; type: string }[]) {
    const metric = registry.getSingleMetric(name) as unknown as { labelNames: string[] }
    const labels = metric.labelNames
    if (type !== 'histogram') known.set(name, { type, labels })
    else for (const end of ['_bucket', '_sum', '_count']) known.set(name + end, { type, labels: [...labels, 'le'] })
  }
  return known
}

const used = (expr: string) =>
  [...expr.matchAll(/\b((?:integration_host|nodejs|process)_\w+|up)\b/g)].map(([name]) => name)

t.test('every metric that an alert or a panel asks for exists', async t => {
  const known = await samples()
  t.ok(expressions.size > 40, 'the expressions are found')
  for (const [where, expr] of expressions) {
    const names = used(expr)
    t.ok(names.length > 0, `${where} asks for a metric`)
    for (const name of names) t.ok(known.has(name), `${where}: ${name}`)
  }
})

t.test('every metric of this host but its own measure of the API is on the dashboard', async t => {
  const shown = new Set([...expressions.values()].flatMap(used).map(name => name.replace(/_(bucket|sum|count)$/, '')))
  for (const name of (await samples()).keys()) {
    if (name.startsWith('integration_host_')) t.ok(shown.has(name.replace(/_(bucket|sum|count)$/, '')), name)
  }
})

t.test('an expression picks and groups by labels that its metrics have', async t => {
  const known = await samples()
  for (const [where, expr] of expressions) {
    for (const [, name, picked] of expr.matchAll(/([a-z]\w+)\{([^}]*)\}/g)) {
      for (const [, label] of picked!.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g))
        t.ok([...scraped, ...known.get(name!)!.labels].includes(label!), `${where}: ${name} has ${label}`)
    }
    const all = new Set([...scraped, ...used(expr).flatMap(name => known.get(name)!.labels)])
    for (const [, labels] of expr.matchAll(/\b(?:by|on|without|ignoring) \(([^)]*)\)/g))
      for (const label of labels!.split(',').filter(one => one.trim()))
        t.ok(all.has(label.trim()), `${where}: ${label}`)
  }
})

t.test('counters are asked for their growth, and only counters and buckets are', async t => {
  const known = await samples()
  for (const [where, expr] of expressions) {
    if (where.startsWith('variable')) continue
    for (const [, grows, name] of expr.matchAll(/(rate\(|increase\()?\b((?:integration_host|nodejs|process)_\w+)/g)) {
      const { type } = known.get(name!)!
      t.equal(Boolean(grows), type === 'counter' || type === 'histogram', `${where}: ${name} is a ${type}`)
    }
  }
})

t.test('parentheses, braces and quotes are closed', async t => {
  for (const [where, expr] of expressions) {
    for (const [open, close] of ['()', '{}', '[]'] as const)
      t.equal(expr.split(String(open)).length, expr.split(String(close)).length, `${where}: ${open}${close}`)
    t.equal((expr.split('"').length - 1) % 2, 0, where)
  }
})

t.test('an alert names codes that exist', async t => {
  const codes = rules.flatMap(({ expr }) => [...expr.matchAll(/HOST_ERR_\w+/g)].map(([code]) => code as string))
  t.ok(codes.length > 4)
  for (const code of codes) t.ok(Object.hasOwn(errorTable, code), code)
})

t.test('every alert has a name of its own, a severity, and says what to do', async t => {
  t.equal(new Set(rules.map(rule => rule.alert)).size, rules.length)
  for (const { alert, labels, annotations } of rules) {
    t.match(alert, /^IntegrationHost[A-Z]\w+$/)
    t.ok(['critical', 'warning'].includes(labels.severity), alert)
    t.ok(annotations.summary.length > 10 && annotations.description.length > 40, alert)
  }
})

t.test('a label that an annotation shows is left by its expression', async t => {
  for (const { alert, expr, annotations } of rules)
    for (const [, label] of JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g))
      t.match(expr, new RegExp(`by \\([^)]*\\b${label}\\b`), `${alert}: ${label}`)
})

t.test('panels have ids of their own and do not cover each other', async t => {
  const all: any[] = dashboard.panels
  t.equal(new Set(all.map(panel => panel.id)).size, all.length)
  const taken = new Set<string>()
  for (const { title, gridPos: place } of all) {
    t.ok(place.x + place.w <= 24, title)
    for (let x = place.x; x < place.x + place.w; x++) {
      for (let y = place.y; y < place.y + place.h; y++) {
        if (taken.has(`${x},${y}`)) t.fail(`${title} covers another`)
        taken.add(`${x},${y}`)
      }
    }
  }
})
