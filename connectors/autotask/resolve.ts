import { resolveNames } from 'integration-host/connector/kit'
import { entities } from './api/entities.ts'
import { labelsOf } from './api/lists.ts'
import { openSession, type Session } from './api/session.ts'
import type { Context } from './form.ts'

/** Connector.resolve: one question. */
export const resolve = (context: Context) => resolveBy(context, openSession(context))

export async function resolveBy({ settings, resolved }: Context, session: Session) {
  const labels = await labelsOf(session, entities.companies, 'companyType')
  return resolveNames('Autotask', [{ field: 'types', one: 'company type', names: settings.types, labels }], resolved)
}
