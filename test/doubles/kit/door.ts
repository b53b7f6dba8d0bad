import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Site } from './site.ts'

export interface DoorOptions {
  /** @default 0 (a free one) */
  port?: number | undefined
  /** Serve HTTPS with this key and certificate (PEM). */
  tls?: { key: string | Buffer; cert: string | Buffer } | undefined
}

/** An address on 127.0.0.1 behind which sites are served. */
export interface Door {
  readonly url: string
  readonly port: number
  /** Ends all connections, at once. May be called twice. */
  close: () => Promise<void>
}

/** @param siteOf which account a request is for: vendors tell by who signs in */
export async function openDoor(siteOf: (request: IncomingMessage) => Site, options: DoorOptions = {}): Promise<Door> {
  const { tls } = options
  const scheme = tls ? 'https' : 'http'
  const limits = { keepAliveTimeout: 30_000, maxHeaderSize: 64 * 1024 }
  const server = tls ? createTlsServer({ ...limits, ...tls }) : createServer(limits)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const origin = (request: IncomingMessage) => `${scheme}://${request.headers.host ?? `127.0.0.1:${port}`}`
  server.on('request', (request: IncomingMessage, response) =>
    siteOf(request).serve(request, response, origin(request))
  )
  let closed: Promise<void> | undefined
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    close: () => {
      closed ??= new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      return closed
    }
  }
}
