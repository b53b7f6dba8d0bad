import { type HttpRequest, type HttpResponse, SourceUnavailable, SourceUnreadable } from 'integration-host/connector'
import { firstAlone, patiently, type Usage, type VendorRecord, within } from 'integration-host/connector/kit'
import type { Context } from '../form.ts'
import { readKeys } from '../keys.ts'
import { type Entity, laneOf } from './entities.ts'
import { errorsIn, toFailure } from './refusals.ts'
import { followZone } from './zone.ts'

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

  const { follow, letIn } = followZone(context, base, send)
  const signedIn = firstAlone(async function judged(ask: Ask): Promise<HttpResponse> {
    const response = await follow(ask)
    if (response.status < 300 || ask.tolerates?.(response)) return response
    const failure = toFailure(response, ask.entity)
    // What it could not do it may do the second time.
    if (response.status === 500 && failure instanceof SourceUnavailable && ask.attempts !== 1)
      return judged({ ...ask, attempts: 1 })
    throw failure
  }, letIn)

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
