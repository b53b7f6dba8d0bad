import dns, { type LookupAddress } from 'node:dns'
import type { LookupFunction, Socket } from 'node:net'
import { buildConnector } from 'undici'
import type { OutboundAllow } from './allow.ts'
import { addressAllowed, addressLiteral, refusal } from './guard.ts'

/** For the name, the connection and the TLS handshake together. */
const connectLimitMs = 5_000

/**
 * Connects only to addresses that passed the guard. Names are judged here and not earlier, because a name that was
 * good a moment ago may point elsewhere now. Socket and agent options that could weaken TLS are not taken over.
 */
export function guardedConnector(
  allow: OutboundAllow,
  lookup: LookupFunction = dns.lookup,
  ca?: string
): buildConnector.connector {
  // One for each listed origin and one for all vendor hosts, which differ in nothing that the guard looks at.
  const connectors = new Map<string, buildConnector.connector>()

  function connectorFor(origin: string): buildConnector.connector {
    const key = allow.origins.has(origin) ? origin : 'vendor hosts'
    const known = connectors.get(key)
    if (known) return known
    const connector = buildConnector({
      timeout: connectLimitMs,
      allowH2: false,
      minVersion: 'TLSv1.2',
      // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
      rejectUnauthorized: true,
      lookup: checkedLookup(origin, allow, lookup),
      // Not imported: an import would read all of Node's certificates at every start.
      ...(ca === undefined ? {} : { ca: [...process.getBuiltinModule('node:tls').rootCertificates, ca] })
    })
    connectors.set(key, connector)
    return connector
  }

  return (options, callback) => {
    const origin = new URL(`${options.protocol}//${options.host ?? options.hostname}`).origin
    // The system never looks up a literal, so the lookup below would not see it.
    const literal = addressLiteral(options.hostname)
    if (literal && !addressAllowed(literal.toString(), origin, allow)) {
      callback(refusal(), null)
      return
    }
    connectorFor(origin)(options, (...[error, socket]) => {
      if (error) return callback(error, null)
      if (socket.remoteAddress && addressAllowed(socket.remoteAddress, origin, allow)) return handOver(socket, callback)
      socket.destroy()
      callback(refusal(), null)
    })
  }
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
