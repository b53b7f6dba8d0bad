import { type CallContext, PermissionMissing, type SettingsResolution, text } from '../../plugins/connector/contract.ts'
import { type Endpoint, endpoints } from './api/endpoints.ts'
import type { VendorRecord } from './api/records.ts'
import { readAll } from './api/scan.ts'
import { openSession, type Session } from './api/session.ts'
import { folded } from './mappings/references.ts'
import { howToGrant, rights } from './permissions.ts'
import type { Settings } from './settings.ts'

/** The names that an account has set up. */
export interface Setup {
  readonly types: readonly VendorRecord[]
  readonly statuses: readonly VendorRecord[]
}

const tables = {
  types: { endpoint: endpoints.companyTypes, one: 'type', many: 'types' },
  statuses: { endpoint: endpoints.companyStatuses, one: 'status', many: 'statuses' }
} as const
type Field = keyof typeof tables
const fields = Object.keys(tables) as Field[]

/** Throws PermissionMissing if a table is hidden, which the vendor may show as an empty list. */
export async function readSetup(session: Session): Promise<Setup> {
  const read = async ({ endpoint, many }: { endpoint: Endpoint; many: string }) => {
    const { records } = await readAll({ session, endpoint, query: { fields: 'id,name' } })
    if (records.length > 0) return records
    throw new PermissionMissing(
      `ConnectWise shows no company ${many} at all: the API member's security role lacks "${rights.setupTables.name}". ${howToGrant('setupTables')}`
    )
  }
  const [types, statuses] = await Promise.all([read(tables.types), read(tables.statuses)])
  return { types, statuses }
}

export function namesOf(setup: readonly VendorRecord[]): string[] {
  return setup.map(({ name }) => text(name)).filter(name => name !== null)
}

/** Connector.resolve: two questions. */
export async function resolve(context: CallContext): Promise<SettingsResolution> {
  const setup = await readSetup(openSession(context))
  return resolveWith(context.settings as Settings, setup, context.resolved)
}

/** Where `Resolved` keeps the id of a name: `types:Customer`. */
const keyOf = (field: Field, name: string) => `${field}:${name}`

/** Each name means the id it meant before, if the account still has that, so that a renaming is followed; else the id of this name. */
export function resolveWith(
  settings: Settings,
  setup: Setup,
  before: SettingsResolution['resolved']
): SettingsResolution {
  const resolved: Record<string, string> = {}
  const problems: SettingsResolution['problems'][number][] = []
  for (const field of fields) {
    const ids = new Set(setup[field].map(({ id }) => id))
    const byName = new Map(setup[field].toReversed().map(({ id, name }) => [folded(text(name) ?? ''), id]))
    const choices = namesOf(setup[field])
    for (const [at, name] of settings[field].entries()) {
      const former = before[keyOf(field, name)]
      const id = former !== undefined && ids.has(former) ? former : byName.get(folded(name))
      if (id !== undefined) resolved[keyOf(field, name)] = id
      else {
        const message = `ConnectWise has no company ${tables[field].one} named "${name}". It has: ${choices.join(', ')}.`
        problems.push({ pointer: `/${field}/${at}`, message, choices })
      }
    }
  }
  return { resolved, problems }
}

/** Which types and statuses take part. A set of ids is empty before its names were looked up; they are then compared. */
export interface Wanted extends Settings {
  readonly typeIds: ReadonlySet<string>
  readonly statusIds: ReadonlySet<string>
}

/** As the host has resolved the settings for this call. */
export function wantedOf({ settings, resolved }: Pick<CallContext, 'settings' | 'resolved'>): Wanted {
  const names = settings as Settings
  const idsOf = (field: Field) =>
    new Set(names[field].map(name => resolved[keyOf(field, name)]).filter(id => id !== undefined))
  return { ...names, typeIds: idsOf('types'), statusIds: idsOf('statuses') }
}
