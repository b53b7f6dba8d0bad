import type { AddressInfo } from 'node:net'
import { errors } from '../errors.ts'

// An import of node:http would evaluate every export of it and so load Node's own undici, for 45 ms of each start.
const { createServer } = process.getBuiltinModule('node:http')

/** How long a start may take before whoever asks is told that it is under way. A start on SQLite takes far less. */
const openAfterMs = 1000

export interface WaitingRoom {
  /** Frees the port. Resolves to it if the room was open, so that the host listens where the room did. */
  leave(): Promise<number | undefined>
}

/**
 * Answers in the host's place while the host cannot be built because its store is away: /health/live with 200,
 * everything else, /health/ready above all, with 503.
 */
export function openWaitingRoom(host: string, port: number): WaitingRoom {
  const { code, message } = new errors.HOST_ERR_STORE_UNAVAILABLE()
  const problem = { type: 'about:blank', title: 'Service Unavailable', status: 503, code, detail: message }
  const server = createServer((request, response) => {
    const live = request.url === '/health/live'
    const type = live ? 'application/json' : 'application/problem+json'
    response.writeHead(live ? 200 : 503, { 'content-type': type, 'retry-after': '5', connection: 'close' })
    response.end(JSON.stringify(live ? { status: 'ok' } : problem))
  })
  // A port that is taken is told when the host itself wants it.
  server.on('error', () => {})
  const timer = setTimeout(() => server.listen(port, host), openAfterMs)

  return {
    async leave() {
      clearTimeout(timer)
      if (!server.listening) return undefined
      const taken = (server.address() as AddressInfo).port
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      return taken
    }
  }
}
