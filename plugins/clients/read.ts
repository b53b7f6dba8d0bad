/** What GET /clients and the console ask alike. */
import type { Static } from 'typebox'
import { errors } from '../errors.ts'
import type { ClientQuery, PageRequest, Store } from '../storage/port.ts'
import { clientPresenter, presentAgreement } from './present.ts'
import type { Client, ClientWithAgreements } from './schemas.ts'

type Reads = Pick<Store, 'clients' | 'installations'>

export async function listClients(
  store: Reads,
  tenant: string,
  query: ClientQuery,
  page: PageRequest
): Promise<{ items: Static<typeof Client>[]; nextCursor: string | null }> {
  const { items, nextCursor } = await store.clients.list(tenant, query, page)
  return { items: await Promise.all(items.map(clientPresenter(store))), nextCursor }
}

/** Throws HOST_ERR_NOT_FOUND. */
export async function getClient(
  store: Reads,
  tenant: string,
  id: string
): Promise<Static<typeof ClientWithAgreements>> {
  const record = await store.clients.get(tenant, id)
  if (!record) throw new errors.HOST_ERR_NOT_FOUND('client')
  const client = await clientPresenter(store)(record)
  return { ...client, agreements: record.agreements.map(agreement => presentAgreement(agreement, record)) }
}
