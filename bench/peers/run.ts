/**
 * `npm run bench:peers`: the host beside dlt, a Singer tap with its target, and an Airbyte source, on one double in one
 * run. Makes a Python environment of its own the first time. `-- --json`, `-- --small` to prove that it runs.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PythonMissing, preparePython } from '../../scripts/python-environment.ts'
import { describeMachine } from '../machine.ts'
import { writeTable } from '../table.ts'
import { figureOf, writeRows } from './compare.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, small: { type: 'boolean', default: false } }
})
const { small } = values
// Progress goes beside the result, so that --json can be piped.
const say = (line: string) => console.error(`bench:peers: ${line}`)

const requirements = fileURLToPath(new URL('./requirements.txt', import.meta.url))
const python = await preparePython('bench-peers', requirements, say).catch(failure => {
  if (!(failure instanceof PythonMissing)) throw failure
  console.error(failure.message)
  process.exit(1)
})
// Loads the whole host, which nobody who lacks Python shall wait for.
const { race } = await import('./race.ts')
const start = performance.now()
const [ours, ...peers] = await race(python, { customers: small ? 2_000 : 100_000, rounds: small ? 1 : 3, say })
const seconds = Math.round((performance.now() - start) / 100) / 10
const figure = { ...figureOf(ours, peers), seconds }
const contenders = [ours, ...peers]

const described = describeMachine()
const names = ['python', 'dlt', 'duckdb', 'singer-sdk', 'airbyte-cdk']
const versions = Object.fromEntries(names.map(name => [name, python.versions.get(name)!]))
const machine = { ...described, versions: { ...described.versions, ...versions } }
if (values.json) console.log(JSON.stringify({ machine, small, figures: [figure], contenders }, null, 2))
else {
  if (small) console.log('Small sizes: these numbers mean nothing.\n')
  console.log(`${writeTable(machine, [figure], [])}\n\n${writeRows(contenders)}`)
}
