import { type CallContext, PermissionMissing, type SettingsResolution, text } from '../../plugins/connector/contract.ts'
import { idsOf, type Label, readAll, resolveNames } from '../../plugins/connector/kit/index.ts'
import { endpoints } from './api/endpoints.ts'
import { listOf } from './api/lists.ts'
import { openSession, type Session } from './api/session.ts'
import { howToGrant, rights } from './permissions.ts'
import type { Settings } from './settings.ts'

const tables = {
  types: { endpoint: endpoints.companyTypes, one: 'company type', many: 'company types' },
  statuses: { endpoint: endpoints.companyStatuses, one: 'company status', many: 'company statuses' }
} as const

/** The names that an account has set up. @throws PermissionMissing if it is hidden, which may look like an empty list */
export async function readTable(session: Session, field: keyof Settings): Promise<readonly Label[]> {
  const { endpoint, many } = tables[field]
  const { records } = await readAll(listOf(session, endpoint, { fields: 'id,name' }))
  if (records.length > 0) return records.map(({ id, name }) => ({ id, name: text(name) ?? id }))
  throw new PermissionMissing(
    `ConnectWise shows no ${many} at all: the API member's security role lacks "${rights.setupTables.name}". ${howToGrant('setupTables')}`
  )
}

/** Connector.resolve: two questions. */
export const resolve = (context: CallContext) => resolveBy(context, openSession(context))

export async function resolveBy(context: CallContext, session: Session): Promise<SettingsResolution> {
  const settings = context.settings as Settings
  const named = async (field: keyof Settings) => ({
    field,
    one: tables[field].one,
    names: settings[field],
    labels: await readTable(session, field)
  })
  return resolveNames('ConnectWise', await Promise.all([named('types'), named('statuses')]), context.resolved)
}

/** Which types and statuses take part. A set of ids is empty before its names were looked up; they are then compared. */
export interface Wanted extends Settings {
  readonly typeIds: ReadonlySet<string>
  readonly statusIds: ReadonlySet<string>
}

/** As the host has resolved the settings for this call. */
export function wantedOf({ settings, resolved }: Pick<CallContext, 'settings' | 'resolved'>): Wanted {
  const names = settings as Settings
  const ofField = (field: keyof Settings) => idsOf(field, names[field], resolved)
  return { ...names, typeIds: ofField('types'), statusIds: ofField('statuses') }
}
