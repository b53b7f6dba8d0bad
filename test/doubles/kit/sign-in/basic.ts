import type { IncomingHttpHeaders } from 'node:http'

/** User name and password of `Authorization: Basic`; undefined if there is none that can be read. */
export function readBasic({ authorization }: IncomingHttpHeaders): { user: string; password: string } | undefined {
  const [, given] = /^Basic\s+(\S+)$/i.exec(authorization ?? '') ?? []
  if (given === undefined) return undefined
  const text = Buffer.from(given, 'base64').toString()
  const cut = text.indexOf(':')
  return cut < 0 ? undefined : { user: text.slice(0, cut), password: text.slice(cut + 1) }
}
