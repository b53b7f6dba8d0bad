/** What GET /activity and the console ask alike. */
import type { Static } from 'typebox'
import type { ActivityFilter, PageRequest, Store } from '../storage/port.ts'
import type { Activity } from './schemas.ts'

/** Newest first, without what only binds the entries to each other. */
export async function listActivity(
  { activity }: Pick<Store, 'activity'>,
  tenant: string,
  filter: ActivityFilter,
  page: PageRequest
): Promise<{ items: Static<typeof Activity>[]; nextCursor: string | null }> {
  const { items, nextCursor } = await activity.list(tenant, filter, page)
  return { items: items.map(({ tenant: _tenant, keyId: _keyId, mac: _mac, ...shown }) => shown), nextCursor }
}
