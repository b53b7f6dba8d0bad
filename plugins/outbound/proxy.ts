import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { errors } from '../errors.ts'

/** A proxy that makes tunnels (CONNECT). It is the operator's, so it may stand at any address. */
export interface EgressProxy {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** `Basic …`, if it wants one. */
  readonly authorization?: string
}

/** For faults.ts. */
type ProxyFault = 'OUTBOUND_PROXY_AWAY' | 'OUTBOUND_PROXY_LOGIN' | 'OUTBOUND_PROXY_REFUSES'

/** @param text of OUTBOUND_PROXY @throws HOST_ERR_CONFIG, which never repeats it */
export function parseProxy(text: string): EgressProxy {
  const url = /^https?:\/\/[^\s/?#]+\/?$/i.test(text) ? URL.parse(text) : null
  if (!url || url.hostname === '' || url.port === '0') {
    throw new errors.HOST_ERR_CONFIG(
      'OUTBOUND_PROXY must be http:// or https://, perhaps a user and password, a host and a port, and nothing more; it is set to something else.'
    )
  }
  const secure = url.protocol === 'https:'
  const login = [url.username, url.password].map(decodeURIComponent).join(':')
  return {
    secure,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || (secure ? 443 : 80)),
    ...(login !== ':' && { authorization: `Basic ${Buffer.from(login).toString('base64')}` })
  }
}

/**
 * A way through the proxy to `target` (`host:port`). Proxy variables of the environment have no part in it.
 * @param trust for a proxy that is spoken to over TLS
 * @throws an Error with a code of faults.ts
 */
export async function openTunnel(proxy: EgressProxy, target: string, limitMs: number, trust: object): Promise<Socket> {
  const [net, tls, http] = await Promise.all([import('node:net'), import('node:tls'), import('node:http')])
  return new Promise((resolve, reject) => {
    const { host, port } = proxy
    const socket = proxy.secure
      ? tls.connect({ ...trust, host, port, rejectUnauthorized: true, ...(net.isIP(host) ? {} : { servername: host }) })
      : net.connect({ host, port })
    const request = http.request({
      method: 'CONNECT',
      path: target,
      setHost: false,
      headers: { host: target, ...(proxy.authorization && { 'proxy-authorization': proxy.authorization }) },
      createConnection: () => socket
    })
    const timer = setTimeout(() => fail('OUTBOUND_PROXY_AWAY'), limitMs)
    function fail(code: ProxyFault) {
      clearTimeout(timer)
      request.destroy()
      socket.destroy()
      reject(Object.assign(new Error('no way through the proxy'), { code }))
    }
    request.once('error', () => fail('OUTBOUND_PROXY_AWAY'))
    request.once('response', () => fail('OUTBOUND_PROXY_REFUSES'))
    request.once('connect', ({ statusCode = 0 }: IncomingMessage, _: Socket, head: Buffer) => {
      if (statusCode === 407) return fail('OUTBOUND_PROXY_LOGIN')
      // Whoever speaks before we do is not the server that was asked for.
      if (statusCode < 200 || statusCode >= 300 || head.length > 0) return fail('OUTBOUND_PROXY_REFUSES')
      clearTimeout(timer)
      resolve(socket)
    })
    request.end()
  })
}
