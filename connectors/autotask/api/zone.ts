import {
  CredentialsRejected,
  type HttpResponse,
  SourceUnavailable,
  SourceUnreadable,
  text
} from 'integration-host/connector'
import { idWithin, within } from 'integration-host/connector/kit'
import type { Context } from '../form.ts'
import { readKeys } from '../keys.ts'
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
export async function findZone(context: Context, attempts?: number): Promise<Zone | undefined> {
  const { userName, origin } = readKeys(context.credentials)
  const { status, body } = await context.http.request({
    url: `${origin}/ATServicesRest/V1.0/zoneInformation?user=${encodeURIComponent(userName)}`,
    answers: [500],
    maxBytes: 65_536,
    attempts
  })
  if (status === 500) {
    if (errorsIn(body).some(error => unknownUser.test(error))) return undefined
    throw new SourceUnavailable('Autotask could not say in which zone the database is (500).', { status })
  }
  const base = status === 200 ? believed(within(body, 'url'), origin) : undefined
  if (base === undefined)
    throw new SourceUnreadable(`Autotask does not tell a zone that can be used (${status}).`, 'shape')
  return {
    base,
    name: text(within(body, 'zoneName')) ?? new URL(base).hostname,
    databaseId: idWithin(body, 'ci') ?? null
  }
}

/** Sends calls to where the database is, also when it has moved. @param base where it is, if it was just found out */
export function followZone<A>(
  context: Context,
  base: string | undefined,
  send: (at: string, ask: A) => Promise<HttpResponse>
) {
  let zone = base ?? context.state.zone
  let finding = base === undefined ? undefined : Promise.resolve(base)
  let isLetIn = false

  /** Once for a session: what was just found is where the database is. */
  function find(): Promise<string> {
    finding ??= findZone(context).then(async found => {
      // Where it is known, the refused call itself says more than a zone that nobody tells just now.
      if (!found && zone !== undefined) return zone
      if (!found) throw new CredentialsRejected('Autotask knows no database of this user name. Type it again.')
      if (found.base !== context.state.zone) {
        context.log.info({ from: zone, to: found.base }, 'the Autotask database is in this zone now')
        await context.saveState({ zone: found.base })
      }
      zone = found.base
      return zone
    })
    return finding
  }

  return {
    /** Told when a call was let in: a 500 is then no sign of another zone. */
    letIn() {
      isLetIn = true
    },
    /**
     * To the zone that is known, and to the one that is told if the first one refuses or is gone. A refused call is sent
     * again to another zone alone: each one brings the user nearer to being locked.
     */
    async follow(ask: A): Promise<HttpResponse> {
      const at = zone ?? (await find())
      let first: HttpResponse | SourceUnavailable
      try {
        first = await send(at, ask)
      } catch (failure) {
        if (finding || !isSilence(failure)) throw failure
        first = failure
      }
      const isElsewhere = first.status === undefined || first.status === 401 || (first.status === 500 && !isLetIn)
      const now = isElsewhere ? await find().catch(failure => keptAt(at, first, failure)) : at
      if (now !== at) return send(now, ask)
      if (first instanceof SourceUnavailable) throw first
      return first
    }
  }
}

/** A refusal stays one where no zone can be had: sent again later it would bring the user nearer to being locked. */
function keptAt(at: string, { status }: { readonly status?: number | undefined }, failure: unknown): string {
  if (status === 401) return at
  throw failure
}

/** Nothing came back: the old zone may be gone for good. */
function isSilence(failure: unknown): failure is SourceUnavailable {
  return (
    failure instanceof SourceUnavailable &&
    failure.status === undefined &&
    failure.code === 'HOST_ERR_SOURCE_UNAVAILABLE'
  )
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
