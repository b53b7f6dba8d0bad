import type { Connection, Store } from '../storage/port.ts'
import { type Attention, attentionOf } from './attention.ts'

/** A tenant has few installations; of one that has more the rest waits until these are put right. */
const most = 500

/** All that needs a person now, the longest first. */
export async function allAttention(
  { installations, connections }: Pick<Store, 'installations' | 'connections'>,
  tenant: string
): Promise<Attention[]> {
  const first = { limit: most, cursor: null }
  const [{ items }, accounts] = await Promise.all([
    installations.list(tenant, {}, first),
    connections.list(tenant, first)
  ])
  const troubles = new Map(accounts.items.map(({ id, trouble }) => [id, trouble]))
  const found: Attention[] = []
  for (const installation of items) found.push(...attentionOf(installation, await troubleOf(installation.connectionId)))
  return found.sort((a, b) => (a.since < b.since ? -1 : 1))

  /** Of many accounts not all are in the first list. */
  async function troubleOf(id: string): Promise<Connection['trouble']> {
    const known = troubles.get(id)
    if (known !== undefined) return known
    const trouble = (await connections.get(tenant, id))?.trouble ?? null
    troubles.set(id, trouble)
    return trouble
  }
}
