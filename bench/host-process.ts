import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }

export interface HostProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** From the start of the process until it listened. */
  readonly startMs: number
}

export const root = fileURLToPath(new URL('..', import.meta.url))
/** Without the word `node`: the one that runs this is taken. */
const [, ...program] = manifest.scripts.start.split(' ')
/** What `npm start` gives to Node; paths are relative to the root. */
export const nodeOptions: readonly string[] = program.slice(0, -1)

/** The host as `npm start` starts it, without npm. Rejects with what it said if it does not come up. */
export async function startHostProcess(env: Readonly<Record<string, string>>): Promise<HostProcess> {
  const start = performance.now()
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'error', CALLS_READ: '0', CALLS_CHANGE: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const ended = once(child, 'exit')
  let said = ''
  child.stderr.on('data', text => {
    said += text
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', text => {
      said += text
      const listening = /listening on (http:\S+)/.exec(said)
      if (listening) resolve(listening[1]!)
    })
    child.once('exit', code => reject(new Error(`The host ended with code ${code}: ${said}`)))
  })
  const startMs = performance.now() - start
  return {
    url,
    pid: child.pid!,
    startMs,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    }
  }
}
