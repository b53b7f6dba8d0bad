import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { errors } from '../errors.ts'
import type { AcceptToken } from './token.ts'

export interface OwnPort {
  /** `http://127.0.0.1:9464` */
  readonly address: string
  close(): Promise<void>
}

/** GET /metrics and nothing else, on a port that need not be open to those who call the API. */
export async function listenForMetrics(
  { host, port }: { host: string; port: number },
  registry: Registry,
  accepts: AcceptToken | null
): Promise<OwnPort> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, async (request, response) => {
    const answer = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    if (request.url?.split('?')[0] !== '/metrics') return answer(404, 'text/plain', 'Only /metrics is here.\n')
    if (request.method !== 'GET') return answer(405, 'text/plain', 'Only GET is answered.\n')
    if (accepts && !accepts(request.headers.authorization)) {
      response.setHeader('www-authenticate', 'Bearer')
      return answer(401, 'text/plain', 'Send METRICS_TOKEN as bearer token.\n')
    }
    try {
      answer(200, registry.contentType, await registry.metrics())
    } catch {
      answer(500, 'text/plain', 'The metrics cannot be told.\n')
    }
  })
  server.maxConnections = 32
  await listening(server, host, port)
  const { address, port: taken, family } = server.address() as AddressInfo
  return {
    address: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const { code = 'unknown cause' } = error as NodeJS.ErrnoException
    throw new errors.HOST_ERR_CONFIG(
      `METRICS_PORT must be a free port and METRICS_HOST an address of this machine (${code}).`
    )
  }
}
