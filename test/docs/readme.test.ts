import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { readConfig } from '../../plugins/config/env.ts'
import { loadShipped } from '../../plugins/connector/load.ts'
import { variableOf } from '../../plugins/connector/operator.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const readme = read('README.md')
const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md'],
  ...globSync(['docs/*.md', 'connectors/*/README.md', 'test/doubles/*/README.md'], { cwd: root })
]

/** The names of plugins/config/variables.ts, in its order; optional ones without a default are in no configuration, so they are read from the source. */
function declaredVariables(): string[] {
  const [, table = ''] =
    /export const Variables = Type\.Object\(\{\n([\s\S]*?)\n\}\)\n/.exec(read('plugins/config/variables.ts')) ?? []
  return [...table.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name!)
}

/** Variable and default of each row of the configuration table. */
function documentedVariables(): Map<string, string> {
  const [, section = ''] = readme.split('\n## Configuration\n')
  const [table = ''] = section.split('\n## ')
  return new Map(
    [...table.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \|/gm)].map(([, name, value]) => [name!, value!.trim()])
  )
}

t.test(
  'the configuration table has the variables of plugins/config/variables.ts, each once, in their order',
  async t => {
    const declared = declaredVariables()
    t.ok(declared.length > 10, 'the variables are found')
    t.same([...documentedVariables().keys()], declared)
  }
)

t.test('the configuration table has the defaults of plugins/config/variables.ts', async t => {
  const defaults: Record<string, unknown> = { ...(await readConfig({})) }
  for (const [name, documented] of documentedVariables()) {
    const value = defaults[name]
    if (value === undefined) t.notMatch(documented, /^`[^`]*`$/, `${name} has no default of its own`)
    else t.equal(documented, value === '' ? 'none' : `\`${value}\``, name)
  }
})

t.test('the variables of the connectors are all named', async t => {
  const shipped = (await loadShipped()).map(({ connector }) => connector)
  const variables = shipped.flatMap(({ name, operator }) =>
    Object.keys(operator?.properties ?? {}).map(field => variableOf(name, field))
  )
  t.ok(variables.length >= 2)
  for (const variable of variables)
    for (const page of ['README.md', 'docs/operate.md'])
      t.ok(read(page).includes(`\`${variable}\``), `${page}: ${variable}`)
})

t.test('every npm script that is written about exists', async t => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  for (const page of pages) {
    for (const [, name] of read(page).matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)) {
      t.ok(scripts[name!], `${page}: npm run ${name}`)
    }
  }
})

t.test('every relative link leads to a file', async t => {
  for (const page of pages) {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path = ''] = target.split('#')
      t.ok(path === '' || existsSync(join(root, dirname(page), path)), `${page}: ${target}`)
    }
  }
})

const ours =
  /^(?:(?:plugins|connectors|test|scripts|docs|bench|\.ci)\/[\w./*@-]*|[A-Z][A-Z_-]*\.md|host\.ts|package(?:-lock)?\.json)$/

t.test('every file that is written about is there', async t => {
  for (const page of pages) {
    const code = read(page).replace(/^```[\s\S]*?^```/gm, '')
    for (const [, name = ''] of code.matchAll(/`([^`\s]+)`/g)) {
      if (ours.test(name)) t.ok(globSync(name.replace(/\/$/, ''), { cwd: root }).length > 0, `${page}: ${name}`)
    }
  }
})

t.test('every test that is named by its claim is in the file named before it', async t => {
  for (const page of pages) {
    for (const [, file = '', claims = ''] of read(page).matchAll(/`(test\/[\w./-]+\.ts)`((?:,? ?“[^”]+”)+)/g)) {
      const source = existsSync(join(root, file)) ? read(file) : ''
      for (const [, claim = ''] of claims.matchAll(/“([^”]+)”/g)) t.ok(source.includes(claim), `${file}: ${claim}`)
    }
  }
})

t.test('no page has a path of somebody’s machine', async t => {
  for (const page of pages) t.notMatch(read(page), /(?:^|[\s"'`(])\/(?:home|Users|work|root|tmp)\//m, page)
})

t.test('the connector that docs/write-a-connector.md teaches with is the one that is tested', async t => {
  const blocks = [...read('docs/write-a-connector.md').matchAll(/^```ts\n\/\/ (test\/[^\n]+)\n([\s\S]*?)\n```$/gm)]
  t.ok(blocks.length >= 5, 'the blocks are found')
  for (const [, file = '', code = ''] of blocks) t.ok(read(file).includes(code), `${file}: ${code.slice(0, 60)}`)
})
