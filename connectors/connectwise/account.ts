import { parseCodebase } from './api/codebase.ts'
import { parseDomain, type Site } from './domain.ts'
import type { Credentials } from './form.ts'

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

// Of the client ID `describe` is told nothing where it is the operator's.
export function readAccount({ username, password, domain, clientId = '', apiVersion = '' }: Credentials): Account {
  // The first plus sign: a company id has none, a key might.
  const plus = username.indexOf('+')
  return {
    site: parseDomain(domain),
    companyId: plus < 0 ? '' : username.slice(0, plus).trim(),
    usernameKey: plus < 0 ? '' : username.slice(plus + 1).trim(),
    passwordKey: password.trim(),
    clientId: clientId.trim(),
    apiVersion: apiVersion.trim()
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
