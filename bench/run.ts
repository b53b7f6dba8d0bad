/**
 * `npm run bench`: every figure of the README with the machine it was measured on and the bare ceiling of the same run.
 * `-- full-sync-sqlite` one figure, `--list` their names, `--json`, `--small` to prove that all run, `--full` the
 * largest sizes, `--url mongodb://…` (or MONGODB_TEST_URL) the figures over MongoDB.
 */
import { readdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Figure, FigureModule } from './figure.ts'
import { describeMachine } from './machine.ts'
import { type LeftOut, writeTable } from './table.ts'

/** As the README tells them. */
const order = [
  'full-sync-sqlite',
  'both-sync-types',
  'latency-300',
  'no-change-tick',
  'one-percent-changed',
  'memory',
  'ten-thousand-installations',
  'clients-rest',
  'lists',
  'start',
  'clone-to-client',
  'full-sync-mongodb',
  'memory-mongodb',
  'two-hosts',
  'claims',
  'answer-limits',
  'console'
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    small: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    url: { type: 'string', ...(process.env.MONGODB_TEST_URL && { default: process.env.MONGODB_TEST_URL }) }
  }
})

const folder = new URL('./figures/', import.meta.url)
const names = (await readdir(folder))
  .flatMap(file => (file.endsWith('.ts') ? [file.slice(0, -3)] : []))
  .sort((a, b) => order.indexOf(a) - order.indexOf(b))
const unknown = positionals.filter(name => !names.includes(name))
if (unknown.length > 0) {
  console.error(`There is no figure ${unknown.join(', ')}. There are: ${names.join(', ')}`)
  process.exit(1)
}
if (values.list) for (const name of names) console.log(`${name.padEnd(28)} ${(await load(name)).goal}`)
else await measure()

/** A figure's file has its name. */
async function load(name: string): Promise<FigureModule> {
  return (await import(new URL(`${name}.ts`, folder).href)).default
}

async function measure(): Promise<void> {
  const figures: Figure[] = []
  const leftOut: LeftOut[] = []
  for (const name of names) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const module = await load(name)
    const { goal } = module
    if (module.onRequest && positionals.length === 0) {
      leftOut.push({ name, reason: 'runs when it is named' })
      continue
    }
    if (module.needsMongoDb && !values.url) {
      leftOut.push({ name, reason: 'needs --url mongodb://… or MONGODB_TEST_URL' })
      continue
    }
    // Progress goes beside the result, so that --json can be piped.
    const say = (line: string) => console.error(`${name}: ${line}`)
    const start = performance.now()
    const measured = await module.run({ small: values.small, full: values.full, url: values.url, say })
    const seconds = Math.round((performance.now() - start) / 100) / 10
    say(`${measured.shown} (${seconds} s)`)
    figures.push({ name, goal, seconds, ...measured })
  }
  const machine = describeMachine()
  if (values.json) console.log(JSON.stringify({ machine, small: values.small, figures, leftOut }, null, 2))
  else
    console.log(
      `${values.small ? 'Small sizes: these numbers mean nothing.\n\n' : ''}${writeTable(machine, figures, leftOut)}`
    )
}
