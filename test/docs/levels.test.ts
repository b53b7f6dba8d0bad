import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import t from 'tap'
import type { Connector } from '../../plugins/connector/contract.ts'
import { isPromisedAt, levels, levelWords } from '../../plugins/connector/levels.ts'
import { promisesByLevel } from '../conformance/connector/levels.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const page = read('docs/write-a-connector.md')
const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1)

t.test(
  'docs/write-a-connector.md has a heading for each promise of the suite, in its order, with its level',
  async t => {
    const [, section = ''] = /\n### What the suite promises\n([\s\S]*?)\n## /.exec(page) ?? []
    const headings = [...section.matchAll(/^#### (\S+)\n\n(\w+)\. /gm)].map(([, id, level]) => `${id}: ${level}`)
    const promised = promisesByLevel.flatMap(({ level, ofConnector, ofSyncType }) =>
      [...ofConnector, ...ofSyncType].map(({ id }) => `${id}: ${capital(level)}`)
    )
    t.ok(promised.length > 10, 'the promises are found')
    t.same(headings, promised)
  }
)

t.test('docs/write-a-connector.md says of each level what it means', async t => {
  const rows = [...page.matchAll(/^\| (bronze|silver|gold) \| (.*) \|$/gm)].map(([, level, words]) => [level, words])
  t.same(
    rows,
    levels.map(level => [level, levelWords[level]])
  )
})

t.test('a level promises what those before it do; without a level everything is promised', async t => {
  const promised = [undefined, ...levels].map(declared => levels.filter(level => isPromisedAt(declared, level)))
  t.same(promised, [levels, ['bronze'], ['bronze', 'silver'], levels])
})

t.test('the README of a connector states the level that it declares, and its test holds it to that', async t => {
  for (const path of globSync('connectors/*/index.ts', { cwd: root })) {
    const name = basename(dirname(path))
    const { connector } = (await import(join(root, path))).default as { connector: Connector }
    const [, stated] = /^Level: \*\*(\w+)\*\*/m.exec(read(`connectors/${name}/README.md`)) ?? []
    t.equal(stated, connector.level, name)
    t.match(read(`test/connectors/${name}/conformance.test.ts`), /connectorSuite\(/, name)
  }
})
