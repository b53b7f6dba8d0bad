import type { CallContext } from '../../../plugins/connector/contract.ts'
import { idsOf } from '../resolve.ts'
import type { Settings } from '../settings.ts'

/** Which types and statuses take part. A set of ids is empty before its names were looked up; they are then compared. */
export interface Wanted {
  readonly types: readonly string[]
  readonly statuses: readonly string[]
  readonly typeIds: ReadonlySet<string>
  readonly statusIds: ReadonlySet<string>
}

/** As the host has resolved the settings for this call. */
export function wantedOf({ settings, resolved }: Pick<CallContext, 'settings' | 'resolved'>): Wanted {
  const { types, statuses } = settings as Settings
  return {
    types,
    statuses,
    typeIds: idsOf({ types, statuses }, resolved, 'types'),
    statusIds: idsOf({ types, statuses }, resolved, 'statuses')
  }
}

/** `"Customer" or "Client"` */
export function quoted(names: readonly string[]): string {
  return names.map(name => `"${name}"`).join(' or ')
}
