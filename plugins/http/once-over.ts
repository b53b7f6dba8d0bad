import type { FastifyReply } from 'fastify'

/**
 * Calls `release` once, however the request ends: answered, refused, or its caller hung up in any phase of it.
 * Fastify's onResponse follows answers alone; the answer's `close` follows every end of the connection's interest in it.
 */
export function onceOver(reply: FastifyReply, release: () => void): void {
  if (reply.raw.destroyed || reply.raw.closed) release()
  else reply.raw.once('close', release)
}
