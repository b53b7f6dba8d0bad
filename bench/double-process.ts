/** A vendor's double as its own program starts it, in a process of its own, so that none of its work counts as the host's. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from './host-process.ts'

export type DoubleName = 'connectwise' | 'autotask'

export interface DoubleProcess extends AsyncDisposable {
  readonly connector: DoubleName
  readonly url: string
  readonly credentials: Readonly<Record<string, string>>
  /** Names of its two sync types. */
  readonly syncTypes: readonly string[]
}

/** What is typed to install it, from the words of the line that the double prints. */
const typed: Record<DoubleName, (url: string, word: (name: string) => string) => Record<string, string>> = {
  connectwise: (url, word) => ({
    username: `${word('companyId')}+${word('publicKey')}`,
    password: word('privateKey'),
    domain: url,
    apiVersion: '',
    clientId: word('clientId')
  }),
  autotask: (url, word) => ({
    userName: word('userName'),
    secret: word('secret'),
    integrationCode: word('integrationCode'),
    zoneUrl: url
  })
}

/** Without a limit of its own, since one stands for thousands of accounts. */
export async function startDouble(
  connector: DoubleName,
  { companies, latencyMs }: { readonly companies: number; readonly latencyMs: number }
): Promise<DoubleProcess> {
  const unlimited = { connectwise: ['--rate', '0'], autotask: ['--calls', '0', '--threads', '0'] }[connector]
  const size = ['--port', '0', '--companies', String(companies), '--latency', String(latencyMs)]
  const program = ['--import', './scripts/preload.js', `test/doubles/${connector}/main.ts`]
  const child = spawn(process.execPath, [...program, ...size, ...unlimited], {
    cwd: root,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = once(child, 'exit')
  let said = ''
  child.stdout.on('data', text => {
    said += text
  })
  await Promise.race([once(child.stdout, 'data'), ended])
  const word = (name: string) => new RegExp(`${name}=(\\S+)`).exec(said)?.[1] ?? ''
  const url = /http:\S+/.exec(said)?.[0]
  if (url === undefined) throw new Error(`The double of ${connector} did not start: ${said}`)
  return {
    connector,
    url,
    credentials: typed[connector](url, word),
    syncTypes: ['active-customers', connector === 'connectwise' ? 'active-agreements' : 'active-contracts'],
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    }
  }
}
