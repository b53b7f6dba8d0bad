/** Servers on loopback and a client for them, for the tests of this folder. */
import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { HttpClient } from '../../../plugins/connector/contract.ts'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { type ClientOptions, createOutbound, type OutboundOptions } from '../../../plugins/outbound/client.ts'
import type { Time } from '../../../plugins/outbound/time.ts'
import type { BudgetStore } from '../../../plugins/storage/port.ts'

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
export function budgetsOn(
  time: Time
): BudgetStore & { readonly asked: { account: string; want: number }[]; readonly holds: number[] } {
  const asked: { account: string; want: number }[] = []
  const holds: number[] = []
  const buckets = new Map<string, { tokens: number; at: number; holdUntil: number }>()
  return {
    asked,
    holds,
    async take(account, want, rule) {
      asked.push({ account, want })
      const capacity = Math.max(1, rule.requests / 10)
      const now = time.now()
      const bucket = buckets.get(account) ?? { tokens: capacity, at: now, holdUntil: 0 }
      buckets.set(account, bucket)
      if (now < bucket.holdUntil) return { granted: 0, waitMs: bucket.holdUntil - now }
      bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) * rule.requests) / rule.perMs)
      bucket.at = now
      const granted = Math.min(want, Math.floor(bucket.tokens))
      bucket.tokens -= granted
      return { granted, waitMs: granted > 0 ? 0 : Math.ceil(((1 - bucket.tokens) * rule.perMs) / rule.requests) }
    },
    async hold(account, forMs) {
      holds.push(forMs)
      const bucket = buckets.get(account) ?? { tokens: 0, at: time.now(), holdUntil: 0 }
      buckets.set(account, { ...bucket, holdUntil: Math.max(bucket.holdUntil, time.now() + forMs) })
    }
  }
}

export const generous = { requests: 100_000, perMs: 1_000, concurrency: 8 } as const

/** `allow` is the text of OUTBOUND_ALLOW. Pauses take no time. */
export function workshop(t: Test, allow: string, over: Partial<Omit<OutboundOptions, 'allow'>> = {}) {
  const time = quickTime()
  const budgets = budgetsOn(time)
  const outbound = createOutbound({ budgets, time, random: () => 0.5, ...over, allow: parseOutboundAllow(allow) })
  t.teardown(() => outbound.close())
  const stats = { requests: 0, throttled: 0, bytes: 0 }
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
