import type { SyncType } from '../../connector/contract.ts'
import { withoutPart } from '../../entities/client-record.ts'
import { errors } from '../../errors.ts'
import type { Expected } from '../../http/preconditions.ts'
import type { Installation, Lease, PageWrite } from '../../storage/port.ts'
import { changeInstallation } from '../change-installation.ts'
import { removeUnlessUsed } from '../connections/remove.ts'
import type { Host } from '../host.ts'

const batch = 500
/** Rounds in which every write lost to another writer. */
const fruitless = 20

/**
 * Everything of the installation goes: its part of each client, runs, rejects, configuration, and with the
 * connection's last installation the credentials. From its first step on nothing can bring it back or run it, so that
 * what is taken out stays out. Cut anywhere, it can be repeated: the installation itself goes last, so that the id
 * leads back here until nothing is left.
 */
export async function erase(host: Host, tenant: string, id: string, expected: Expected = null): Promise<void> {
  const { after: installation } = await changeInstallation(
    host,
    tenant,
    id,
    () => ({ wanted: 'erasing', requested: null, dueInMs: null, fence: true }),
    expected
  )
  await host.dispatcher.abort(id, 'erased')
  try {
    await eraseParts(host, installation)
  } catch (error) {
    if ((error as { code?: string }).code !== 'HOST_ERR_LEASE_LOST') throw error
    // Another erase has fenced it, which may have ended by now.
    if (!(await host.store.installations.get(tenant, id))) return
    throw new errors.HOST_ERR_CONFLICT()
  }
  const { connectionId } = installation
  await removeUnlessUsed(host, tenant, connectionId, id)
  await host.store.installations.remove(tenant, id)
  // Two erases of a connection's last two installations have each seen the other's; whoever removes last sees none.
  const isRemoved = await removeUnlessUsed(host, tenant, connectionId)
  const { connector, syncType } = installation
  const details = { connector, syncType, credentials: isRemoved ? 'removed' : 'kept' }
  await host.audit.own({ tenant, action: 'installation.erased', target: { kind: 'installation', id }, details })
}

async function eraseParts(host: Host, installation: Installation): Promise<void> {
  const { id, tenant, connectionId, token } = installation
  const lease: Lease = { tenant, connectionId, installationId: id, owner: 'erase', token }
  const { clients } = host.store
  const syncTypes = syncTypesOf(host, installation)
  let lostRounds = 0
  for (;;) {
    const records = await clients.listOfInstallation(id, batch)
    if (records.length === 0) return
    const now = new Date().toISOString()
    const writes = records.map(record => ({
      id: record.id,
      expectedRev: record.rev,
      record: withoutPart(record, id, syncTypes, now)
    }))
    const { lost, conflicts } = await clients.write(lease, { ...nothing, clients: writes })
    lostRounds = lost.length + conflicts.length >= writes.length ? lostRounds + 1 : 0
    if (lostRounds === fruitless) throw new errors.HOST_ERR_CONFLICT()
  }
}

const nothing: PageWrite = { losses: [], clients: [], settled: [], seen: [], unseen: [], rejects: [], progress: null }

/** Who owns which field is the connector's to say; without it another sync type's fields could go. */
function syncTypesOf(host: Host, installation: Installation): readonly SyncType[] {
  const connector = host.connectors.get(installation.connector)
  if (!connector) throw new errors.HOST_ERR_NOT_FOUND('connector')
  return connector.syncTypes
}
