import type { FastifyBaseLogger } from 'fastify'
import type { Validation } from '../../connector/contract.ts'
import { errors } from '../../errors.ts'
import type { Purpose } from '../../outbound/purposes.ts'
import type { Connection, ConnectionChange } from '../../storage/port.ts'
import type { Host } from '../host.ts'
import { validateStored } from '../validate.ts'
import { lastValidationOf, resumeWaiting } from './accepted.ts'
import { accountKeyOf } from './account-key.ts'
import { forgetFormerBudget } from './keep-connection.ts'
import { settingsInUse } from './settings-in-use.ts'

/**
 * Validates a connection once more with what is stored, and keeps what came out. One whose account has answered well
 * has no trouble any more: what waited for it runs again. Where credentials were refused it is for a person alone: a
 * vendor may lock an account after refused logins.
 */
export async function checkConnection(
  host: Host,
  tenant: string,
  id: string,
  log: FastifyBaseLogger,
  { now = () => new Date(), purpose = 'person' }: { readonly now?: () => Date; readonly purpose?: Purpose } = {}
): Promise<Validation> {
  const connection = await host.store.connections.get(tenant, id)
  if (!connection) throw new errors.HOST_ERR_NOT_FOUND('connection')
  const connector = host.connectors.get(connection.connector)
  if (!connector) throw new errors.HOST_ERR_NOT_FOUND('connector')
  const trial = { ...(await settingsInUse(host, connector, connection)), log, purpose }
  const validation = await validateStored(host, connector, connection, trial)
  const kept = await keep(host, connection, validation, now())
  if (kept && validation.valid && connection.trouble) await resumeWaiting(host, connection)
  return validation
}

async function keep(host: Host, connection: Connection, validation: Validation, at: Date): Promise<Connection | null> {
  const { connections } = host.store
  const { tenant, id } = connection
  const lastValidation = lastValidationOf(validation, at)
  const { account } = validation
  // The stored credentials are the same, so an account of the same id is the same account wherever it answers now.
  const renewed: ConnectionChange =
    validation.valid && account?.id === connection.account.id
      ? { accountKey: accountKeyOf(account), account: { id: account.id, name: account.name } }
      : {}
  const found: ConnectionChange = {
    lastValidation,
    ...(validation.valid && { trouble: null, state: { ...connection.state, ...validation.state } })
  }
  const changed = await connections.tryUpdate(tenant, id, connection.rev, { ...found, ...renewed })
  if (changed) {
    await forgetFormerBudget(host, connection, changed.accountKey)
    return changed
  }
  // Someone else has the new key, or the connection was changed meanwhile: then its credentials were validated by that.
  return connections.tryUpdate(tenant, id, connection.rev, found)
}
