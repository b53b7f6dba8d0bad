import { text, type Validation } from 'integration-host/connector'
import { contextWith, openFindings, usageInWords, within } from 'integration-host/connector/kit'
import { entities } from './api/entities.ts'
import { openSession, type Session } from './api/session.ts'
import { checks } from './checks/names.ts'
import { tryReading } from './checks/readable.ts'
import { trySignIn, tryZone } from './checks/sign-in.ts'
import type { Context } from './form.ts'
import { resolveBy } from './resolve.ts'
import { readingOf } from './syncs/reading.ts'

/** Nine checks, each only if those it stands on have passed. Ends with the context's deadline, whatever the vendor does. */
export async function validate(context: Context): Promise<Validation> {
  const findings = openFindings(checks, context, { vendor: 'Autotask', look: 'the user name' })
  const zone = await tryZone(context, findings)
  if (!zone) return findings.conclude()
  const session = openSession(context, { base: zone.base })
  const usage = await trySignIn(session, findings)
  if (!usage) return findings.conclude()
  const resolved = await findings.askNames('types-found', () => resolveBy(context, session))
  if (resolved && Object.keys(resolved).length > 0) {
    const withTypes = contextWith(context, { resolved })
    await tryReading(withTypes, readingOf(withTypes, session), findings)
  }
  return {
    ...findings.conclude(),
    account: {
      // Without a number of the database its user is all that is known of it.
      id: zone.databaseId ?? context.credentials.userName.trim().toLowerCase(),
      name: (await ownName(session).catch(() => null)) ?? `Autotask database ${zone.databaseId ?? ''}`.trim(),
      origin: new URL(zone.base).origin
    },
    details: { zone: zone.name, callsUsed: usageInWords(usage) },
    state: { zone: zone.base }
  }
}

/** What the MSP calls itself: company 0. */
async function ownName(session: Session): Promise<string | null> {
  const { body } = await session.ask({ entity: entities.companies, path: 'Companies/0' })
  return text(within(body, 'item', 'companyName'))
}
