/** What becomes of connections when the host closes. */
import type { Socket } from 'node:net'
import fp from 'fastify-plugin'

export interface ClosingOptions {
  /** How long whoever has asked may wait for the answer, or send the rest of the question. @default 8000 */
  readonly cutAfterMs?: number
}

/**
 * A connection on which nothing is asked ends at once, what is asked is answered, and who is slow is cut in time. Node
 * alone takes only those for idle that were answered once, and its limits of time end with the listening: a connection
 * that a browser has opened ahead would hold the close for two minutes.
 */
export const closingConnectionsPlugin = fp<ClosingOptions>(
  async (fastify, { cutAfterMs = 8000 }) => {
    /** Requests under way, by connection. */
    const underWay = new Map<Socket, number>()
    let closing = false

    fastify.server.on('connection', (socket: Socket) => {
      if (closing) return socket.destroy()
      underWay.set(socket, 0)
      socket.once('close', () => underWay.delete(socket))
    })
    fastify.server.on('request', ({ socket }, response) => {
      const count = (by: number) => {
        const before = underWay.get(socket)
        if (before !== undefined) underWay.set(socket, before + by)
        return underWay.get(socket)
      }
      count(1)
      response.once('close', () => {
        if (count(-1) === 0 && closing) socket.destroySoon()
      })
    })
    fastify.addHook('preClose', async () => {
      closing = true
      for (const [socket, requests] of underWay) if (requests === 0) socket.destroy()
      const cut = setTimeout(() => {
        fastify.log.warn({ connections: underWay.size }, 'closing: connections that are still in use are cut')
        for (const socket of underWay.keys()) socket.destroy()
      }, cutAfterMs)
      fastify.server.once('close', () => clearTimeout(cut))
    })
  },
  { name: 'closing-connections', fastify: '5.x' }
)
