import { type ConnectionState, PermissionMissing, type Validation } from 'integration-host/connector'
import { contextWith, failed, openFindings } from 'integration-host/connector/kit'
import { readAccount } from './account.ts'
import { openSession } from './api/session.ts'
import { findInstance } from './checks/instance.ts'
import { checks } from './checks/names.ts'
import { tryReading } from './checks/readable.ts'
import { trySignIn } from './checks/sign-in.ts'
import type { Context } from './form.ts'
import { howToGrant } from './permissions.ts'
import { resolveBy } from './resolve.ts'
import { readingOf } from './syncs/reading.ts'

/** Ten checks, each only if those it stands on have passed. Ends with the context's deadline, whatever the vendor does. */
export async function validate(context: Context): Promise<Validation> {
  const findings = openFindings(checks, context, { vendor: 'ConnectWise', look: 'that the domain is right' })
  const account = readAccount(context.credentials)
  const info = await findInstance(context, account, findings)
  const found = info && (await trySignIn(context, account, info, findings))
  if (!found) return findings.conclude()

  // What was just found out stands above whatever an older connection had saved; the answer carries it to the host.
  let state: ConnectionState = found
  const signedIn = contextWith(context, {
    get state() {
      return state
    },
    async saveState(change) {
      state = { ...state, ...change }
    }
  })
  const session = openSession(signedIn)
  const resolved = await findings.askNames('type-and-status-found', () => resolveBy(signedIn, session), {
    means: failure => (failure instanceof PermissionMissing ? hiddenTables : undefined)
  })
  const withNames = contextWith(signedIn, { resolved: resolved ?? {} })
  await tryReading(withNames, readingOf(withNames, session), findings)
  const { keyOrder, apiOrigin: origin } = { ...found, ...state }
  return {
    ...findings.conclude(),
    account: { id: info.companyId, name: info.name, origin },
    details: { keyOrder, apiHost: origin.replace(/^https?:\/\//, '') },
    state
  }
}

const hiddenTables = failed('ConnectWise does not show the company types and statuses.', howToGrant('setupTables'))
