/**
 * Moves all that one store keeps into an empty other one, while no host runs on either:
 * npm run migrate-store -- --from file:… --to mongodb://… (any direction). May be cut and started again: it goes on.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Store } from '../plugins/storage/port.ts'
import { isEqual, type MigrationProgress, migrateStore, type SectionCount } from '../plugins/storage/transfer.ts'

const usage =
  'Usage: npm run migrate-store -- --from URL --to URL, each file:…, mongodb://…, or env:NAME for the URL in a variable'

/** Between two lines about one section. */
const LINE_MS = 1000

function readArguments(): { from: string; to: string } {
  try {
    const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } })
    return { from: urlOf(values.from), to: urlOf(values.to) }
  } catch {
    // What parseArgs says may repeat a URL with its password.
    throw new Error(usage)
  }
}

function urlOf(argument = ''): string {
  const url = argument.startsWith('env:') ? (process.env[argument.slice('env:'.length)] ?? '') : argument
  if (!/^(file:.+|mongodb(\+srv)?:\/\/.+)$/.test(url)) throw new Error(usage)
  return url
}

async function openStore(url: string, mustExist: boolean): Promise<Store> {
  if (url.startsWith('file:')) {
    const { openSqliteStore, pathOf } = await import('../plugins/storage/sqlite/open.ts')
    if (mustExist && !existsSync(pathOf(url)!)) throw new Error(`There is no ${url} to migrate from.`)
    return openSqliteStore({ url })
  }
  const { openMongoStore } = await import('../plugins/storage/mongodb/open.ts')
  return openMongoStore({ url, log: { warn: line => console.error(line) } })
}

/** For people: neither user nor password, nor options, which may be secret too. */
function shown(url: string): string {
  return url.replace(/^(mongodb(?:\+srv)?:\/\/)(?:.*@)?([^?]*).*$/s, '$1$2')
}

/** At most a line a second for each section, and one when it is done. */
function progressLines(): (progress: MigrationProgress) => void {
  let last = { section: '', at: 0 }
  return ({ section, copied, of }) => {
    const now = performance.now()
    if (copied < of && section === last.section && now - last.at < LINE_MS) return
    if (section === last.section && last.at === Infinity) return
    last = { section, at: copied < of ? now : Infinity }
    console.log(`${section}: ${copied} of ${of}`)
  }
}

function tableOf(counts: readonly SectionCount[]): string {
  const rows = [
    ['section', 'source', 'target', 'equal'],
    ...counts.map(count => [count.section, `${count.source}`, `${count.target}`, isEqual(count) ? 'yes' : 'NO'])
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join(' | ')
        .trimEnd()
    )
    .join('\n')
}

async function migrate(): Promise<void> {
  const { from, to } = readArguments()
  await using stores = new AsyncDisposableStack()
  const source = stores.adopt(await openStore(from, true), store => store.close())
  const target = stores.adopt(await openStore(to, false), store => store.close())
  console.log(`From ${shown(from)} to ${shown(to)}`)
  const { counts, finishedBefore } = await migrateStore(source, target, progressLines())
  if (finishedBefore) console.log(`This migration ended well at ${finishedBefore}; nothing was written now.`)
  console.log(`\n${tableOf(counts)}`)
  if (counts.every(isEqual)) return
  throw new Error(
    finishedBefore
      ? 'The stores differ now: they have been used since.'
      : 'The stores differ. Do not use the target; empty it and start again.'
  )
}

try {
  await migrate()
} catch (error) {
  console.error((error as Error).message.split('\n')[0])
  process.exitCode = 1
}
