import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Connector, Resolved, Validation, ValidationCheck } from '../connector/contract.ts'
import { ConnectorFailure, TargetRefused } from '../connector/contract.ts'
import { errors, type Problem, withDetails } from '../errors.ts'
import type { Purpose } from '../outbound/purposes.ts'
import type { DisposableContext } from '../outbound/vendor.ts'
import type { Connection } from '../storage/port.ts'
import type { Host } from './host.ts'
import type { Settings } from './settings.ts'

export type Credentials = Readonly<Record<string, unknown>>

/** The whole answer has 10 s: the vendor gets nearly all of it. */
const deadlineMs = 9500
/** For a connector to put what it knows into words after its deadline; one that does not is left behind. */
const graceMs = 250

/** Told of each check as it ends. */
export type Report = (check: ValidationCheck) => void

/** With which settings credentials are tried. */
export interface Trial {
  readonly settings: Settings
  /** What they were found to mean before. */
  readonly resolved?: Resolved
  readonly log: FastifyBaseLogger
  readonly report?: Report
  /** @default 'person', who waits for it */
  readonly purpose?: Purpose
}

/** Tries typed credentials; nothing is stored. Whatever the vendor does, the answer is a value. */
export async function validate(
  host: Pick<Host, 'vendor'>,
  connector: Connector,
  credentials: Credentials,
  trial: Trial
): Promise<Validation> {
  requireFilled(connector, credentials)
  return judge(connector, host.vendor.trial(connector, credentials, { ...trial, deadlineMs }))
}

/** Tries the credentials of a stored connection once more. */
export async function validateStored(
  host: Pick<Host, 'vendor'>,
  connector: Connector,
  connection: Connection,
  trial: Trial
): Promise<Validation> {
  return judge(connector, host.vendor.over(connector, connection, { ...trial, deadlineMs }))
}

/** A required field with a least length is not filled by white space. Throws HOST_ERR_BAD_REQUEST. */
function requireFilled(connector: Connector, credentials: Credentials): void {
  const problems: Problem[] = []
  for (const name of (connector.credentials.required ?? []) as string[]) {
    const field = connector.credentials.properties[name] as { minLength?: number; writeOnly?: boolean } | undefined
    const value = credentials[name]
    const blank = typeof value === 'string' && value.trim() === ''
    if (value === undefined || (blank && ((field?.minLength ?? 0) > 0 || field?.writeOnly)))
      problems.push({ pointer: `/credentials/${name}`, message: 'is missing' })
  }
  if (problems.length > 0) throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
}

async function judge(connector: Connector, context: DisposableContext): Promise<Validation> {
  const answered = new AbortController()
  try {
    return await Promise.race([connector.validate(context), tooLate(context.signal, answered.signal)])
  } catch (error) {
    if (error instanceof TargetRefused) return refusal(error.message, connector.endpointFields)
    if (error instanceof ConnectorFailure) return refusal(error.message, [])
    if (context.signal.aborted) return refusal('The vendor did not answer within 10 seconds.', [])
    throw error
  } finally {
    answered.abort()
    context.dispose()
  }
}

async function tooLate(deadline: AbortSignal, answered: AbortSignal): Promise<never> {
  if (!deadline.aborted) {
    await new Promise(resolve => deadline.addEventListener('abort', resolve, { once: true, signal: answered }))
  }
  await wait(graceMs, undefined, { ref: false })
  throw deadline.reason
}

function refusal(message: string, fields: readonly string[]): Validation {
  return {
    valid: false,
    checks: [{ name: 'vendor-answers', status: 'failed', message }],
    problems: fields.map(field => ({ pointer: `/${field}`, message }))
  }
}

/** A validation that went well; the account is the connector's to name. */
export type Accepted = Validation & { readonly account: NonNullable<Validation['account']> }

/** The credentials are good, and all that is wrong are names in the settings. */
export function isAboutSettingsAlone({ checks, problems, account }: Validation): boolean {
  const failed = checks.filter(check => check.status === 'failed')
  const settings = problems.filter(({ pointer }) => pointer.startsWith('/settings'))
  return account !== undefined && failed.length <= 1 && settings.length > 0 && settings.length === problems.length
}

/**
 * Throws HOST_ERR_SETTINGS_INVALID if nothing but names in the settings is wrong, else HOST_ERR_CREDENTIALS_INVALID,
 * with the checks and problems of a validation that failed.
 */
export function requireValid(validation: Validation): asserts validation is Accepted {
  const { checks, problems } = validation
  if (!validation.valid) {
    const error = isAboutSettingsAlone(validation)
      ? new errors.HOST_ERR_SETTINGS_INVALID()
      : new errors.HOST_ERR_CREDENTIALS_INVALID()
    throw withDetails(error, { checks, problems })
  }
  requireAccount(validation)
}

/** Without the account nobody could tell whose records these are. */
export function requireAccount(validation: Validation): asserts validation is Accepted {
  if (!validation.account) throw new TypeError('the connector has validated credentials without naming the account')
}
