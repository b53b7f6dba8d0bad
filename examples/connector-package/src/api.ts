import { CredentialsRejected, PermissionMissing, SourceUnreadable } from 'integration-host/connector'
import type { Lantern } from './form.ts'

export interface Customer {
  readonly id: number
  readonly title: string
  readonly mail: string | null
  readonly state: 'open' | 'closed'
  readonly changed: string
}

export interface Customers {
  readonly customers: readonly Customer[]
  /** How many there are, whatever was asked for. */
  readonly total: number
}

export const originOf = (site: string) =>
  site.includes('://') ? site.replace(/\/+$/, '') : `https://${site}.lantern-desk.example`

/** One call. @returns undefined: there is no such thing */
export async function ask<T>(context: Lantern, path: string): Promise<T | undefined> {
  const { key, site } = context.credentials
  const headers = { authorization: `Bearer ${key}` }
  const { status, body } = await context.http.request({ url: `${originOf(site)}/api${path}`, headers })
  if (status === 401)
    throw new CredentialsRejected('Lantern Desk refuses this key. Make a new one under Settings, API.')
  if (status === 403) throw new PermissionMissing('The key may not read customers. Give it the role Reader.')
  if (status === 404) return undefined
  if (status !== 200) throw new SourceUnreadable(`Lantern Desk answered ${status}.`, 'shape')
  return body as T
}

/** The customers after an id, two at a time. What comes again, or was not asked for, would hide what does not come at all. */
export async function customersAfter(
  context: Lantern,
  after: number,
  query: Readonly<Record<string, string>> = {}
): Promise<Customers> {
  const words = new URLSearchParams({ ...query, after: String(after) })
  const page = await ask<Customers>(context, `/customers?${words}`)
  const ids = [after, ...(page?.customers ?? []).map(({ id }) => id)]
  if (!page || ids.some((id, at) => at > 0 && id <= ids[at - 1]!))
    throw new SourceUnreadable('Lantern Desk sent customers that were not asked for.', 'shape')
  return page
}
