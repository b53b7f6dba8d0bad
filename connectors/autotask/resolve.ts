import type { CallContext, SettingsResolution } from 'integration-host/connector'
import { resolveNames } from 'integration-host/connector/kit'
import { entities } from './api/entities.ts'
import { labelsOf } from './api/lists.ts'
import { openSession, type Session } from './api/session.ts'
import type { Settings } from './settings.ts'

/** Connector.resolve: one question. */
export const resolve = (context: CallContext) => resolveBy(context, openSession(context))

export async function resolveBy(context: CallContext, session: Session): Promise<SettingsResolution> {
  const labels = await labelsOf(session, entities.companies, 'companyType')
  const { types: names } = context.settings as Settings
  return resolveNames('Autotask', [{ field: 'types', one: 'company type', names, labels }], context.resolved)
}
