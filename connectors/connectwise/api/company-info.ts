import { type HttpClient, SourceUnreadable, text } from 'integration-host/connector'
import { within } from 'integration-host/connector/kit'
import type { Account } from '../account.ts'
import { believedApiHost, type Site } from '../domain.ts'
import { parseCodebase } from './codebase.ts'

/** What an instance says of itself, without any sign-in. */
export interface CompanyInfo {
  readonly name: string
  /** The login company as the vendor spells it; in small letters if it does not say. */
  readonly companyId: string
  /** `https://api-na.myconnectwise.net` */
  readonly apiOrigin: string
  /** Undefined if the instance does not say. */
  readonly codebase: string | undefined
}

/** `https://api-na.myconnectwise.net`, by the rule alone. */
export function apiOriginOf(site: Site): string {
  return `${site.scheme}://${site.apiHost}`
}

/**
 * Asks the web host, as the vendor documents it, and the API host if that one answers with a page.
 * @returns undefined if the instance does not know the login company (`null` or 404).
 */
export async function readCompanyInfo(
  http: HttpClient,
  account: Account & { readonly site: Site },
  attempts?: number
): Promise<CompanyInfo | undefined> {
  const { site } = account
  const ask = (host: string) =>
    http.request({
      url: `${site.scheme}://${host}/login/companyinfo/${encodeURIComponent(account.companyId)}`,
      headers: { accept: 'application/json' },
      maxBytes: 65_536,
      attempts
    })
  const response = await ask(site.webHost).catch(failure => {
    if (!(failure instanceof SourceUnreadable) || site.apiHost === site.webHost) throw failure
    return ask(site.apiHost)
  })
  if (response.status === 404 || (response.status === 200 && response.body === null)) return undefined
  const { body, status } = response
  if (status !== 200 || typeof body !== 'object' || Array.isArray(body)) {
    throw new SourceUnreadable(`Company info is not what ConnectWise documents (${status}).`, 'shape')
  }
  const apiHost = believedApiHost(site, within(body, 'SiteUrl')) ?? site.apiHost
  return {
    name: text(within(body, 'CompanyName')) ?? account.companyId,
    companyId: text(within(body, 'CompanyID')) ?? account.companyId.toLowerCase(),
    apiOrigin: `${site.scheme}://${apiHost}`,
    codebase: parseCodebase(within(body, 'Codebase')) ?? parseCodebase(within(body, 'VersionCode'))
  }
}
