import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { DatabaseSync } from 'node:sqlite'

/** What a figure depends on beside the code. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  /** Short hash, with `+` if files differ from it; `unknown` outside a repository. */
  readonly commit: string
  readonly date: string
  readonly versions: Readonly<Record<'node' | 'sqlite' | 'mongodb driver' | 'undici' | 'fastify', string>>
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
    versions: {
      node: process.versions.node,
      sqlite: sqliteVersion(),
      'mongodb driver': versionOf('mongodb'),
      undici: versionOf('undici'),
      fastify: versionOf('fastify')
    }
  }
}

const root = new URL('..', import.meta.url)

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== ''
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+' : '')
  } catch {
    return 'unknown'
  }
}

function sqliteVersion(): string {
  const database = new DatabaseSync(':memory:')
  const { version } = database.prepare('SELECT sqlite_version() AS version').get()!
  database.close()
  return String(version)
}

/** From the file: not every package lets its package.json be imported. */
function versionOf(name: string): string {
  const manifest = readFileSync(new URL(`node_modules/${name}/package.json`, root), 'utf8')
  return JSON.parse(manifest).version
}
