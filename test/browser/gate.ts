import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Bounds } from './chromium.ts'

/** A door before a vendor's. */
export interface Gate {
  readonly url: string
  /** What is asked from now on, and matches, waits until it opens. */
  shut(path?: RegExp): void
  open(): void
}

/** So that what takes a vendor's time can be looked at for as long as the test likes. */
export async function openGate(t: Pick<Bounds, 'teardown'>, vendor: string): Promise<Gate> {
  let held: { readonly path: RegExp; readonly over: Promise<void>; end(): void } | null = null
  const open = () => {
    held?.end()
    held = null
  }
  const server = createServer(async (asked, answer) => {
    if (held?.path.test(asked.url ?? '')) await held.over
    const { method, headers } = asked
    const onward = request(new URL(asked.url ?? '/', vendor), { method, headers }, given => {
      answer.writeHead(given.statusCode ?? 502, given.headers)
      given.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    open()
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut(path = /^/) {
      open()
      const { promise: over, resolve: end } = Promise.withResolvers<void>()
      held = { path, over, end }
    },
    open
  }
}
