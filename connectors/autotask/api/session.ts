import {
  CredentialsRejected,
  type HttpRequest,
  type HttpResponse,
  SourceUnavailable,
  SourceUnreadable
} from 'integration-host/connector'
import { firstAlone, patiently, type Usage, type VendorRecord, within } from 'integration-host/connector/kit'
import type { Context } from '../form.ts'
import { readKeys } from '../keys.ts'
import { type Entity, laneOf } from './entities.ts'
import { errorsIn, toFailure } from './refusals.ts'
import { findZone } from './zone.ts'

/** `path` below the version; `json` makes it a POST. */
export interface Ask extends Pick<HttpRequest, 'json' | 'attempts' | 'shared'> {
  readonly path: string
  readonly entity?: Entity
  /** An answer outside 2xx that the caller wants to see. */
  readonly tolerates?: (response: HttpResponse) => boolean
}

/** Signed-in calls to one database, for one read, look-up or preview. */
export interface Session {
  ask(ask: Ask): Promise<HttpResponse>
  usage(): Promise<Usage>
  /** What was asked of the vendor's lists of fields and tables of names, by what was asked for. */
  readonly fields: Map<string, Promise<HttpResponse>>
  readonly tables: Map<string, Promise<ReadonlyMap<string, VendorRecord>>>
  /** Pages that can be had of a list, where these are smaller than the vendor's largest. */
  readonly pageSizes: Map<string, number>
  /** Fields that this zone does not have, as `Companies.field`. */
  readonly missing: Set<string>
}

export interface SessionOptions {
  /** Where the database is, if it was just found out. */
  readonly base?: string
  /** Ends the session's calls before the context's own signal does. */
  readonly stop?: AbortSignal | undefined
  /** It keeps to a part of the hour's calls, and waits when there is none: nobody is waiting for it. */
  readonly isPatient?: boolean
}

export function openSession(context: Context, { base, stop, isPatient = false }: SessionOptions = {}): Session {
  const keys = readKeys(context.credentials)
  const headers = { ApiIntegrationCode: keys.integrationCode, UserName: keys.userName, Secret: keys.secret }
  let zone = base ?? context.state.zone
  let finding = base === undefined ? undefined : Promise.resolve(base)
  let isLetIn = false

  /** Once for a session: what was just found is where the database is. */
  function find(): Promise<string> {
    finding ??= findZone(context, keys).then(async found => {
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

  async function send(at: string, { path, entity, tolerates: _, ...rest }: Ask): Promise<HttpResponse> {
    context.signal.throwIfAborted()
    stop?.throwIfAborted()
    const request: HttpRequest = {
      ...rest,
      method: rest.json === undefined ? 'GET' : 'POST',
      url: `${at}/V1.0/${path}`,
      headers,
      lane: entity && laneOf(entity),
      decimals: entity?.decimals
    }
    const response = await context.http.request({ ...request, answers: [500] })
    // With errors it is an answer; without it is an outage, and repeated as one.
    return response.status === 500 && errorsIn(response.body).length === 0 ? context.http.request(request) : response
  }

  /**
   * To the zone that is known, and to the one that is told if the first one refuses or is gone. A refused call is sent
   * again to another zone alone: each one brings the user nearer to being locked.
   */
  async function follow(ask: Ask): Promise<HttpResponse> {
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

  const signedIn = firstAlone(
    async function judged(ask: Ask): Promise<HttpResponse> {
      const response = await follow(ask)
      if (response.status < 300 || ask.tolerates?.(response)) return response
      const failure = toFailure(response, ask.entity)
      // What it could not do it may do the second time.
      if (response.status === 500 && failure instanceof SourceUnavailable && ask.attempts !== 1)
        return judged({ ...ask, attempts: 1 })
      throw failure
    },
    () => {
      isLetIn = true
    }
  )

  /** Of the last hour; the question itself counts. */
  async function usage(): Promise<Usage> {
    const { body } = await signedIn({ path: 'ThresholdInformation', shared: true })
    const allowed = Number(within(body, 'externalRequestThreshold'))
    const used = Number(within(body, 'currentTimeframeRequestCount'))
    if (allowed > 0 && used >= 0) return { allowed, used }
    throw new SourceUnreadable('Autotask does not tell how many calls are left.', 'shape')
  }

  return {
    pageSizes: new Map(),
    missing: new Set(),
    fields: new Map(),
    tables: new Map(),
    usage,
    ask: isPatient ? patiently(context, usage, signedIn) : signedIn
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
