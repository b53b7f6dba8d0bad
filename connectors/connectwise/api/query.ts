/** The parameters that the vendor's lists and counts take. */
export interface Query {
  readonly conditions?: string | undefined
  readonly childConditions?: string | undefined
  readonly fields?: string | undefined
  readonly orderBy?: string | undefined
  readonly page?: number | undefined
  readonly pageSize?: number | undefined
  readonly pageId?: number | undefined
}

/** The vendor refuses or cuts URLs from here on. */
export const urlLimit = 2000

/** Percent-encodes a value as the vendor's guide asks; commas and slashes may stand in a query and stay short. */
function encode(value: string): string {
  return encodeURIComponent(value)
    .replace(/['*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2C', ',')
    .replaceAll('%2F', '/')
}

/** `?conditions=…&fields=…`, or an empty string. */
export function encodeQuery(query: Query): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encode(String(value))}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
