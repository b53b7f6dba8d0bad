/** What stands between the host and the world stands in one room: nothing else opens a connection or a database. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const root = join(import.meta.dirname, '..')

interface Way {
  readonly what: string
  readonly words: RegExp
  /** Files and folders that may. */
  readonly of: readonly string[]
}

const called = (name: string) => new RegExp(`(?<![\\w.])${name}\\(`)
const imported = (modules: string) => new RegExp(`(?:from|import\\()\\s*'(?:${modules})'`)

const ways: readonly Way[] = [
  {
    what: 'opens connections',
    words: imported('undici|node:https?2?|node:net|node:tls|node:dgram|node:dns(?:/promises)?'),
    of: ['plugins/outbound', 'plugins/metrics/own-port.ts']
  },
  { what: 'calls fetch of its own', words: called('(?:globalThis\\.)?fetch'), of: ['plugins/http/key-set.ts'] },
  { what: 'starts programs', words: imported('node:child_process|node:cluster'), of: [] },
  { what: 'reaches a database', words: imported('mongodb|node:sqlite'), of: ['plugins/storage'] },
  {
    what: 'reaches a collection or a table',
    words: /\.collection\(|\.prepare\(|DatabaseSync|MongoClient/,
    of: ['plugins/storage']
  },
  { what: 'makes code of text', words: /(?<![\w.])eval\(|new Function\(|runIn\w*Context\(/, of: [] }
]

const isIn = (folder: string, file: string) => file === folder || file.startsWith(`${folder}/`)

/** Without comments, types that are imported, and names of modules whose answers are pure. */
function codeOf(file: string): string {
  return readFileSync(join(root, file), 'utf8')
    .replace(/^\s*(?:\/\/|\*|\/\*\*).*$/gm, '')
    .replace(/import type [\s\S]*?from '[^']+'/g, '')
    .replace(/import \{ (?:isIP|isIPv4|isIPv6) \} from 'node:net'/g, '')
}

const files = ['plugins', 'connectors'].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.startsWith('console/client'))
    .map(name => `${folder}/${name}`)
)

t.test('nothing but the guarded way out opens a connection, and nothing but the stores a database', async t => {
  t.ok(files.length > 300, `${files.length} files`)
  const sources = [...files, 'host.ts'].map(file => [file, codeOf(file)] as const)
  for (const { what, words, of } of ways) {
    const found = sources.filter(([, code]) => words.test(code)).map(([file]) => file)
    t.same(
      found.filter(file => !of.some(room => isIn(room, file))),
      [],
      `nobody else ${what}`
    )
    for (const room of of)
      t.ok(
        found.some(file => isIn(room, file)),
        `${room} ${what}`
      )
  }
})

t.test('no value is ever written into a statement', async t => {
  const said: string[] = []
  let put = 0
  for (const file of files.filter(name => name.startsWith('plugins/storage/sqlite/')))
    for (const [statement] of codeOf(file).matchAll(/`[^`]*\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\b[^`]*`/g))
      for (const [, name = ''] of statement.matchAll(/\$\{([^}]*)\}/g)) {
        put++
        if (/^(?:.*\.)?(?:tenant|id|value|search|cursor|externalId|connectionId)$/.test(name))
          said.push(`${file}: \${${name}}`)
      }
  t.ok(put > 20, `${put} places are looked at`)
  t.same(said, [])
})
