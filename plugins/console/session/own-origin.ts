import type { FastifyRequest } from 'fastify'
import { isOnThisMachine } from '../../config/this-machine.ts'

/** Tells what was sent to, and by, the console's own pages from what another site has made a browser send. */
export interface OwnOrigin {
  /** It was asked for at our name: a name that somebody's DNS points here is none of ours. */
  isOwnHost(request: FastifyRequest): boolean
  /** A page of ours sent it. What a browser says of itself counts before the origin it names. */
  isOwnPost(request: FastifyRequest): boolean
}

/** @param origin CONSOLE_ORIGIN; null: the names of this machine, whatever the port */
export function ownOrigin(origin: string | null): OwnOrigin {
  const own = origin === null ? null : new URL(origin)

  const isOwnHost = ({ headers: { host = '' } }: FastifyRequest): boolean => {
    if (/[^A-Za-z0-9.:[\]-]/.test(host)) return false
    const asked = URL.parse(`${own?.protocol ?? 'http:'}//${host}`)
    if (asked === null) return false
    return own === null ? isOnThisMachine(asked.hostname) : asked.host === own.host
  }

  return {
    isOwnHost,
    isOwnPost(request) {
      if (!isOwnHost(request)) return false
      const { 'sec-fetch-site': site, origin: sender, host } = request.headers
      if (site !== undefined) return site === 'same-origin'
      return sender !== undefined && sender === (own?.origin ?? URL.parse(`http://${host}`)?.origin)
    }
  }
}
