import { type CallContext, PermissionMissing } from '../../../plugins/connector/contract.ts'
import type { VendorRecord } from '../api/records.ts'
import { folded, text } from '../mappings/text.ts'
import { idsOf as idsOfField, namesOf, type Setup } from '../resolve.ts'
import type { Settings } from '../settings.ts'

/** Which types and statuses take part. Ids only if they have been looked up: names in references say the same. */
export interface Wanted {
  readonly types: readonly string[]
  readonly statuses: readonly string[]
  readonly typeIds?: ReadonlySet<string>
  readonly statusIds?: ReadonlySet<string>
}

/** As the host has resolved the settings for this call. */
export function wantedOf({ settings, resolved }: Pick<CallContext, 'settings' | 'resolved'>): Required<Wanted> {
  const { types, statuses } = settings as Settings
  return {
    types,
    statuses,
    typeIds: idsOfField({ types, statuses }, resolved, 'types'),
    statusIds: idsOfField({ types, statuses }, resolved, 'statuses')
  }
}

/** The ids behind the names of the settings; a set is empty if the account has none of the names. */
export function resolve(settings: Settings, setup: Setup): Required<Wanted> {
  return {
    ...byName(settings),
    typeIds: idsOf(settings.types, setup.types),
    statusIds: idsOf(settings.statuses, setup.statuses)
  }
}

export function byName({ types, statuses }: Settings): Wanted {
  return { types, statuses }
}

/** Throws if a name was renamed at the vendor: reading on would take every client away. */
export function requireFound(wanted: Required<Wanted>, setup: Setup): void {
  const missing: [string, readonly string[], readonly VendorRecord[]][] = []
  if (wanted.typeIds.size === 0) missing.push(['type', wanted.types, setup.types])
  if (wanted.statusIds.size === 0) missing.push(['status', wanted.statuses, setup.statuses])
  for (const [what, names, has] of missing) {
    throw new PermissionMissing(
      `ConnectWise has no company ${what} named ${quoted(names)}. It has ${quoted(namesOf(has))}. Choose among them in the settings of this installation.`
    )
  }
}

/** `"Customer" or "Client"` */
export function quoted(names: readonly string[]): string {
  return names.map(name => `"${name}"`).join(' or ')
}

function idsOf(names: readonly string[], setup: readonly VendorRecord[]): ReadonlySet<string> {
  const wanted = new Set(names.map(folded))
  return new Set(setup.filter(({ name }) => wanted.has(folded(text(name) ?? ''))).map(({ id }) => id))
}
