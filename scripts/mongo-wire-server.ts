/**
 * Starts a MongoDB-compatible server for development and tests and prints its URL when it takes connections:
 * `node scripts/mongo-wire-server.ts --binary PATH --storage DIR [--port N]`. Ends it, and itself, on SIGTERM or SIGINT.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'

export interface WireServer {
  /** With directConnection, without a database name. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** The process: send it signals, or wait for its 'exit'. */
  readonly process: ChildProcess
  /** Ends it, by SIGTERM if nothing else is asked for, and waits until it is gone. May be called twice. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

export interface WireServerOptions {
  /** The server's executable. */
  readonly binary: string
  /** Its data; made if missing, and reopened intact. */
  readonly storage: string
  /** @default 0, any free port */
  readonly port?: number
  /** Further arguments of the server. */
  readonly more?: readonly string[]
}

const startLimitMs = 30_000

/** Resolves when the server takes connections; rejects with the end of its log if it does not come up. */
export async function startWireServer({
  binary,
  storage,
  port = 0,
  more = []
}: WireServerOptions): Promise<WireServer> {
  await mkdir(storage, { recursive: true })
  const child = spawn(
    binary,
    [
      ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', storage, '--cache-size', '512M'],
      // Without an fsync for each commit a killed server forgets what it has acknowledged, whatever the client asked.
      ...['--sync-on-commit', '--enable-test-commands', '--log-level', 'WARNING'],
      ...more
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] }
  )
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const actual = await listening(child)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await gone
  }
  return {
    url: `mongodb://127.0.0.1:${actual}/?directConnection=true`,
    port: actual,
    pid: child.pid!,
    process: child,
    stop
  }
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = ''
    const fail = (reason: string) => {
      clearTimeout(limit)
      child.kill('SIGKILL')
      reject(new Error(`The server did not come up: ${reason}\n${log.slice(-2000)}`))
    }
    const limit = setTimeout(fail, startLimitMs, `nothing after ${startLimitMs / 1000} s`)
    const read = (chunk: Buffer) => {
      log = (log + chunk).slice(-8000)
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(log)?.[1]
      if (!port) return
      clearTimeout(limit)
      resolve(Number(port))
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', error => fail(error.message))
    child.once('exit', code => fail(`it ended with code ${code}`))
  })
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { binary: { type: 'string' }, storage: { type: 'string' }, port: { type: 'string', default: '0' } }
  })
  if (!values.binary || !values.storage) {
    console.error('Usage: node scripts/mongo-wire-server.ts --binary PATH --storage DIR [--port N]')
    process.exit(2)
  }
  const server = await startWireServer({ binary: values.binary, storage: values.storage, port: Number(values.port) })
  process.once('SIGTERM', () => void server.stop())
  process.once('SIGINT', () => void server.stop())
  server.process.once('exit', code => process.exit(code ?? 0))
  console.log(server.url)
}
