/** What people read of clients: the operations behind the routes. */
import type { Static } from 'typebox'
import { errors } from '../errors.ts'
import type {
  ClientQuery,
  ClientStore,
  HistoryEntry,
  PageRequest,
  Store,
  Total,
  TwoWayPageRequest
} from '../storage/port.ts'
import { clientPresenter, presentAgreement } from './present.ts'
import { clientQueryOf, type Filters } from './query.ts'
import type { Agreements, Clients, ClientWithAgreements, History, HistoryItem } from './schemas.ts'
import { waitingLosses } from './waiting.ts'

export interface ClientsAsked {
  readonly filters: Filters
  readonly page: TwoWayPageRequest
  /** How many there are in all is told too, where that is counted. */
  readonly withTotal: boolean
  /** See clientQueryOf. */
  readonly now: Date | null
}

/** Throws HOST_ERR_BAD_REQUEST for filters that do not go together. */
export async function listClients(
  store: Pick<Store, 'clients' | 'installations'>,
  tenant: string,
  { filters, page, withTotal, now }: ClientsAsked
): Promise<Static<typeof Clients>> {
  const query = clientQueryOf(filters, now)
  const [{ items, ...cursors }, total] = await Promise.all([
    store.clients.list(tenant, query, page),
    withTotal ? totalOf(store, tenant, query) : null
  ])
  return {
    items: await Promise.all(items.map(clientPresenter(store))),
    ...cursors,
    total,
    changedUntil: query.changedUntil ?? null
  }
}

/** null: no store counts what a search or a moment leaves. */
async function totalOf({ clients }: Pick<Store, 'clients'>, tenant: string, query: ClientQuery): Promise<Total | null> {
  const { status, connectionId, search, externalId, changedSince } = query
  if (search !== undefined || externalId !== undefined || changedSince !== undefined) return null
  return clients.total(tenant, { ...(status && { status }), ...(connectionId !== undefined && { connectionId }) })
}

/** With its agreements and what of it waits. Throws HOST_ERR_NOT_FOUND. */
export async function getClient(
  store: Pick<Store, 'clients' | 'installations' | 'losses'>,
  tenant: string,
  id: string
): Promise<Static<typeof ClientWithAgreements>> {
  const record = await store.clients.get(tenant, id)
  if (!record) throw new errors.HOST_ERR_NOT_FOUND('client')
  const client = await clientPresenter(store)(record)
  return {
    ...client,
    agreements: record.agreements.map(agreement => presentAgreement(agreement, record)),
    losses: await waitingLosses(store, record)
  }
}

/** What runs have changed of it, newest first, for as long as that is kept. Throws HOST_ERR_NOT_FOUND. */
export async function clientHistory(
  { clients, history }: Pick<Store, 'clients' | 'history'>,
  tenant: string,
  id: string,
  page: PageRequest
): Promise<Static<typeof History>> {
  if (!(await clients.get(tenant, id))) throw new errors.HOST_ERR_NOT_FOUND('client')
  const { items, nextCursor } = await history.list(tenant, id, page)
  return { items: items.map(presentChange), nextCursor }
}

function presentChange({ at, runId, installationId, by, changes }: HistoryEntry): Static<typeof HistoryItem> {
  return {
    ...{ at, runId, installationId, by },
    changes: changes.map(({ field, agreement = null, before, after }) => ({ field, agreement, before, after }))
  }
}

/** `status` in any letter case. */
export function listAgreements(
  { clients }: Pick<Store, 'clients'>,
  tenant: string,
  { clientId, status, clientStatus }: Parameters<ClientStore['listAgreements']>[1],
  page: PageRequest
): Promise<Static<typeof Agreements>> {
  const filters = {
    ...(clientId !== undefined && { clientId }),
    ...(status !== undefined && { status: status.toLowerCase() }),
    ...(clientStatus !== undefined && { clientStatus })
  }
  return clients.listAgreements(tenant, filters, page)
}
