import type { CallContext, ConnectionState, Validation } from '../../plugins/connector/contract.ts'
import { readAccount } from './account.ts'
import type { CompanyInfo } from './api/company-info.ts'
import { openSession } from './api/session.ts'
import { findInstance } from './checks/instance.ts'
import { type Findings, openFindings } from './checks/outcome.ts'
import { tryReading } from './checks/readable.ts'
import { trySignIn } from './checks/sign-in.ts'
import { findTypeAndStatus } from './checks/type-and-status.ts'

/** Ten checks, each only if those it stands on have passed. Ends with the context's deadline, whatever the vendor does. */
export async function validate(context: CallContext): Promise<Validation> {
  const findings = openFindings(context)
  const account = readAccount(context.credentials)
  const instance = await findInstance(context, account)
  findings.add(...instance.outcomes)
  if (!instance.info) return conclude(findings)

  const signedIn = await trySignIn(context, account, instance.info)
  findings.add(...signedIn.outcomes)
  if (!signedIn.state) return conclude(findings)

  const session = openSession(withState(context, signedIn.state))
  const typeAndStatus = findTypeAndStatus(context, session).then(outcome => findings.add(outcome))
  await Promise.all([tryReading(context, session, findings), typeAndStatus])
  return conclude(findings, { ...signedIn.state }, instance.info)
}

/** What was just found out stands above whatever an older connection had saved; the answer carries it to the host. */
function withState(context: CallContext, found: ConnectionState): CallContext {
  let state = found
  return Object.create(context, {
    state: { get: () => state },
    saveState: {
      value: async (change: ConnectionState) => {
        state = { ...state, ...change }
      }
    }
  })
}

function conclude(findings: Findings, state?: ConnectionState, info?: CompanyInfo): Validation {
  const all = findings.all()
  return {
    valid: all.every(({ check }) => check.status !== 'failed'),
    ...(info && { account: { id: info.companyId, name: info.name } }),
    checks: all.map(({ check }) => check),
    problems: all.flatMap(({ problems }) => problems ?? []),
    remarks: all.flatMap(({ remark }) => remark ?? []),
    ...(state && {
      details: { keyOrder: state.keyOrder!, apiHost: state.apiOrigin!.replace(/^https?:\/\//, '') },
      state
    })
  }
}
