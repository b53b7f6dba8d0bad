/**
 * `npm run prove`: tries to break what the host promises and prints a table; exit 1 if something broke. Three minutes;
 * `-- --long` at most two hours, `-- openapi-fuzz` one promise, `--list` their names, `--seed 7` what a failure said,
 * `--url mongodb://…` (or MONGODB_TEST_URL) for MongoDB beside SQLite.
 */
import { readdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { describeMachine } from '../bench/machine.ts'
import { table } from '../bench/table.ts'
import type { ProvedPromise, ProveOptions } from './promise.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    long: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    url: { type: 'string', ...(process.env.MONGODB_TEST_URL && { default: process.env.MONGODB_TEST_URL }) }
  }
})
const seed = Number(values.seed)
if (!Number.isInteger(seed) || seed < 0) throw new RangeError('--seed takes a whole number')

const folder = new URL('./promises/', import.meta.url)
const names = (await readdir(folder)).flatMap(file => (file.endsWith('.ts') ? [file.slice(0, -3)] : [])).sort()
const unknown = positionals.filter(name => !names.includes(name))
if (unknown.length > 0) {
  console.error(`There is no promise ${unknown.join(', ')}. There are: ${names.join(', ')}`)
  process.exit(1)
}
if (values.list) for (const name of names) console.log(`${name.padEnd(20)} ${(await load(name)).promise}`)
else await proveAll()

/** A promise's file has its name. */
async function load(name: string): Promise<ProvedPromise> {
  return (await import(new URL(`${name}.ts`, folder).href)).default
}

async function proveAll(): Promise<void> {
  const rows: string[][] = []
  let broken = 0
  for (const name of names) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const say = (line: string) => console.error(`${name}: ${line}`)
    const options: ProveOptions = { seed, long: values.long, mongoUrl: values.url, say }
    const module = await load(name)
    const missing = module.missing?.(options) ?? null
    if (missing !== null) {
      say(`not tried: ${missing}`)
      rows.push([`\`${name}\``, module.promise, `not tried: ${missing}`, '–', '–'])
      continue
    }
    const start = performance.now()
    const { figure, failures } = await module.prove(options).catch(error => ({
      figure: 'it could not be tried to the end',
      failures: [error instanceof Error ? (error.stack ?? error.message) : String(error)]
    }))
    const seconds = Math.round((performance.now() - start) / 1000)
    for (const failure of failures.slice(0, 20)) say(`BROKEN: ${failure}`)
    broken += failures.length
    say(`${figure}, ${failures.length === 0 ? 'kept' : `broken ${failures.length} times`} (${seconds} s)`)
    rows.push([`\`${name}\``, module.promise, figure, `${seconds} s`, failures.length === 0 ? 'pass' : '**fail**'])
  }
  const { cpu, cores, commit, date } = describeMachine()
  console.log(
    `${cpu}, ${cores} cores; commit ${commit}, ${date}; seed ${seed}, ${values.long ? 'long' : 'short'} form.\n`
  )
  console.log(table(['promise', 'in words', 'figure', 'time', ''], rows).join('\n'))
  // Servers of a promise that failed half-way must not keep the command alive.
  process.exit(broken > 0 ? 1 : 0)
}
