import type { IncomingHttpHeaders } from 'node:http'

/** Keys that a vendor takes as headers of their own; one that is missing or doubled is empty text. */
export function readHeaderKeys<Name extends string>(
  headers: IncomingHttpHeaders,
  names: Readonly<Record<Name, string>>
): Record<Name, string> {
  const keys = {} as Record<Name, string>
  for (const name of Object.keys(names) as Name[]) {
    const value = headers[names[name].toLowerCase()]
    keys[name] = typeof value === 'string' ? value : ''
  }
  return keys
}
