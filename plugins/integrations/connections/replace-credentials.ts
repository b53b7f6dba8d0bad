import type { FastifyBaseLogger } from 'fastify'
import type { Connector } from '../../connector/contract.ts'
import { errors, withDetails } from '../../errors.ts'
import { type Expected, requireExpected } from '../../http/preconditions.ts'
import { schemaProblems } from '../../http/schemas/schema-problems.ts'
import type { Connection } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'
import { closed } from '../settings.ts'
import {
  type Accepted,
  type Credentials,
  isAboutSettingsAlone,
  type Report,
  requireAccount,
  requireValid,
  validate
} from '../validate.ts'
import { acceptedCredentials, resumeWaiting } from './accepted.ts'
import { accountKeyOf } from './account-key.ts'
import { forgetFormerBudget } from './keep-connection.ts'
import { compareRecords } from './same-records.ts'
import { settingsInUse } from './settings-in-use.ts'

interface ReplaceOptions {
  /** The revision that was seen. */
  readonly expected?: Expected
  readonly report?: Report
}

/**
 * Puts new credentials, typed whole or in part, in the place of the stored ones, if the vendor accepts them; if not,
 * the old ones stay. Installations that waited for it run again at once.
 */
export async function replaceCredentials(
  host: Host,
  tenant: string,
  id: string,
  given: Credentials,
  log: FastifyBaseLogger,
  { expected = null, report }: ReplaceOptions = {}
): Promise<Connection> {
  const connection = await host.store.connections.get(tenant, id)
  if (!connection) throw new errors.HOST_ERR_NOT_FOUND('connection')
  requireExpected(expected, connection.rev)
  const connector = host.connectors.get(connection.connector)
  if (!connector) throw new errors.HOST_ERR_NOT_FOUND('connector')

  const owner = { tenant, connectionId: id }
  const stored = host.keyring.open(owner, connection.sealed)
  requireSecrets(connector, stored, given)
  const credentials = { ...stored, ...given }
  const problems = schemaProblems(closed(connector.credentials), credentials, '/credentials')
  if (problems.length > 0) throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })

  const trial = { ...(await settingsInUse(host, connector, connection)), log, ...(report && { report }) }
  const validation = await validate(host, connector, credentials, trial)
  // Settings that the account does not know are an installation's matter, not the credentials'.
  if (!isAboutSettingsAlone(validation)) requireValid(validation)
  requireAccount(validation)

  await requireSameAccount(host, connector, connection, credentials, validation, changedFields(stored, given), log)
  const change = acceptedCredentials(host, connector, owner, credentials, validation)
  const changed = await host.store.connections.tryUpdate(tenant, id, connection.rev, change)
  if (!changed) throw new errors.HOST_ERR_CONFLICT()
  await forgetFormerBudget(host, connection, changed.accountKey)
  await resumeWaiting(host, connection)
  return changed
}

const changedFields = (stored: Credentials, given: Credentials) =>
  Object.keys(given).filter(name => given[name] !== stored[name])

/** Stored secrets are never sent to another place than the one they were typed for. */
function requireSecrets(connector: Connector, stored: Credentials, given: Credentials): void {
  const moves = connector.endpointFields.some(name => given[name] !== undefined && given[name] !== stored[name])
  if (!moves) return
  const problems = Object.entries(connector.credentials.properties)
    .filter(([name, schema]) => (schema as { writeOnly?: boolean }).writeOnly && stored[name] !== undefined)
    .filter(([name]) => given[name] === undefined)
    .map(([name]) => ({ pointer: `/credentials/${name}`, message: 'has to be typed again' }))
  if (problems.length > 0) throw withDetails(new errors.HOST_ERR_SECRET_REQUIRED(), { problems })
}

/**
 * Another account's records under the same connection would pass for the first one's. At another origin the vendor's
 * id of the account and twenty records tell whether it is the same one that has moved.
 */
async function requireSameAccount(
  host: Host,
  connector: Connector,
  connection: Connection,
  credentials: Credentials,
  validation: Accepted,
  changed: readonly string[],
  log: FastifyBaseLogger
): Promise<void> {
  const { tenant, id, account } = connection
  const accountKey = accountKeyOf(validation.account)
  if (accountKey === connection.accountKey) return
  const other = await host.store.connections.findByAccount(tenant, connector.name, accountKey)
  if (other) throw refusal(changed, 'belongs to an account that has its own connection: change that one')
  const synced = (await installationsOf(host, tenant, id)).some(now => now.lastRunId ?? now.currentRunId)
  if (!synced) return
  const isMoved =
    account.id === validation.account.id &&
    (await compareRecords(host, connector, connection, credentials, validation, log)) !== 'other'
  if (isMoved) return
  throw refusal(
    changed,
    'belongs to another account, whose records would mix with those synced: install it as a connection of its own'
  )
}

function refusal(fields: readonly string[], message: string): Error {
  const problems = fields.map(name => ({ pointer: `/${name}`, message }))
  return withDetails(new errors.HOST_ERR_CREDENTIALS_INVALID(), { checks: [], problems })
}
