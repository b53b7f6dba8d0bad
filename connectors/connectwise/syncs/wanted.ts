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
  const names = settings as Settings
  return { ...names, typeIds: idsOf(names, resolved, 'types'), statusIds: idsOf(names, resolved, 'statuses') }
}
