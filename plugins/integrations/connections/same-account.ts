import type { FastifyBaseLogger } from 'fastify'
import type { Connector } from '../../connector/contract.ts'
import type { Connection } from '../../storage/port.ts'
import type { Host } from '../host.ts'
import type { Accepted, Credentials } from '../validate.ts'
import { accountKeyOf, isFormerKey } from './account-key.ts'
import { compareRecords } from './same-records.ts'

/** A tenant's connection to an account that has just been validated. */
export interface Recognised {
  readonly connection: Connection
  /** It answers at the origin that is known, so these credentials may take the place of the stored ones. */
  readonly here: boolean
}

/**
 * By the key; else by the vendor's id of the account and, as installations of a product may use the same ids, by
 * twenty records: a server that was renamed or moved to another host is the same account, and installed anew it would
 * bring every client a second time. null: the tenant has no connection to it.
 */
export async function recogniseAccount(
  host: Host,
  connector: Connector,
  tenant: string,
  credentials: Credentials,
  validation: Accepted,
  log: FastifyBaseLogger
): Promise<Recognised | null> {
  const { connections } = host.store
  const { account } = validation
  const known = await connections.findByAccount(tenant, connector.name, accountKeyOf(account))
  if (known) return { connection: known, here: true }
  for (const connection of await connections.listByAccountId(tenant, connector.name, account.id)) {
    const found = await compareRecords(host, connector, connection, credentials, validation, log)
    // A former key does not tell the origin; with nothing synced there is nothing to be taken for another's either.
    if (isFormerKey(connection.accountKey) && found !== 'other') return { connection, here: true }
    if (found === 'same') return { connection, here: false }
  }
  return null
}
