import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import type { Figure } from '../../bench/figure.ts'
import { writeTable } from '../../bench/table.ts'

const program = fileURLToPath(new URL('../../bench/run.ts', import.meta.url))
const env = { ...process.env, MONGODB_TEST_URL: undefined }
const bench = (...args: string[]) => promisify(execFile)(process.execPath, [program, ...args], { env })

t.test('one run measures the figures it is asked for and tells the machine, as JSON', async t => {
  const { stdout } = await bench('--small', '--json', 'full-sync-sqlite', 'no-change-tick')
  const { machine, small, figures } = JSON.parse(stdout)
  t.equal(small, true)
  t.match(machine, { cpu: String, cores: Number, memoryGiB: Number, commit: String, versions: { node: /^\d+\./ } })
  t.same(
    figures.map((figure: Figure) => figure.name),
    ['full-sync-sqlite', 'no-change-tick']
  )
  const [sync, tick] = figures
  t.match(sync, { ceiling: /records\/s$/, seconds: Number, note: String, details: { pages: 3 } })
  t.ok(sync.value > 0 && sync.details.records >= 2000, 'the host and the bare loop have read the same account')
  t.match(
    tick,
    { value: 5, met: true, details: { requests: 5, recordWrites: 0 } },
    'these numbers need no quiet machine'
  )
})

t.test('a figure that needs MongoDB is named as left out, with the reason, in a table for the README', async t => {
  const { stdout } = await bench('--small', 'two-hosts')
  t.match(stdout, /^Small sizes: these numbers mean nothing\.\n\n.+ cores, .+ commit .+; node \d+/)
  t.match(
    stdout,
    /\n\| figure \| goal \| measured \| bare, same run \| how \|\n\| --- \| --- \| --- \| --- \| --- \|\n/
  )
  t.match(stdout, /Left out: `two-hosts`, needs --url/)
})

t.test('the table marks what misses its goal', async t => {
  const figure = { goal: 'a | b', value: 1, ceiling: null, details: {}, note: 'n', seconds: 1 }
  const machine = { cpu: 'X', cores: 2, memoryGiB: 4, commit: 'abc', date: '2026-01-01', versions: {} as never }
  const figures = [
    { ...figure, name: 'good', shown: '1', met: true },
    { ...figure, name: 'bad', shown: '2', met: false }
  ]
  const rows = writeTable(machine, figures, []).split('\n').slice(-2)
  t.same(rows, ['| `good` | a \\| b | 1 | – | n |', '| `bad` | a \\| b | **missed** 2 | – | n |'])
})

t.test('an unknown figure ends with the names there are', async t => {
  await t.rejects(bench('full-sync'), { code: 1, stderr: /no figure full-sync\. There are: full-sync-sqlite, / })
})
