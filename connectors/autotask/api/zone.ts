import { SourceUnavailable, SourceUnreadable, text } from 'integration-host/connector'
import { idWithin, within } from 'integration-host/connector/kit'
import type { Context } from '../form.ts'
import type { Keys } from '../keys.ts'
import { errorsIn } from './refusals.ts'

/** Where a database is. */
export interface Zone {
  /** `https://webservices3.autotask.net/ATServicesRest` */
  readonly base: string
  /** `Zone 3` */
  readonly name: string
  /** The vendor's number of the database, whoever signs in to it; null if it was not told. */
  readonly databaseId: string | null
}

/** Any other text of a 500, or none, is an outage: whoever took it for an unknown user would stop a good connection. */
const unknownUser = /zone information|user/i

/**
 * Asks in which zone the user's database is; needs no keys and counts for nothing.
 * @returns undefined if no database knows the user, which the vendor says with a 500
 */
export async function findZone(context: Context, keys: Keys, attempts?: number): Promise<Zone | undefined> {
  const { status, body } = await context.http.request({
    url: `${keys.origin}/ATServicesRest/V1.0/zoneInformation?user=${encodeURIComponent(keys.userName)}`,
    answers: [500],
    maxBytes: 65_536,
    attempts
  })
  if (status === 500) {
    if (errorsIn(body).some(error => unknownUser.test(error))) return undefined
    throw new SourceUnavailable('Autotask could not say in which zone the database is (500).', { status })
  }
  const base = status === 200 ? believed(within(body, 'url'), keys.origin) : undefined
  if (base === undefined)
    throw new SourceUnreadable(`Autotask does not tell a zone that can be used (${status}).`, 'shape')
  return {
    base,
    name: text(within(body, 'zoneName')) ?? new URL(base).hostname,
    databaseId: idWithin(body, 'ci') ?? null
  }
}

/**
 * Secrets go where this says, so only Autotask's own hosts are believed, over https; there is no list of them, since it
 * grows. Told by an address that was typed, also another port of that very host: a server for tests.
 */
export function believed(url: unknown, origin: string): string | undefined {
  const told = typeof url === 'string' ? URL.parse(url) : null
  if (told?.username !== '' || told.search !== '') return undefined
  const isVendor = told.protocol === 'https:' && told.port === '' && told.hostname.endsWith('.autotask.net')
  if (!isVendor && told.hostname !== URL.parse(origin)?.hostname) return undefined
  return `${told.origin}${told.pathname.replace(/\/+$/, '')}`
}
