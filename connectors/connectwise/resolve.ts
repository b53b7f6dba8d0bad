import { PermissionMissing, type SettingsResolution, text } from 'integration-host/connector'
import { idsOf, type Label, readAll, resolveNames } from 'integration-host/connector/kit'
import { endpoints } from './api/endpoints.ts'
import { listOf } from './api/lists.ts'
import { openSession, type Session } from './api/session.ts'
import type { Context, Settings } from './form.ts'
import { howToGrant, rights } from './permissions.ts'

const fields = {
  types: { endpoint: endpoints.companyTypes, one: 'company type', many: 'company types' },
  statuses: { endpoint: endpoints.companyStatuses, one: 'company status', many: 'company statuses' }
} as const
type Field = keyof typeof fields

/** The names that an account has set up. @throws PermissionMissing if some are hidden, which may look like an empty list */
export async function readTables(session: Session): Promise<Readonly<Record<Field, readonly Label[]>>> {
  async function read(field: Field): Promise<readonly Label[]> {
    const { endpoint, many } = fields[field]
    const { records } = await readAll(listOf(session, endpoint, { fields: 'id,name' }))
    if (records.length > 0) return records.map(({ id, name }) => ({ id, name: text(name) ?? id }))
    throw new PermissionMissing(
      `ConnectWise shows no ${many} at all: the API member's security role lacks "${rights.setupTables.name}". ${howToGrant('setupTables')}`
    )
  }
  const [types, statuses] = await Promise.all([read('types'), read('statuses')])
  return { types, statuses }
}

/** Connector.resolve: two questions. */
export const resolve = (context: Context) => resolveBy(context, openSession(context))

export async function resolveBy({ settings, resolved }: Context, session: Session): Promise<SettingsResolution> {
  const tables = await readTables(session)
  const ofField = (field: Field) => {
    const { one } = fields[field]
    return { field, one, names: settings[field], labels: tables[field] }
  }
  return resolveNames('ConnectWise', [ofField('types'), ofField('statuses')], resolved)
}

/** Which types and statuses take part. A set of ids is empty before its names were looked up; they are then compared. */
export interface Wanted extends Settings {
  readonly typeIds: ReadonlySet<string>
  readonly statusIds: ReadonlySet<string>
}

/** As the host has resolved the settings for this call. */
export function wantedOf({ settings, resolved }: Context): Wanted {
  const ofField = (field: Field) => idsOf(field, settings[field], resolved)
  return { ...settings, typeIds: ofField('types'), statusIds: ofField('statuses') }
}
