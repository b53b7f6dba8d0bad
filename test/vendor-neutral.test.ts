import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const root = join(import.meta.dirname, '..')

t.test('the host names no vendor: not in a file of plugins/, not in host.ts', async t => {
  const files = ['host.ts', ...globSync('plugins/**/*.ts', { cwd: root })]
  t.ok(files.length > 40, 'the files are found')
  for (const file of files) {
    const text = `${file}\n${readFileSync(join(root, file), 'utf8')}`
    t.notMatch(text, /connect-?wise|auto-?task|acme/i, file)
  }
})
