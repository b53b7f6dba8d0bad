/** The host as the process that an operator starts, so that it can be killed, ended and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { type Caller, callerOf } from './caller.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))

export interface HostProcess {
  readonly child: ChildProcess
  /** What it wrote to both outputs. */
  output(): string
  /** Resolves when it listens. @throws if it ends before */
  listening(): Promise<Caller>
  /** Resolves when it has ended. */
  ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

/**
 * @param wrapper a command that gets the host's command line as its last arguments. @default none
 * @param cwd the working directory. @default the repository
 */
export function startHostProcess(
  t: Test,
  env: Record<string, string>,
  wrapper: readonly string[] = [],
  cwd = repository
): HostProcess {
  const [command = '', ...args] = [...wrapper, process.execPath, join(repository, 'host.ts')]
  const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH, ...env }, stdio: 'pipe' })
  let output = ''
  child.stdout.on('data', data => {
    output += data
  })
  child.stderr.on('data', data => {
    output += data
  })
  const end = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await end
  })
  return {
    child,
    output: () => output,
    ended: () => end,
    async listening() {
      for (;;) {
        const address = /listening on (http:\S+)/.exec(output)?.[1]
        if (address) return callerOf(address)
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The host ended: ${output}`)
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    }
  }
}
