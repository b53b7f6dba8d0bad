import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'

/** By answer, those who wait for its end. */
const waiting = new WeakMap<ServerResponse, (() => void)[]>()

/**
 * Calls `release` once, however the request ends: answered, refused, or its caller hung up in any phase of it.
 * Fastify's onResponse follows answers alone; the answer's `close` follows every end of the connection's interest in it.
 */
export function onceOver({ raw }: FastifyReply, release: () => void): void {
  const releases = waiting.get(raw)
  if (releases) releases.push(release)
  else if (raw.destroyed || raw.closed) release()
  else waitFor(raw, release)
}

function waitFor(raw: ServerResponse, first: () => void): void {
  const releases = [first]
  waiting.set(raw, releases)
  raw.once('close', () => {
    waiting.delete(raw)
    for (const release of releases) release()
  })
}
