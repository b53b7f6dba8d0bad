import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { errorTable } from '../../plugins/errors.ts'

interface DocumentedError {
  readonly code: string
  readonly status: string
  readonly meaning: string
  readonly remedy: string
}

const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')

const rows: readonly DocumentedError[] = page
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line => {
    const [code = '', status = '', meaning = '', remedy = ''] = line.slice(1, -1).split(' | ')
    return { code: code.replaceAll('`', '').trim(), status, meaning, remedy: remedy.trim() }
  })

t.test('every error code has one row in docs/errors.md, and every row is a code', async t => {
  t.same(rows.map(row => row.code).toSorted(), Object.keys(errorTable).toSorted())
})

t.test('the documented status is the one that is answered', async t => {
  for (const [code, [status]] of Object.entries(errorTable)) {
    const documented = rows.find(row => row.code === code)?.status ?? ''
    if (status === 0) t.ok(['start', 'run'].includes(documented), `${code}: start or run`)
    else t.equal(documented, String(status), code)
  }
})

t.test('every row says what the code means and what to do', async t => {
  for (const { code, meaning, remedy } of rows) {
    t.ok(meaning.length > 20 && remedy.length > 10, code)
  }
})
