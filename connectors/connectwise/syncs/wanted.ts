import { PermissionMissing, text } from '../../../plugins/connector/contract.ts'
import { type Endpoint, endpoints } from '../api/endpoints.ts'
import { readAll } from '../api/read-by-ids.ts'
import type { VendorRecord } from '../api/records.ts'
import type { Session } from '../api/session.ts'
import { folded } from '../mappings/references.ts'
import type { Settings } from '../settings.ts'

/** Which types and statuses take part. Ids only if they have been looked up: names in references say the same. */
export interface Wanted {
  readonly types: readonly string[]
  readonly statuses: readonly string[]
  readonly typeIds?: ReadonlySet<string>
  readonly statusIds?: ReadonlySet<string>
}

/** The names that an account has set up. */
export interface Setup {
  readonly types: readonly VendorRecord[]
  readonly statuses: readonly VendorRecord[]
}

export async function readSetup(session: Session): Promise<Setup> {
  const read = async (endpoint: Endpoint) => (await readAll(session, endpoint, { fields: 'id,name' })).records
  const [types, statuses] = await Promise.all([read(endpoints.companyTypes), read(endpoints.companyStatuses)])
  return { types, statuses }
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

export function namesOf(setup: readonly VendorRecord[]): string[] {
  return setup.map(({ name }) => text(name)).filter(name => name !== null)
}

/** `"Customer" or "Client"` */
export function quoted(names: readonly string[]): string {
  return names.map(name => `"${name}"`).join(' or ')
}

function idsOf(names: readonly string[], setup: readonly VendorRecord[]): ReadonlySet<string> {
  const wanted = new Set(names.map(folded))
  return new Set(setup.filter(({ name }) => wanted.has(folded(text(name) ?? ''))).map(({ id }) => id))
}
