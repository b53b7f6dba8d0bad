import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { BigAccountSize } from '../test/doubles/connectwise/index.ts'
import type { ApiAccount } from '../test/doubles/connectwise/options.ts'

export interface VendorSize extends BigAccountSize {
  /** Before each answer. @default 0 */
  readonly latencyMs?: number
  /** Whether answers are kept to be given again; false for accounts that are read once. @default true */
  readonly keep?: boolean
}

export interface VendorOrder {
  readonly latencyMs?: number
  /** Changes every n-th company now. */
  readonly changeEach?: number
  readonly resetCounts?: true
}

export interface VendorAnswer {
  readonly ready?: { readonly url: string; readonly account: ApiAccount }
  /** Requests by path, without the codebase, since the last reset. */
  readonly counts?: Record<string, number>
  /** Ms since 1970 of the first request since the last reset. */
  readonly firstAt?: number
}

export interface VendorProcess extends AsyncDisposable {
  readonly url: string
  readonly account: ApiAccount
  order(order: VendorOrder): Promise<Record<string, number>>
  /** Ms since 1970; undefined if nothing has been asked since the last reset. */
  firstRequestAt(): Promise<number | undefined>
}

/** Of the big account's companies so many in a thousand are active customers (test/doubles/connectwise/accounts/big.ts). */
const customersPerThousand = 755

/** How many companies an account needs to have about so many active customers. */
export function companiesFor(customers: number): number {
  return Math.ceil((customers * 1000) / customersPerThousand)
}

/** The double in its own process, so that none of its work counts as the host's. */
export async function startVendor(size: VendorSize): Promise<VendorProcess> {
  const child = fork(new URL('./vendor-child.ts', import.meta.url), [JSON.stringify(size)], {
    // It keeps every answer it has given.
    execArgv: ['--max-old-space-size=4096']
  })
  const { ready } = await next(child)
  const send = (order: VendorOrder) => {
    const answer = next(child)
    child.send(order)
    return answer
  }
  return {
    ...ready!,
    order: async order => (await send(order)).counts!,
    firstRequestAt: async () => (await send({})).firstAt,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    }
  }
}

async function next(child: ChildProcess): Promise<VendorAnswer> {
  // Whichever comes first, the other one is listened for no more.
  const settled = new AbortController()
  const ended = once(child, 'exit', { signal: settled.signal }).then(([code]) => {
    throw new Error(`The vendor's process ended with code ${code}`)
  })
  ended.catch(() => {})
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal: settled.signal }), ended])
    return answer as VendorAnswer
  } finally {
    settled.abort()
  }
}
