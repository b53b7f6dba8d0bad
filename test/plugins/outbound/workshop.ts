/** Servers on loopback and a client for them, for the tests of this folder. */
import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { HttpClient } from '../../../plugins/connector/contract.ts'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { type ClientOptions, createOutbound, type OutboundOptions } from '../../../plugins/outbound/client.ts'
import type { Time } from '../../../plugins/outbound/time.ts'
import type { BudgetStore, RateRule } from '../../../plugins/storage/port.ts'

type Test = { teardown(end: () => unknown): void }

export async function serve(t: Test, answer: http.RequestListener) {
  const server = http.createServer(answer)
  const { port } = await listen(t, server, () => server.closeAllConnections())
  return `http://127.0.0.1:${port}`
}

/** Answers each connection's first bytes with raw text; `number` counts connections from 1. */
export async function serveRaw(t: Test, answer: (socket: net.Socket, number: number) => void) {
  const sockets = new Set<net.Socket>()
  let number = 0
  const server = net.createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    const mine = ++number
    socket.once('data', () => answer(socket, mine))
  })
  const { port } = await listen(t, server, () => {
    for (const socket of sockets) socket.destroy()
  })
  return `http://127.0.0.1:${port}`
}

export async function listen(t: Test, server: net.Server, cut: () => void = () => {}): Promise<AddressInfo> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    cut()
    server.close()
  })
  return server.address() as AddressInfo
}

/** A clock that only moves when somebody sleeps. */
export function quickTime(): Time & { readonly slept: number[]; pass(ms: number): void } {
  let now = 0
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    pass: ms => {
      now += ms
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      slept.push(ms)
      now += ms
      await new Promise(resolve => setImmediate(resolve))
      signal?.throwIfAborted()
    }
  }
}

/** A budget on a test's clock, as the port describes it. */
export function budgetsOn(time: Time) {
  const asked: { account: string; want: number; share?: string }[] = []
  const holds: number[] = []
  const buckets = new Map<string, { tokens: number; at: number }>()
  const heldUntil = new Map<string, number>()
  const paces = new Map<string, { pace: number; at: number }>()
  const paceOf = (account: string, { recoverMs = 600_000 }: RateRule) => {
    const { pace, at } = paces.get(account) ?? { pace: 1, at: 0 }
    return Math.min(1, pace + (time.now() - at) / recoverMs)
  }
  const fill = (name: string, capacity: number, perMs: number) => {
    const now = time.now()
    const bucket = buckets.get(name) ?? { tokens: capacity, at: now }
    bucket.tokens = Math.min(capacity, bucket.tokens + (now - bucket.at) * perMs)
    bucket.at = now
    buckets.set(name, bucket)
    return bucket
  }
  const budgets: BudgetStore = {
    async take(account, want, rule, share) {
      asked.push({ account, want, ...(share && { share: share.name }) })
      const wait = (heldUntil.get(account) ?? 0) - time.now()
      if (wait > 0) return { granted: 0, waitMs: wait }
      const perMs = (rule.requests / rule.perMs) * paceOf(account, rule)
      const capacity = Math.max(1, (rule.burst ?? rule.requests / 10) * paceOf(account, rule))
      const bucket = fill(account, capacity, perMs)
      const left = Math.floor(capacity * (share?.leaves ?? 0))
      const { of = 1, name = '' } = share ?? {}
      const mine = of < 1 ? fill(`${account} ${name}`, Math.max(1, capacity * of), perMs * of) : bucket
      const granted = Math.max(0, Math.min(want, Math.floor(bucket.tokens - left), Math.floor(mine.tokens)))
      const waitMs = Math.ceil(
        Math.max((1 + left - bucket.tokens) / perMs, of < 1 ? (1 - mine.tokens) / (perMs * of) : 0)
      )
      bucket.tokens -= granted
      if (mine !== bucket) mine.tokens -= granted
      return { granted, waitMs: granted > 0 ? 0 : Math.max(1, waitMs) }
    },
    async hold(account, forMs) {
      heldUntil.set(account, Math.max(heldUntil.get(account) ?? 0, time.now() + forMs))
    },
    async throttled(account, forMs, rule) {
      holds.push(forMs)
      if ((heldUntil.get(account) ?? 0) <= time.now())
        paces.set(account, { pace: Math.max(1 / 8, paceOf(account, rule) / 2), at: time.now() })
      await budgets.hold(account, forMs)
    },
    async remove(account) {
      buckets.delete(account)
    },
    prune: async () => 0
  }
  return { ...budgets, asked, holds }
}

export const generous = { requests: 100_000, perMs: 1_000, concurrency: 8 } as const

/** `allow` is the text of OUTBOUND_ALLOW. Pauses take no time. */
export function workshop(t: Test, allow: string, over: Partial<Omit<OutboundOptions, 'allow'>> = {}) {
  const time = quickTime()
  const budgets = budgetsOn(time)
  const outbound = createOutbound({ budgets, time, random: () => 0.5, ...over, allow: parseOutboundAllow(allow) })
  t.teardown(() => outbound.close())
  const stats = { requests: 0, counted: 0, throttled: 0, bytes: 0 }
  const client = (options: Partial<ClientOptions> = {}): HttpClient =>
    outbound.client({
      vendorHosts: ['*.vendor.example'],
      account: 'vendor:account',
      rate: generous,
      signal: new AbortController().signal,
      stats,
      ...options
    })
  return { time, budgets, outbound, stats, client }
}
