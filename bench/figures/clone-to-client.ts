import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FigureOptions, Measured } from '../figure.ts'
import { round } from '../statistics.ts'
import { makeWorkspace } from '../workspace.ts'

const limitSeconds = 60
const root = fileURLToPath(new URL('../..', import.meta.url))

export default {
  name: 'clone-to-client',
  goal: `git clone to the first synced client over REST, warm package cache < ${limitSeconds} s`,
  onRequest: true as const,
  async run({ say }: FigureOptions): Promise<Measured> {
    await using folder = await makeWorkspace()
    const at = `${folder.path}/clone`
    const start = performance.now()
    const seconds = () => round((performance.now() - start) / 1000)
    execFileSync('git', ['clone', '--quiet', root, at])
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: at, stdio: 'ignore' })
    const installed = seconds()
    say(`installed after ${installed} s`)
    const demo = spawn('npm', ['run', '--silent', 'demo'], {
      cwd: at,
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
      // npm and the demo are one group, so that both end.
      detached: true
    })
    const ended = once(demo, 'exit')
    try {
      await firstClient(demo.stdout)
    } finally {
      process.kill(-demo.pid!, 'SIGTERM')
      await ended
    }
    const total = seconds()
    return {
      value: total,
      shown: `${total} s`,
      met: total < limitSeconds,
      ceiling: null,
      details: { seconds: total, installedAfterSeconds: installed },
      note: `git clone of this repository, npm ci from a warm cache (${installed} s), npm run demo until GET /v1/clients answers with a client.`
    }
  }
}

/** Reads the address and the token that the demo prints, as a person would, and asks until a client is there. */
async function firstClient(output: AsyncIterable<Buffer>): Promise<void> {
  let said = ''
  for await (const text of output) {
    said += text
    const url = /(http:\/\/\S+)\/docs/.exec(said)?.[1]
    const token = /export TOKEN=(\S+)/.exec(said)?.[1]
    if (!url || !token) continue
    for (;;) {
      const answer = await fetch(`${url}/v1/clients?limit=1`, { headers: { authorization: `Bearer ${token}` } })
      const { items } = (await answer.json()) as { items?: unknown[] }
      if (items && items.length > 0) return
      await sleep(50)
    }
  }
  throw new Error(`The demo ended before a client was there: ${said}`)
}
