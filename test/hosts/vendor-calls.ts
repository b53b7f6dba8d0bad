/** What reached the vendors that run in this process, and from which host: their side of the wire, which no host can gloss over. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Test } from 'tap'

export interface VendorCall {
  /** Empty: not from a host of the fleet. */
  readonly host: string
  /** Host and port that were called: one vendor account. */
  readonly account: string
  /** Decoded path and query. */
  readonly path: string
  /** Of performance.now(). */
  readonly at: number
  /** When the answer was sent or nobody waited for it any more; Infinity until then. */
  endedAt: number
  /** Of the answer; 0 until then. */
  status: number
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

export interface VendorCalls {
  readonly all: VendorCall[]
  /** Calls that came from the host, to the vendor if one is named. */
  from(host: { readonly name: string }, vendor?: { readonly url: string }): VendorCall[]
  /** Resolves with the next call that fits. */
  next(fits: (call: VendorCall) => boolean): Promise<VendorCall>
}

/** Listens until the test ends. */
export function watchVendors(t: Test): VendorCalls {
  const all: VendorCall[] = []
  const waiting = new Set<(call: VendorCall) => void>()
  const onStart = (message: unknown) => {
    const { request, response } = message as Exchange
    const { host: account = '', 'x-fleet-host': host = '' } = request.headers
    const path = decodeURIComponent((request.url ?? '').replaceAll('+', ' '))
    const call: VendorCall = { host: String(host), account, path, at: performance.now(), endedAt: Infinity, status: 0 }
    response.once('close', () => {
      call.endedAt = performance.now()
      call.status = response.statusCode
    })
    all.push(call)
    for (const tell of waiting) tell(call)
  }
  subscribe('http.server.request.start', onStart)
  t.teardown(() => unsubscribe('http.server.request.start', onStart))
  return {
    all,
    from: ({ name }, vendor) =>
      all.filter(({ host, account }) => host === name && (!vendor || vendor.url.endsWith(`//${account}`))),
    next: fits =>
      new Promise(resolve => {
        const tell = (call: VendorCall) => {
          if (!fits(call)) return
          waiting.delete(tell)
          resolve(call)
        }
        waiting.add(tell)
      })
  }
}

/** What one sync type asks alone, of any vendor. */
const askedFor = {
  customers: /company\/contacts|phoneNumber|\/Contacts\/query/,
  agreements:
    /finance\/agreements|procurement\/catalog|system\/bundles|deletedFlag,_info|\/(Contract|Service)\w*\/query/
} as const

/** Which of the two sync types asked; undefined for what both ask alike. */
export function syncTypeOf({ path }: VendorCall): 'customers' | 'agreements' | undefined {
  if (askedFor.customers.test(path)) return 'customers'
  return askedFor.agreements.test(path) ? 'agreements' : undefined
}

/** Pairs of calls for one installation that two hosts made at the same time. */
export function overlaps(calls: readonly VendorCall[]): [VendorCall, VendorCall][] {
  const byInstallation = Map.groupBy(
    calls.filter(call => call.host !== '' && syncTypeOf(call) !== undefined),
    call => `${call.account} ${syncTypeOf(call)}`
  )
  return [...byInstallation.values()].flatMap(some =>
    some.flatMap((one, index) =>
      some
        .slice(index + 1)
        .filter(other => other.host !== one.host && other.at < one.endedAt && one.at < other.endedAt)
        .map((other): [VendorCall, VendorCall] => [one, other])
    )
  )
}
