import type { SyncType } from '../../connector/contract.ts'
import { errors, withDetails } from '../../errors.ts'
import type { Connection } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'
import { statusOf } from '../status.ts'

/** HOST_ERR_ALREADY_INSTALLED with the ids of what exists, so that a repeated install needs no search. */
export async function alreadyInstalled(
  host: Pick<Host, 'store'>,
  connection: Connection,
  syncType: SyncType
): Promise<Error> {
  return withDetails(new errors.HOST_ERR_ALREADY_INSTALLED(syncType.title), await existing(host, connection))
}

/** HOST_ERR_ACCOUNT_CONNECTED: the account of `connection` was found at another origin. */
export async function accountConnected(host: Pick<Host, 'store'>, connection: Connection): Promise<Error> {
  return withDetails(new errors.HOST_ERR_ACCOUNT_CONNECTED(connection.id), await existing(host, connection))
}

async function existing(host: Pick<Host, 'store'>, { tenant, id, trouble }: Connection) {
  const installations = (await installationsOf(host, tenant, id)).map(one => ({
    id: one.id,
    syncType: one.syncType,
    status: statusOf(one, trouble)
  }))
  return { connectionId: id, installations }
}

/** Throws HOST_ERR_ALREADY_INSTALLED if any of the sync types is installed on the connection. */
export async function requireNotInstalled(
  host: Pick<Host, 'store'>,
  connection: Connection,
  syncTypes: readonly SyncType[]
): Promise<void> {
  const present = await installationsOf(host, connection.tenant, connection.id)
  const installed = syncTypes.find(type =>
    present.some(one => one.syncType === type.name && one.wanted !== 'uninstalled' && one.wanted !== 'erasing')
  )
  if (installed) throw await alreadyInstalled(host, connection, installed)
}
