import type { Connector } from '../../connector/contract.ts'
import { newId } from '../../entities/new-id.ts'
import { errors } from '../../errors.ts'
import { budgetOfAccount } from '../../outbound/budget-names.ts'
import type { Connection } from '../../storage/port.ts'
import type { Host } from '../host.ts'
import type { Accepted, Credentials } from '../validate.ts'
import { acceptedCredentials, resumeWaiting } from './accepted.ts'
import { accountKeyOf } from './account-key.ts'
import { removeUnlessUsed } from './remove.ts'

const attempts = 5

export interface Kept {
  readonly connection: Connection
  /** It was made by this call. */
  readonly isNew: boolean
}

/**
 * The tenant's connection to the account that these credentials open: `known` with its credentials replaced, or a new
 * one. `beforeReplacing` may throw and so keep an existing connection as it is.
 */
export async function keepConnection(
  host: Host,
  connector: Connector,
  tenant: string,
  credentials: Credentials,
  validation: Accepted,
  known: Connection | null,
  beforeReplacing: (existing: Connection) => Promise<void>
): Promise<Kept> {
  const { connections } = host.store
  const accountKey = accountKeyOf(validation.account)
  let existing = known
  for (let attempt = 0; attempt < attempts; attempt++) {
    const id = existing?.id ?? newId('con')
    const accepted = acceptedCredentials(host, connector, { tenant, connectionId: id }, credentials, validation)
    if (existing) {
      await beforeReplacing(existing)
      const replaced = await connections.tryUpdate(tenant, id, existing.rev, accepted)
      if (replaced) {
        await forgetFormerBudget(host, existing, accountKey)
        await resumeWaiting(host, existing)
        return { connection: replaced, isNew: false }
      }
    } else {
      const createdAt = new Date().toISOString()
      const fresh = {
        id,
        tenant,
        connector: connector.name,
        ...accepted,
        workedAt: null,
        createdAt,
        updatedAt: createdAt
      }
      await connections.tryInsert(fresh).catch(async error => {
        // It may be there all the same: what failed may have been the answer.
        await removeUnlessUsed(host, tenant, id).catch(() => {})
        throw error
      })
      const inserted = await connections.get(tenant, id)
      if (inserted) return { connection: inserted, isNew: true }
    }
    const former = existing && (await connections.get(tenant, existing.id))
    existing = former ?? (await connections.findByAccount(tenant, connector.name, accountKey))
  }
  throw new errors.HOST_ERR_CONFLICT()
}

/** The store keeps no budget under the name of an account that nobody has a connection to. */
export async function forgetFormerBudget(
  host: Pick<Host, 'store'>,
  former: Connection,
  accountKey: string
): Promise<void> {
  if (former.accountKey === accountKey) return
  await host.store.budgets.remove(budgetOfAccount(former.connector, former.accountKey))
}
