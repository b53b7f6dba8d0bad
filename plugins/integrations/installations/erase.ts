import type { SyncType } from '../../connector/contract.ts'
import { withoutPart } from '../../entities/client-record.ts'
import { errors } from '../../errors.ts'
import type { Installation, Lease } from '../../storage/port.ts'
import { changeInstallation, installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'

const batch = 500
/** Rounds in which every write lost to another writer. */
const fruitless = 20

/**
 * Everything of the installation goes: its part of each client, runs, rejects, configuration, and with the
 * connection's last installation the credentials. Cut anywhere, it can be repeated: the installation itself goes
 * last, so that the id leads back here until nothing is left.
 */
export async function erase(host: Host, tenant: string, id: string): Promise<void> {
  const { after: installation } = await changeInstallation(host, tenant, id, () => {
    return { wanted: 'uninstalled', requested: null, dueInMs: null, fence: true }
  })
  await host.dispatcher.abort(id, 'erased')
  try {
    await eraseParts(host, installation)
  } catch (error) {
    if ((error as { code?: string }).code !== 'HOST_ERR_LEASE_LOST') throw error
    // Someone else fenced it: another erase, which may have ended by now, or a reinstall.
    if (!(await host.store.installations.get(tenant, id))) return
    throw new errors.HOST_ERR_CONFLICT()
  }
  await removeConnectionUnlessUsed(host, installation, true)
  await host.store.installations.remove(tenant, id)
  // Two erases of a connection's last two installations have each seen the other's; whoever removes last sees none.
  await removeConnectionUnlessUsed(host, installation, false)
}

async function eraseParts(host: Host, installation: Installation): Promise<void> {
  const { id, tenant, connectionId, token } = installation
  const lease: Lease = { tenant, connectionId, installationId: id, owner: 'erase', token }
  const { clients } = host.store
  let lostRounds = 0
  for (;;) {
    const records = await clients.listOfInstallation(id, batch)
    if (records.length === 0) return
    const now = new Date().toISOString()
    const writes = records.map(record => ({
      id: record.id,
      expectedRev: record.rev,
      record: withoutPart(record, id, syncTypesOf(host, installation), now)
    }))
    const lost = await clients.write(lease, writes)
    lostRounds = lost.length === writes.length ? lostRounds + 1 : 0
    if (lostRounds === fruitless) throw new errors.HOST_ERR_CONFLICT()
  }
}

/** Who owns which field is the connector's to say; without it another sync type's fields could go. */
function syncTypesOf(host: Host, installation: Installation): readonly SyncType[] {
  const connector = host.connectors.get(installation.connector)
  if (!connector) throw new errors.HOST_ERR_NOT_FOUND('connector')
  return connector.syncTypes
}

/**
 * By compare-and-set: an install that begins to use the connection meanwhile touches it (see install.ts), and then
 * this looks again.
 */
async function removeConnectionUnlessUsed(host: Host, installation: Installation, besides: boolean): Promise<void> {
  const { tenant, connectionId, id } = installation
  for (;;) {
    const connection = await host.store.connections.get(tenant, connectionId)
    if (!connection) return
    const users = await installationsOf(host, tenant, connectionId)
    if (users.some(user => !(besides && user.id === id))) return
    if (await host.store.connections.tryRemove(tenant, connectionId, connection.rev)) return
  }
}
