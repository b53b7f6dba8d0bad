import type { HttpRequest, HttpResponse } from 'integration-host/connector'
import { firstAlone } from 'integration-host/connector/kit'
import { readAccount } from '../account.ts'
import type { Context } from '../form.ts'
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
type Call = Ask & { readonly endpoint: Endpoint }

/** Signed-in calls to one account's API, for one read, lookup or preview. */
export interface Session {
  readonly context: Context
  ask(endpoint: Endpoint, ask?: Ask): Promise<HttpResponse>
  /** Characters of the URL as it is sent. */
  urlLength(endpoint: Endpoint, query: Query): number
  /** The path segment in force; empty before the first call of a session that has to find it out. */
  readonly codebase: string
  /** Pages that can be had of a list, where these are smaller than the vendor's largest. */
  readonly pageSizes: Map<string, number>
}

/**
 * What was found out (API host, codebase, key order) is taken from the connection's state and saved there.
 * @param stop ends the session's calls before the context's own signal does.
 */
export function openSession(context: Context, stop?: AbortSignal): Session {
  const account = readAccount(context.credentials)
  let base = savedBase(context, account)
  let keyOrder: KeyOrder = context.state.keyOrder === 'swapped' ? 'swapped' : 'as-given'
  let orderIsKnown = context.state.keyOrder !== undefined
  /** The codebase that company info has confirmed in this session: a 404 below it is a real one. */
  let confirmed: string | undefined
  let discovering: Promise<Base> | undefined

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

  async function send({ endpoint, query, forwardOnly, tolerate: _, ...request }: Call, at: Base, order: KeyOrder) {
    context.signal.throwIfAborted()
    stop?.throwIfAborted()
    return context.http.request({
      ...request,
      method: request.json === undefined ? 'GET' : 'POST',
      decimals: endpoint.amounts,
      url: urlOf(at, endpoint, query),
      headers: { ...signIn(account, order), ...(forwardOnly && { 'pagination-type': 'forward-only' }) }
    })
  }

  /** With the keys exchanged if they are refused and it is not known yet which order is right. */
  async function inEitherOrder(call: Call, at: Base): Promise<HttpResponse> {
    const response = await send(call, at, keyOrder)
    if (response.status !== 401 || orderIsKnown) return response
    const again = await send(call, at, 'swapped')
    if (again.status !== 401) {
      keyOrder = 'swapped'
      await context.saveState({ keyOrder })
    }
    return again
  }

  async function ask(call: Call): Promise<HttpResponse> {
    const at = base ?? (await discover())
    let response = await inEitherOrder(call, at)
    // A path that was there and is not: the instance has been upgraded, or the alias hides a refusal of the keys.
    if (response.status === 404 && confirmed !== at.codebase) {
      const now = base === at ? await discover() : base!
      if (now.codebase !== at.codebase || now.origin !== at.origin) {
        const [from, to] = [at.codebase, now.codebase]
        context.log.info({ from, to }, 'the ConnectWise instance has moved to another release')
        response = await inEitherOrder(call, now)
      }
    }
    if (response.status < 300 || call.tolerate?.includes(response.status)) return response
    throw toFailure(response, call.endpoint)
  }

  const first = firstAlone(ask, () => {
    orderIsKnown = true
  })
  return {
    context,
    get codebase() {
      return base?.codebase ?? ''
    },
    pageSizes: new Map(),
    urlLength: (endpoint, query) => urlOf(base ?? fallbackBase(account), endpoint, query).length,
    ask: (endpoint, more = {}) => (orderIsKnown ? ask : first)({ ...more, endpoint })
  }
}
