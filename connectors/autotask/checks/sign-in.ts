import { CredentialsRejected, PermissionMissing, SourceUnavailable, TargetRefused } from 'integration-host/connector'
import { failed, passed, type Usage, usageInWords } from 'integration-host/connector/kit'
import type { Session } from '../api/session.ts'
import { findZone, type Zone } from '../api/zone.ts'
import type { Context } from '../form.ts'
import type { Findings } from './names.ts'

const place = 'Admin > Account Settings & Users > Resources/Users > your API user'

/** Where the user's database is: it needs no keys. */
export function tryZone(context: Context, findings: Findings): Promise<Zone | undefined> {
  return findings.ask(
    'zone-found',
    () => findZone(context, 2),
    zone =>
      zone
        ? passed(`The database is in ${zone.name}.`)
        : failed('Autotask knows no database of this user name.', `Copy it once more from ${place} > Username (Key).`, [
            '/userName'
          ]),
    { means: failure => (failure instanceof TargetRefused ? refusedZone : undefined) }
  )
}

/** One call and no more: refused ones lock the user. Then what is left of the hour. */
export async function trySignIn(session: Session, findings: Findings): Promise<Usage | undefined> {
  const isLetIn = await findings.ask(
    'login-accepted',
    () => session.ask({ path: 'Version', attempts: 1 }),
    () => passed('The secret and the integration code are accepted.'),
    { means: failure => (isRefusal(failure) ? refused : undefined) }
  )
  if (!isLetIn) return undefined
  return findings.ask('calls-left', session.usage, usage => {
    const words = `In the last hour ${usageInWords(usage)}.`
    if (usage.used * 2 < usage.allowed) return passed(words)
    const fix =
      'Autotask slows all calls down from a half on, and refuses them at the end: look which tool calls so often.'
    return passed(words, { fix, remark: words })
  })
}

/** Older answers to wrong keys are 403 and 500. */
function isRefusal(failure: unknown): boolean {
  if (failure instanceof CredentialsRejected || failure instanceof PermissionMissing) return true
  return failure instanceof SourceUnavailable && failure.status === 500
}

const refusedZone = failed(
  'This zone address may not be called.',
  'Leave it empty. Another server has to be allowed by the operator of this host (OUTBOUND_ALLOW).',
  ['/zoneUrl']
)

const refused = failed(
  'Autotask refuses these three together: the secret or the integration code is wrong, or the API user is locked or inactive.',
  `Copy them once more from ${place}, and see that Active is ticked there and Locked is not. A new API user takes about five minutes. Do not try often: refused calls lock the user for everybody.`,
  ['/userName', '/secret', '/integrationCode']
)
