import { CredentialsRejected } from 'integration-host/connector'
import type { Account } from '../account.ts'
import type { Context } from '../form.ts'
import { codebaseAlias, parseCodebase } from './codebase.ts'
import { apiOriginOf, readCompanyInfo } from './company-info.ts'
import type { Endpoint } from './endpoints.ts'
import { encodeQuery, type Query } from './query.ts'

/** What stands in front of every path: `https://api-na.myconnectwise.net`, `v2020_3`. */
export interface Base {
  readonly origin: string
  readonly codebase: string
}

export function urlOf({ origin, codebase }: Base, { path }: Endpoint, query: Query = {}): string {
  return `${origin}/${codebase}/apis/3.0/${path}${encodeQuery(query)}`
}

export function savedBase({ state }: Pick<Context, 'state'>, account: Account): Base | undefined {
  const { apiOrigin, codebase } = state
  return account.site && apiOrigin && codebase ? { origin: apiOrigin, codebase } : undefined
}

export function fallbackBase(account: Account): Base {
  const origin = account.site ? apiOriginOf(account.site) : ''
  return { origin, codebase: parseCodebase(account.apiVersion) ?? codebaseAlias }
}

export async function discoverBase(context: Context, account: Account): Promise<Base> {
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
