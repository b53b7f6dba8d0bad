import { parseCodebase } from './api/codebase.ts'
import { parseDomain, type Site } from './domain.ts'

/** The five fields of the form, read. Holds secrets: never logged, never kept. */
export interface Account {
  readonly site: Site | undefined
  /** The login company; empty if the username has no plus sign. */
  readonly companyId: string
  /** What stands behind the plus sign of the username. */
  readonly usernameKey: string
  readonly passwordKey: string
  readonly clientId: string
  /** As typed, trimmed; may be empty. */
  readonly apiVersion: string
}

type Credentials = Readonly<Record<string, any>>

const trimmed = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

export function readAccount(credentials: Credentials): Account {
  const username = trimmed(credentials.username)
  // The first plus sign: a company id has none, a key might.
  const plus = username.indexOf('+')
  return {
    site: parseDomain(credentials.domain),
    companyId: plus < 0 ? '' : username.slice(0, plus).trim(),
    usernameKey: plus < 0 ? '' : username.slice(plus + 1).trim(),
    passwordKey: trimmed(credentials.password),
    clientId: trimmed(credentials.clientId),
    apiVersion: trimmed(credentials.apiVersion)
  }
}

/** Nothing of the username but the company id: the rest of it is a key, and so is all of it if the plus is missing. */
export function describeAccount(credentials: Credentials): Readonly<Record<string, string>> {
  const { site, companyId, apiVersion } = readAccount(credentials)
  return {
    domain: site ? `${site.scheme}://${site.webHost}` : '',
    companyId,
    apiVersion: parseCodebase(apiVersion) ?? ''
  }
}
