import type { CallContext, HttpRequest, HttpResponse } from '../../../plugins/connector/contract.ts'
import { readAccount } from '../account.ts'
import { type KeyOrder, signIn } from './authorization.ts'
import { type Base, discoverBase, fallbackBase, savedBase, urlOf } from './base.ts'
import type { Endpoint } from './endpoints.ts'
import type { Query } from './query.ts'
import { toFailure } from './refusals.ts'

/** `json` makes it a POST. */
export interface Ask extends Pick<HttpRequest, 'json' | 'attempts' | 'shared' | 'weight'> {
  readonly query?: Query
  readonly forwardOnly?: boolean
  /** Statuses that the caller wants to see; any other outside 2xx is thrown as what it means. */
  readonly tolerate?: readonly number[]
}

/** Signed-in calls to one account's API, for one read, lookup or preview. */
export interface Session {
  ask(endpoint: Endpoint, ask?: Ask): Promise<HttpResponse>
  /** Characters of the URL as it is sent. */
  urlLength(endpoint: Endpoint, query: Query): number
  /** The path segment in force; empty before the first call of a session that has to find it out. */
  readonly codebase: string
  /** Pages that can be had of a list, by its path, where these are smaller than the vendor's largest. */
  readonly pageSizes: Map<string, number>
}

/**
 * What was found out (API host, codebase, key order) is taken from the connection's state and saved there.
 * @param stop ends the session's calls before the context's own signal does.
 */
export function openSession(context: CallContext, stop?: AbortSignal): Session {
  const account = readAccount(context.credentials)
  let base = savedBase(context, account)
  let keyOrder: KeyOrder = context.state.keyOrder === 'swapped' ? 'swapped' : 'as-given'
  let orderIsKnown = context.state.keyOrder !== undefined
  /** The codebase that company info has confirmed in this session: a 404 below it is a real one. */
  let confirmed: string | undefined
  let discovering: Promise<Base> | undefined
  let probing: Promise<HttpResponse> | undefined

  /** One discovery at a time: requests side by side meet the same upgrade. */
  function discover(): Promise<Base> {
    discovering ??= discoverBase(context, account)
      .then(found => {
        confirmed = found.codebase
        base = found
        return found
      })
      .finally(() => {
        discovering = undefined
      })
    return discovering
  }

  async function send(endpoint: Endpoint, ask: Ask, at: Base): Promise<HttpResponse> {
    context.signal.throwIfAborted()
    stop?.throwIfAborted()
    const { query, forwardOnly, tolerate: _, ...request } = ask
    return context.http.request({
      ...request,
      ...(request.json === undefined ? {} : { method: 'POST' }),
      ...(endpoint.amounts && { decimals: endpoint.amounts }),
      url: urlOf(at, endpoint, query),
      headers: { ...signIn(account, keyOrder), ...(forwardOnly && { 'pagination-type': 'forward-only' }) }
    })
  }

  /** While it is not known which order of the keys is right, one request finds out and the others wait for it. */
  async function signedIn(endpoint: Endpoint, ask: Ask, at: Base): Promise<HttpResponse> {
    while (!orderIsKnown && probing) await probing.catch(() => {})
    if (orderIsKnown) return send(endpoint, ask, at)
    probing = probeOrder(endpoint, ask, at).finally(() => {
      probing = undefined
    })
    return probing
  }

  async function probeOrder(endpoint: Endpoint, ask: Ask, at: Base): Promise<HttpResponse> {
    const response = await send(endpoint, ask, at)
    if (response.status === 404) return response
    if (response.status !== 401) {
      orderIsKnown = true
      return response
    }
    keyOrder = 'swapped'
    const again = await send(endpoint, ask, at)
    orderIsKnown = true
    if (again.status === 401) keyOrder = 'as-given'
    else await context.saveState({ keyOrder })
    return again
  }

  return {
    get codebase() {
      return base?.codebase ?? ''
    },
    pageSizes: new Map(),
    urlLength: (endpoint, query) => urlOf(base ?? fallbackBase(account), endpoint, query).length,
    async ask(endpoint, ask = {}) {
      const at = base ?? (await discover())
      let response = await signedIn(endpoint, ask, at)
      // A path that was there and is not: the instance has been upgraded, or the alias hides a refusal of the keys.
      if (response.status === 404 && confirmed !== at.codebase) {
        const now = base === at ? await discover() : base!
        if (now.codebase !== at.codebase || now.origin !== at.origin) {
          const [from, to] = [at.codebase, now.codebase]
          context.log.info({ from, to }, 'the ConnectWise instance has moved to another release')
          response = await signedIn(endpoint, ask, now)
        }
      }
      if (response.status < 300 || ask.tolerate?.includes(response.status)) return response
      throw toFailure(response, endpoint)
    }
  }
}
