import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { PythonEnvironment } from '../../scripts/python-environment.ts'
import type { VendorProcess } from '../vendor-process.ts'

/** What a peer is asked to sync: the list that the host reads, with the same fields and conditions. */
export interface Job {
  /** With the codebase: `http://127.0.0.1:4001/v2026_1/apis/3.0/` */
  readonly baseUrl: string
  readonly path: string
  readonly username: string
  readonly password: string
  readonly clientId: string
  /** Before any change date. */
  readonly since: string
  readonly params: Readonly<Record<string, string | number>>
}

/** One side of the comparison. Each is given an empty folder for its files, which are all it keeps between two runs. */
export interface Contender {
  readonly name: string
  readonly version: string
  readonly store: string
  /** Writes its files before its first run. */
  prepare(folder: string): Promise<void>
  /** The processes of its first run, each reading what the one before it writes. */
  first(folder: string): string[][]
  /** Of a later run, which reads what has changed. `out`: what the first run wrote to standard output. */
  again(folder: string, out: string): Promise<string[][]>
  /** Companies that it has. */
  count(folder: string, out: string): Promise<number>
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const json = (path: string, value: unknown) => writeFile(path, JSON.stringify(value))

/** This host, in a process of its own. @param version its commit */
export function integrationHost({ url, account }: VendorProcess, version: string): Contender {
  const stages = (folder: string) => [[process.execPath, file('host-child.ts'), folder]]
  return {
    name: 'integration-host',
    version,
    store: 'SQLite',
    prepare: folder => json(join(folder, 'vendor.json'), { url, account }),
    first: stages,
    again: async folder => stages(folder),
    count: async folder => countRows(join(folder, 'host.db'), 'clients')
  }
}

export function dlt({ python, versions }: PythonEnvironment, job: Job): Contender {
  const stages = (folder: string) => [[python, file('dlt_pipeline.py'), join(folder, 'job.json')]]
  return {
    name: 'dlt rest_api',
    version: versions.get('dlt')!,
    store: 'DuckDB',
    prepare: folder => json(join(folder, 'job.json'), { ...job, folder }),
    first: stages,
    again: async folder => stages(folder),
    async count(folder) {
      const args = [file('count_duckdb.py'), join(folder, 'companies.duckdb')]
      return Number((await promisify(execFile)(python, args)).stdout)
    }
  }
}

export function singer({ python, versions }: PythonEnvironment, job: Job): Contender {
  const stages = (folder: string, ...state: string[]) => [
    [python, file('singer_tap.py'), '--config', join(folder, 'tap.json'), ...state],
    [python, file('singer_target.py'), '--config', join(folder, 'target.json')]
  ]
  return {
    name: 'Singer SDK tap + target',
    version: versions.get('singer-sdk')!,
    store: 'SQLite',
    async prepare(folder) {
      await json(join(folder, 'tap.json'), job)
      await json(join(folder, 'target.json'), { file: join(folder, 'companies.db'), validate_records: false })
    },
    first: folder => stages(folder),
    async again(folder, out) {
      const state = join(folder, 'state.json')
      // The target writes each state that is durable, one a line.
      await json(state, (await linesOf(out, () => true)).last)
      return stages(folder, '--state', state)
    },
    count: async folder => countRows(join(folder, 'companies.db'), 'companies')
  }
}

export function airbyte({ program, versions }: PythonEnvironment, job: Job): Contender {
  const stages = (folder: string, ...state: string[]) => [
    [
      program('source-declarative-manifest'),
      'read',
      ...['--manifest-path', file('airbyte_manifest.yaml')],
      ...['--config', join(folder, 'config.json')],
      ...['--catalog', join(folder, 'catalog.json')],
      ...state
    ]
  ]
  const stream = { name: 'companies', json_schema: {}, supported_sync_modes: ['full_refresh', 'incremental'] }
  const read = { stream, sync_mode: 'incremental', destination_sync_mode: 'append_dedup' }
  return {
    name: 'Airbyte CDK',
    version: versions.get('airbyte-cdk')!,
    store: 'none',
    async prepare(folder) {
      await json(join(folder, 'config.json'), job)
      await json(join(folder, 'catalog.json'), { streams: [read] })
    },
    first: folder => stages(folder),
    async again(folder, out) {
      const state = join(folder, 'state.json')
      await json(state, [(await linesOf(out, line => line.startsWith('{"type":"STATE"'))).last.state])
      return stages(folder, '--state', state)
    },
    count: async (_, out) => (await linesOf(out, line => line.startsWith('{"type":"RECORD"'))).count
  }
}

function countRows(path: string, table: string): number {
  const sqlite = new DatabaseSync(path, { readOnly: true })
  const { rows } = sqlite.prepare(`SELECT count(*) AS rows FROM ${table}`).get()!
  sqlite.close()
  return Number(rows)
}

/** How many lines are wanted, and the last of them, parsed. */
async function linesOf(path: string, wanted: (line: string) => boolean): Promise<{ count: number; last: any }> {
  let count = 0
  let last = 'null'
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (!wanted(line)) continue
    count++
    last = line
  }
  return { count, last: JSON.parse(last) }
}
