import dns, { type LookupAddress } from 'node:dns'
import type { LookupFunction, Socket } from 'node:net'
import { buildConnector } from 'undici'
import { isPublic } from './addresses.ts'
import type { OutboundAllow } from './allow.ts'
import { addressAllowed, addressLiteral, refusal } from './guard.ts'
import { type EgressProxy, openTunnel } from './proxy.ts'

/** For the name, the connection and the TLS handshake together; for the way through a proxy as much again. */
const connectLimitMs = 5_000
const oldestTls = 'TLSv1.2'

export interface ConnectOptions {
  readonly allow: OutboundAllow
  /** @default the system's resolver */
  readonly lookup?: LookupFunction
  /** PEM of further authorities to trust. */
  readonly ca?: string
  /** For all but listed origins that are addresses. */
  readonly proxy?: EgressProxy
}

/**
 * Connects only to addresses that passed the guard. Names are judged here and not earlier, because a name that was
 * good a moment ago may point elsewhere now; but behind a proxy they are the proxy's to look up. Socket and agent
 * options that could weaken TLS are not taken over.
 */
export function guardedConnector({ allow, lookup = dns.lookup, ca, proxy }: ConnectOptions): buildConnector.connector {
  // One for each listed origin and one for all vendor hosts, which differ in nothing that the guard looks at.
  const connectors = new Map<string, buildConnector.connector>()
  const trust = ca === undefined ? {} : { secureContext: contextOf(ca) }

  function connectorFor(origin: string): buildConnector.connector {
    const key = allow.origins.has(origin) ? origin : 'vendor hosts'
    const known = connectors.get(key)
    if (known) return known
    const connector = buildConnector({
      timeout: connectLimitMs,
      allowH2: false,
      minVersion: oldestTls,
      // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
      rejectUnauthorized: true,
      lookup: checkedLookup(origin, allow, lookup),
      ...trust
    })
    connectors.set(key, connector)
    return connector
  }

  function direct(options: buildConnector.Options, origin: string, callback: buildConnector.Callback): void {
    connectorFor(origin)(options, (...[error, socket]) => {
      if (error) return callback(error, null)
      if (socket.remoteAddress && addressAllowed(socket.remoteAddress, origin, allow)) return handOver(socket, callback)
      socket.destroy()
      callback(refusal(), null)
    })
  }

  async function through(proxy: EgressProxy, options: buildConnector.Options, origin: string): Promise<Socket> {
    const { hostname, protocol, port } = options
    const host = hostname.includes(':') ? `[${hostname}]` : hostname
    const isTls = protocol === 'https:'
    const target = `${host}:${port || (isTls ? 443 : 80)}`
    const tunnel = await openTunnel(proxy, target, connectLimitMs, { minVersion: oldestTls, ...trust })
    if (!isTls) return tunnel
    return new Promise((resolve, reject) => {
      connectorFor(origin)({ ...options, httpSocket: tunnel }, (...[error, socket]) => {
        if (!error) return resolve(socket)
        tunnel.destroy()
        reject(error)
      })
    })
  }

  return (options, callback) => {
    const origin = new URL(`${options.protocol}//${options.host ?? options.hostname}`).origin
    // The system never looks up a literal, so the lookup would not see it.
    const literal = addressLiteral(options.hostname)
    if (literal && !addressAllowed(literal.toString(), origin, allow)) return callback(refusal(), null)
    if (!proxy || (literal && allow.origins.has(origin))) return direct(options, origin, callback)
    // What is in our network is not for the proxy, which may stand in another.
    if (literal && !isPublic(literal)) return callback(refusal(), null)
    through(proxy, options, origin).then(
      socket => handOver(socket, callback),
      error => callback(error, null)
    )
  }
}

/** Made once: it takes all authorities of the world apart. Not imported: an import would read them at every start. */
function contextOf(ca: string) {
  const tls = process.getBuiltinModule('node:tls')
  return tls.createSecureContext({ minVersion: oldestTls, ca: [...tls.getCACertificates('default'), ca] })
}

/**
 * After the timers that are due: if the process was paused while it connected, they end what is out of time by now,
 * and its requests, which wait for this connection, are not sent.
 */
function handOver(socket: Socket, callback: buildConnector.Callback): void {
  setTimeout(() => {
    if (socket.destroyed) callback(Object.assign(new Error('closed'), { code: 'ECONNRESET' }), null)
    else callback(null, socket)
  }, 0)
}

/** One address that may not be called refuses the name: an attacker's name server may mix in good ones. */
function checkedLookup(origin: string, allow: OutboundAllow, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [])
      const addresses = found as LookupAddress[]
      if (addresses.some(({ address }) => !addressAllowed(address, origin, allow))) return callback(refusal(), [])
      const [first] = addresses
      if (!first) return callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), [])
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}
