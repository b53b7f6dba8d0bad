import type { FastifyBaseLogger } from 'fastify'
import type { Connector, Validation } from '../../connector/contract.ts'
import { errors, withDetails } from '../../errors.ts'
import { schemaProblems } from '../../http/schemas/schema-problems.ts'
import type { Connection, ConnectionChange, Sealed } from '../../storage/port.ts'
import { changeInstallation, installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'
import { closed, settingsOf } from '../settings.ts'
import { type Credentials, type Report, requireValid, validate } from '../validate.ts'

/** Every field is sealed, also those that may be shown: what is secret is the connector's to change. */
export function sealCredentials(
  host: Pick<Host, 'keyring'>,
  owner: { tenant: string; connectionId: string },
  credentials: Credentials
): Sealed {
  const fields = Object.entries(credentials).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, String(value)] as const]
  )
  return host.keyring.seal(owner, Object.fromEntries(fields))
}

/** What a connection keeps of credentials that the vendor has just accepted. */
export function acceptedCredentials(
  host: Pick<Host, 'keyring'>,
  connector: Connector,
  owner: { tenant: string; connectionId: string },
  credentials: Credentials,
  validation: Validation
): Required<ConnectionChange> {
  const accountKey = connector.accountKey(credentials)
  return {
    accountKey,
    account: validation.account ?? { id: accountKey, name: accountKey },
    display: connector.describe(credentials),
    sealed: sealCredentials(host, owner, credentials),
    state: validation.state ?? {}
  }
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
  report?: Report
): Promise<Connection> {
  const connection = await host.store.connections.get(tenant, id)
  if (!connection) throw new errors.HOST_ERR_NOT_FOUND('connection')
  const connector = host.connectors.get(connection.connector)
  if (!connector) throw new errors.HOST_ERR_NOT_FOUND('connector')

  const owner = { tenant, connectionId: id }
  const stored = host.keyring.open(owner, connection.sealed)
  requireSecrets(connector, stored, given)
  const credentials = { ...stored, ...given }
  const problems = schemaProblems(closed(connector.credentials), credentials, '/credentials')
  if (problems.length > 0) throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })

  const settings = await settingsInUse(host, connector, connection)
  const validation = await validate(host, connector, credentials, settings, log, report)
  // Settings that the account does not know are an installation's matter, not the credentials'.
  const aboutSettings = validation.problems.filter(({ pointer }) => pointer.startsWith('/settings'))
  const onlySettings = aboutSettings.length > 0 && aboutSettings.length === validation.problems.length
  if (!onlySettings) requireValid(validation)

  const change = acceptedCredentials(host, connector, owner, credentials, validation)
  await requireSameAccount(host, connector, connection, change.accountKey, stored, given)
  const changed = await host.store.connections.tryUpdate(tenant, id, connection.rev, change)
  if (!changed) throw new errors.HOST_ERR_CONFLICT()
  await resumeWaiting(host, changed)
  return changed
}

/** Clears what held the connection's installations back and makes them due. */
export async function resumeWaiting(host: Host, connection: Connection): Promise<void> {
  for (const { id } of await installationsOf(host, connection.tenant, connection.id)) {
    await changeInstallation(host, connection.tenant, id, now => {
      if (!now.attention && now.failures === 0) return null
      return { attention: null, failures: 0, ...(now.wanted === 'running' && { dueInMs: 0 }) }
    })
  }
  host.dispatcher.poke()
}

/** Stored secrets are never sent to another place than the one they were typed for. */
function requireSecrets(connector: Connector, stored: Credentials, given: Credentials): void {
  const moves = connector.endpointFields.some(name => given[name] !== undefined && given[name] !== stored[name])
  if (!moves) return
  const problems = Object.entries(connector.credentials.properties)
    .filter(([name, schema]) => (schema as { writeOnly?: boolean }).writeOnly && given[name] === undefined)
    .map(([name]) => ({ pointer: `/credentials/${name}`, message: 'has to be typed again' }))
  if (problems.length > 0) throw withDetails(new errors.HOST_ERR_SECRET_REQUIRED(), { problems })
}

/** Another account's records under the same connection would pass for the first one's. */
async function requireSameAccount(
  host: Host,
  connector: Connector,
  connection: Connection,
  accountKey: string,
  stored: Credentials,
  given: Credentials
): Promise<void> {
  if (accountKey === connection.accountKey) return
  const { tenant, id } = connection
  const other = await host.store.connections.findByAccount(tenant, connector.name, accountKey)
  const synced = (await installationsOf(host, tenant, id)).some(now => now.lastRunId ?? now.currentRunId)
  if (!other && !synced) return
  const message = other
    ? 'belongs to an account that has its own connection: change that one'
    : 'belongs to another account, whose records would mix with those synced: install it as a connection of its own'
  const problems = Object.keys(given)
    .filter(name => given[name] !== stored[name])
    .map(name => ({ pointer: `/${name}`, message }))
  throw withDetails(new errors.HOST_ERR_CREDENTIALS_INVALID(), { checks: [], problems })
}

async function settingsInUse(host: Host, connector: Connector, connection: Connection) {
  const [first] = await installationsOf(host, connection.tenant, connection.id)
  return first?.settings ?? settingsOf(connector, undefined)
}
