import { errors, withDetails } from '../../errors.ts'
import { type Expected, requireExpected } from '../../http/preconditions.ts'
import { budgetOfAccount } from '../../outbound/budget-names.ts'
import type { Connection, Store } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'

type Stored = { readonly store: Store }

/**
 * Removes a connection that no installation uses; an uninstalled one uses it, since it can be brought back without
 * credentials. By compare-and-set: an install that begins to use it meanwhile touches it, and then this looks again.
 * @param besides an installation that does not count, as it is about to go
 * @returns false: it is used
 */
export async function removeUnlessUsed(host: Stored, tenant: string, id: string, besides?: string): Promise<boolean> {
  for (;;) {
    const connection = await host.store.connections.get(tenant, id)
    if (!connection) return true
    const users = await installationsOf(host, tenant, id)
    if (users.some(user => user.id !== besides)) return false
    if (await removeIfUntouched(host, connection)) return true
  }
}

/** By compare-and-set; false: it was changed or removed since it was read. */
export async function removeIfUntouched({ store }: Stored, connection: Connection): Promise<boolean> {
  const { tenant, id, rev, connector, accountKey } = connection
  if (!(await store.connections.tryRemove(tenant, id, rev))) return false
  await store.budgets.remove(budgetOfAccount(connector, accountKey))
  return true
}

/** As a person asks for it. Throws HOST_ERR_CONNECTION_IN_USE with the installations that use it. */
export async function removeConnection(
  host: Pick<Host, 'store'>,
  tenant: string,
  id: string,
  expected: Expected
): Promise<void> {
  const connection = await host.store.connections.get(tenant, id)
  if (!connection) throw new errors.HOST_ERR_NOT_FOUND('connection')
  requireExpected(expected, connection.rev)
  if (await removeUnlessUsed(host, tenant, id)) return
  const users = (await installationsOf(host, tenant, id)).map(user => user.id)
  throw withDetails(new errors.HOST_ERR_CONNECTION_IN_USE(users.join(', ')), { installations: users })
}
