/** Firefox as Debian has it, by the standard protocol alone: playwright asks this release for commands that it lacks. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bounds } from './chromium.ts'

const executablePath = process.env.FIREFOX ?? '/usr/bin/firefox-esr'

/** Not every machine has one, in CI neither: .ci/run installs it where it can. */
export const needsFirefox: { skip?: string } = existsSync(executablePath)
  ? {}
  : { skip: `there is no ${executablePath}; FIREFOX may name another` }

/** How long something may take to be there. */
const patienceMs = 60_000

export interface Firefox {
  goto(url: string): Promise<void>
  /** What an expression comes to, as JSON can say it. */
  value<T>(expression: string): Promise<T>
  /** Waits until it is so, over pages that come in between. */
  until(expression: string): Promise<void>
  /** Presses it where it is seen. The first that has this role and name. */
  press(role: string, name: string, inside?: string): Promise<void>
  /** Into the field with this label, in the place of what it has. */
  type(label: string, text: string): Promise<void>
  /** To what has the focus. */
  keys(text: string): Promise<void>
  /** Errors of pages since it began. */
  readonly faults: readonly string[]
}

type Params = Readonly<Record<string, unknown>>

/** With a profile of its own, ended with the test. */
export async function openFirefox(t: Pick<Bounds, 'teardown'>): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), 'firefox-'))
  const args = ['--headless', '--no-remote', '--remote-debugging-port=0', '--profile', profile]
  const program = spawn(executablePath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(program, 'exit')
  t.teardown(async () => {
    program.kill()
    await ended
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  const socket = new WebSocket(`${await addressOf(program.stderr)}/session`)
  await once(socket, 'open')
  t.teardown(() => socket.close())

  const faults: string[] = []
  const waiting = new Map<number, (answer: any) => void>()
  let asked = 0
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data))
    if (message.method === 'log.entryAdded' && message.params.level === 'error') faults.push(message.params.text)
    waiting.get(message.id)?.(message)
    waiting.delete(message.id)
  })
  const ask = async (method: string, params: Params): Promise<any> => {
    const id = ++asked
    const answered = new Promise<any>(resolve => waiting.set(id, resolve))
    socket.send(JSON.stringify({ id, method, params }))
    const { type, result, error, message } = await answered
    if (type === 'error') throw new Error(`${method}: ${error}: ${message}`)
    return result
  }
  await ask('session.new', { capabilities: {} })
  await ask('session.subscribe', { events: ['log.entryAdded'] })
  const { contexts } = await ask('browsingContext.getTree', {})
  const { context } = contexts[0]
  await ask('browsingContext.setViewport', { context, viewport: { width: 1280, height: 860 } })

  async function value<T>(expression: string): Promise<T> {
    const params = { expression: `JSON.stringify(${expression})`, target: { context }, awaitPromise: true }
    const { type, result, exceptionDetails } = await ask('script.evaluate', params)
    if (type === 'exception') throw new Error(`${expression}: ${exceptionDetails.text}`)
    return JSON.parse(result.value ?? 'null')
  }

  /** @param what tried again as long as it throws or is nothing */
  async function patiently<T>(name: string, what: () => Promise<T | null | undefined | false>): Promise<T> {
    const late = Date.now() + patienceMs
    let last: unknown
    while (Date.now() < late) {
      try {
        const found = await what()
        if (found) return found
      } catch (error) {
        last = error
      }
      await sleep(50)
    }
    throw new Error(`${name} did not come`, { cause: last })
  }

  const nodes = async (locator: Params, startNodes: readonly Params[] = []): Promise<Params[]> => {
    const from = startNodes.length > 0 ? { startNodes } : {}
    return (await ask('browsingContext.locateNodes', { context, locator, ...from })).nodes
  }
  const act = (actions: readonly Params[]) => ask('input.performActions', { context, actions })

  async function keys(text: string): Promise<void> {
    const actions = [...text].flatMap(key => [
      { type: 'keyDown', value: key },
      { type: 'keyUp', value: key }
    ])
    await act([{ type: 'key', id: 'keyboard', actions }])
  }

  async function point({ sharedId }: Params): Promise<void> {
    const target = { context }
    const declaration = { functionDeclaration: 'node => node.scrollIntoView({ block: "center" })', awaitPromise: false }
    await ask('script.callFunction', { ...declaration, target, arguments: [{ sharedId }] })
    const origin = { type: 'element', element: { sharedId } }
    const moves = [
      { type: 'pointerMove', x: 0, y: 0, origin },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 }
    ]
    await act([{ type: 'pointer', id: 'mouse', actions: moves }])
  }

  return {
    faults,
    value,
    goto: async url => {
      await ask('browsingContext.navigate', { context, url, wait: 'complete' })
    },
    until: async expression => {
      await patiently(expression, () => value<boolean>(expression))
    },
    async press(role, name, inside) {
      const locator = { type: 'accessibility', value: { role, name } }
      // What it finds may just be going, with its page or its part.
      await patiently(`${role} "${name}"`, async () => {
        const within = inside === undefined ? undefined : (await nodes({ type: 'css', value: inside })).slice(0, 1)
        const [node] = within?.length === 0 ? [] : await nodes(locator, within)
        if (node) await point(node)
        return node
      })
    },
    async type(label, text) {
      const find = `[...document.querySelectorAll('label')].find(one => one.textContent.trim() === ${JSON.stringify(label)})`
      const id = await patiently(label, () => value<string>(`${find}?.htmlFor`))
      await value(`document.getElementById(${JSON.stringify(id)}).select()`)
      await keys(text)
    },
    keys
  }
}

/** It says where it listens once it does. */
async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  const lines: string[] = []
  for await (const line of createInterface({ input: output })) {
    lines.push(line)
    const [, address] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(line) ?? []
    if (address !== undefined) {
      output.resume()
      return address
    }
  }
  throw new Error(`Firefox did not start: ${lines.join('\n')}`)
}
