import type { FastifyBaseLogger } from 'fastify'
import type { Connector, SyncType } from '../../connector/contract.ts'
import { nameKeyOf } from '../../entities/name-key.ts'
import type { ClientRecord, Connection } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'
import { settingsOf } from '../settings.ts'
import type { Accepted, Credentials } from '../validate.ts'
import { vendorAnswer } from '../vendor-answer.ts'

/** Enough that two accounts do not agree by chance, and one or two questions at most vendors. */
const looked = 20
/** Of those looked at; the rest may have been renamed or deleted since they were synced. */
const enough = 0.75
const deadlineMs = 20_000

/**
 * Whether the account that these credentials open has the records that the connection has synced, by id and name: the
 * same account at another address. unknown: nothing was synced, so nothing could be mixed or doubled.
 */
export async function compareRecords(
  host: Host,
  connector: Connector,
  connection: Connection,
  credentials: Credentials,
  validation: Accepted,
  log: FastifyBaseLogger
): Promise<'same' | 'other' | 'unknown'> {
  const stored = await sampleOf(host, connection)
  if (stored.length === 0) return 'unknown'
  const installations = await installationsOf(host, connection.tenant, connection.id)
  const installation = installations.find(one => connector.syncTypes.some(({ name }) => name === one.syncType))
  const syncType = connector.syncTypes.find(({ name }) => name === installation?.syncType) ?? connector.syncTypes[0]!
  const context = host.vendor.trial(connector, credentials, {
    settings: installation?.settings ?? settingsOf(connector, undefined),
    resolved: installation?.resolved ?? {},
    ...(validation.state && { state: validation.state }),
    deadlineMs,
    log
  })
  const names = await vendorAnswer(context, async () => {
    const found = new Map<string, string>()
    const ids = stored.map(({ externalId }) => externalId)
    for await (const page of syncType.lookup(context, ids))
      for (const record of page.records) found.set(syncType.id(record), nameOf(syncType, record))
    return found
  })
  const fitting = stored.filter(client => names.get(client.externalId) === client.nameKey).length
  return fitting >= stored.length * enough ? 'same' : 'other'
}

type Sampled = Pick<ClientRecord, 'externalId' | 'nameKey'>

async function sampleOf({ store }: Pick<Host, 'store'>, { tenant, id }: Connection): Promise<Sampled[]> {
  const active = await firstOf(store, tenant, { connectionId: id, status: 'active' })
  return active.length > 0 ? active : firstOf(store, tenant, { connectionId: id, status: 'inactive' })
}

/** Clients' ids are hashes, so the first by id are some at random. A page of large ones has fewer than were asked for. */
async function firstOf(
  { clients }: Pick<Host['store'], 'clients'>,
  tenant: string,
  filter: { readonly connectionId: string; readonly status: 'active' | 'inactive' }
): Promise<Sampled[]> {
  const found: Sampled[] = []
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof clients.list>> = await clients.list(
      tenant,
      { ...filter, order: 'id' },
      { limit: looked - found.length, cursor }
    )
    for (const { externalId, nameKey } of page.items) found.push({ externalId, nameKey })
    cursor = page.nextCursor
    if (cursor === null || found.length >= looked) return found
  }
}

/** As it would be stored; a record that cannot be mapped has the vendor's name. */
function nameOf(syncType: SyncType, record: unknown): string {
  try {
    return nameKeyOf(syncType.map(record).client.name)
  } catch {
    return nameKeyOf(syncType.facts(record).name)
  }
}
