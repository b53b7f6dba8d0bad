/** Real host processes that share one store, as many as a test starts, each to be stopped, frozen and killed by itself. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { type Caller, callerOf, signingSecret } from '../bad-days/caller.ts'

const root = join(import.meta.dirname, '../..')
const nameRequests = join(import.meta.dirname, 'name-requests.ts')
const startLimitMs = 60_000
const patienceMs = 120_000

export interface HostProcess extends Caller {
  readonly name: string
  signal(signal: NodeJS.Signals): void
  /** The exit code; null after a signal that killed it. */
  readonly gone: Promise<number | null>
  /** By SIGTERM. @returns the exit code */
  end(): Promise<number | null>
  /** Everything logged so far, one record a line. */
  logged(): LogRecord[]
}

export interface LogRecord {
  readonly level: number
  readonly time: string
  readonly msg: string
  readonly [field: string]: unknown
}

export interface HostOrder {
  /** @default the fleet's */
  readonly storeUrl?: string
  /** The checkout whose host is started. @default this one */
  readonly root?: string
  /** Modules to load before the host. */
  readonly preload?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Fleet {
  start(name: string, order?: HostOrder): Promise<HostProcess>
}

/** What the tests of this folder are given on a machine that is busy with others: they wait for events, not for times. */
export const busyMachineMs = 280_000

/** @param env for every host, over short leases and nothing that is due by itself */
export function openFleet(t: Test, storeUrl: string, vendors: readonly { url: string }[], env = {}): Fleet {
  const dataDir = t.testdir()
  const shared = {
    PATH: process.env.PATH,
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: dataDir,
    AUTH_SECRET: signingSecret,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    OUTBOUND_ALLOW: vendors.map(({ url }) => url).join(','),
    LEASE_TTL: '6s',
    CALLS_CHANGE: '0',
    CALLS_VENDOR: '0',
    SYNC_EVERY: '1h',
    COMPARE_EVERY: '24h',
    // A host that was started by a test ends with it, however it ends.
    npm_lifecycle_event: 'test',
    ...env
  }
  return {
    async start(name, order = {}) {
      const imports = [nameRequests, ...(order.preload ?? [])].flatMap(module => ['--import', module])
      const child = spawn(process.execPath, [...imports, 'host.ts'], {
        cwd: order.root ?? root,
        env: { ...shared, STORAGE_URL: order.storeUrl ?? storeUrl, FLEET_HOST: name, ...order.env },
        stdio: ['ignore', 'pipe', 'pipe']
      })
      t.teardown(() => child.kill('SIGKILL'))
      let output = ''
      child.stdout.setEncoding('utf8').on('data', text => {
        output += text
      })
      child.stderr.setEncoding('utf8').on('data', text => {
        output += text
      })
      const gone = once(child, 'exit').then(([code]) => code as number | null)
      const isGone = () => child.exitCode !== null || child.signalCode !== null
      await until(
        () => output.includes('listening on ') || isGone(),
        () => `the start of ${name}`,
        startLimitMs
      )
      const origin = /^listening on (\S+)$/m.exec(output)?.[1]
      if (!origin) throw new Error(`Host ${name} did not start:\n${output.slice(-4000)}`)
      return {
        ...callerOf(origin),
        name,
        gone,
        signal: signal => void child.kill(signal),
        end: () => {
          child.kill('SIGTERM')
          return gone
        },
        logged: () => output.split('\n').flatMap(line => (line.startsWith('{') ? [JSON.parse(line)] : []))
      }
    }
  }
}

/** Asks again until it is so. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: () => string,
  limitMs: number = patienceMs
): Promise<void> {
  for (const given = performance.now() + limitMs; !(await isSo()); await wait(20)) {
    if (performance.now() > given) throw new Error(`Waited in vain for ${what()}`)
  }
}
