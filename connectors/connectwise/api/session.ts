import { type CallContext, CredentialsRejected, type HttpResponse } from '../../../plugins/connector/contract.ts'
import { type Account, readAccount } from '../account.ts'
import { type KeyOrder, signIn } from './authorization.ts'
import { codebaseAlias, parseCodebase } from './codebase.ts'
import { apiOriginOf, readCompanyInfo } from './company-info.ts'
import { type Endpoint, moneyFields } from './endpoints.ts'
import { encodeQuery, type Query } from './query.ts'
import { toFailure } from './refusals.ts'

export interface Ask {
  readonly query?: Query
  readonly forwardOnly?: boolean
  /** Makes it a POST. */
  readonly json?: unknown
  readonly attempts?: number
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
  /** The vendor's clock at the first answer; undefined before it, or if the vendor does not say. */
  readonly vendorDate: Date | undefined
}

interface Base {
  readonly origin: string
  readonly codebase: string
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
  let vendorDate: Date | undefined

  /** One discovery at a time: requests side by side meet the same upgrade. */
  function discover(): Promise<Base> {
    discovering ??= discoverBase(context, account).then(
      found => {
        confirmed = found.codebase
        base = found
        discovering = undefined
        return found
      },
      failure => {
        discovering = undefined
        throw failure
      }
    )
    return discovering
  }

  async function send(
    endpoint: Endpoint,
    { query, forwardOnly, json, attempts }: Ask,
    at: Base
  ): Promise<HttpResponse> {
    context.signal.throwIfAborted()
    stop?.throwIfAborted()
    const response = await context.http.request({
      url: urlOf(at, endpoint, query),
      headers: { ...signIn(account, keyOrder), ...(forwardOnly ? { 'pagination-type': 'forward-only' } : {}) },
      decimals: moneyFields,
      ...(json === undefined ? {} : { method: 'POST', json }),
      ...(attempts === undefined ? {} : { attempts })
    })
    vendorDate ??= readDate(response.headers.date)
    return response
  }

  async function signedIn(endpoint: Endpoint, ask: Ask, at: Base): Promise<HttpResponse> {
    const response = await send(endpoint, ask, at)
    if (response.status !== 401 || orderIsKnown) return response
    orderIsKnown = true
    keyOrder = 'swapped'
    const again = await send(endpoint, ask, at)
    if (again.status === 401) keyOrder = 'as-given'
    else await context.saveState({ keyOrder })
    return again
  }

  return {
    get codebase() {
      return base?.codebase ?? ''
    },
    get vendorDate() {
      return vendorDate
    },
    urlLength: (endpoint, query) => urlOf(base ?? fallbackBase(account), endpoint, query).length,
    async ask(endpoint, ask = {}) {
      const at = base ?? (await discover())
      let response = await signedIn(endpoint, ask, at)
      // A path that was there and is not: the instance has been upgraded, or the alias hides a refusal of the keys.
      if (response.status === 404 && confirmed !== at.codebase) {
        const now = base === at ? await discover() : base!
        if (now.codebase !== at.codebase || now.origin !== at.origin) {
          context.log.info(
            { from: at.codebase, to: now.codebase },
            'the ConnectWise instance has moved to another release'
          )
          response = await signedIn(endpoint, ask, now)
        }
      }
      if (response.status < 300 || ask.tolerate?.includes(response.status)) return response
      throw toFailure(response, endpoint)
    }
  }
}

function readDate(header: string | undefined): Date | undefined {
  const at = Date.parse(header ?? '')
  return Number.isNaN(at) ? undefined : new Date(at)
}

function urlOf({ origin, codebase }: Base, { path }: Endpoint, query: Query = {}): string {
  return `${origin}/${codebase}/apis/3.0/${path}${encodeQuery(query)}`
}

function savedBase({ state }: CallContext, account: Account): Base | undefined {
  const { apiOrigin, codebase } = state
  return account.site && apiOrigin && codebase ? { origin: apiOrigin, codebase } : undefined
}

function fallbackBase(account: Account): Base {
  const origin = account.site ? apiOriginOf(account.site) : ''
  return { origin, codebase: parseCodebase(account.apiVersion) ?? codebaseAlias }
}

async function discoverBase(context: CallContext, account: Account): Promise<Base> {
  const { site } = account
  if (!site || account.companyId === '') {
    throw new CredentialsRejected('The saved domain or username cannot be read. Type the credentials again.')
  }
  const info = await readCompanyInfo(context.http, { ...account, site })
  if (!info) throw new CredentialsRejected('ConnectWise does not know the company ID in the username any more.')
  const found = { origin: info.apiOrigin, codebase: info.codebase ?? fallbackBase(account).codebase }
  if (context.state.apiOrigin !== found.origin || context.state.codebase !== found.codebase) {
    await context.saveState({ apiOrigin: found.origin, codebase: found.codebase })
  }
  return found
}
