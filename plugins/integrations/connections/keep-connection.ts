import type { Connector, Validation } from '../../connector/contract.ts'
import { newId } from '../../entities/new-id.ts'
import { errors } from '../../errors.ts'
import type { Connection } from '../../storage/port.ts'
import type { Host } from '../host.ts'
import type { Credentials } from '../validate.ts'
import { acceptedCredentials, resumeWaiting } from './replace-credentials.ts'

const attempts = 5

/**
 * The tenant's connection to the account that these credentials mean: a new one, or the existing one with its
 * credentials replaced. `beforeReplacing` may throw and so keep an existing connection as it is.
 */
export async function keepConnection(
  host: Host,
  connector: Connector,
  tenant: string,
  credentials: Credentials,
  validation: Validation,
  beforeReplacing: (existing: Connection) => Promise<void>
): Promise<Connection> {
  const { connections } = host.store
  const accountKey = connector.accountKey(credentials)
  for (let attempt = 0; attempt < attempts; attempt++) {
    const existing = await connections.findByAccount(tenant, connector.name, accountKey)
    const id = existing?.id ?? newId('con')
    const accepted = acceptedCredentials(host, connector, { tenant, connectionId: id }, credentials, validation)
    if (existing) {
      await beforeReplacing(existing)
      const replaced = await connections.tryUpdate(tenant, id, existing.rev, accepted)
      if (replaced) {
        await resumeWaiting(host, replaced)
        return replaced
      }
    } else {
      const createdAt = new Date().toISOString()
      const fresh = { id, tenant, connector: connector.name, ...accepted, createdAt, updatedAt: createdAt }
      await connections.tryInsert(fresh)
      const inserted = await connections.get(tenant, id)
      if (inserted) return inserted
    }
  }
  throw new errors.HOST_ERR_CONFLICT()
}
