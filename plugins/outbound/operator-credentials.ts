/** Credentials as a connector gets them: what nobody typed comes from the operator of the host. */
import { type Connector, CredentialsRejected, type HttpClient } from '../connector/contract.ts'
import type { OperatorValues } from '../connector/operator.ts'

type Credentials = Readonly<Record<string, unknown>>

const isBlank = (value: unknown) => value === undefined || (typeof value === 'string' && value.trim() === '')

/** What was typed counts. */
export function withOperator({ credentials }: Connector, typed: Credentials, operator: OperatorValues): Credentials {
  const missing = Object.entries(operator).filter(([field]) => field in credentials.properties && isBlank(typed[field]))
  return missing.length === 0 ? typed : { ...typed, ...Object.fromEntries(missing) }
}

/** Title of a field that has to be filled and is not, since the operator once set it and does no more. */
export function missingOf({ credentials, operator }: Connector, filled: Credentials): string | undefined {
  const required = (credentials.required ?? []) as readonly string[]
  const field = required.find(name => name in (operator?.properties ?? {}) && isBlank(filled[name]))
  return field && (credentials.properties[field] as { title?: string }).title
}

/** Nothing is sent without it: some vendors lock an account after a few refused calls. */
export function refusing(client: HttpClient, title: string): HttpClient {
  const request = async () => {
    throw new CredentialsRejected(`${title} is missing, and the operator of this host has set none: type it.`)
  }
  return Object.create(client, { request: { value: request } })
}
