import type { Connection, Store } from '../storage/port.ts'
import { type Attention, attentionOf } from './attention.ts'

/** Told at once; what is behind them comes when these are put right. */
const mostTold = 500
/** A tenant has few installations; of one that has so many more the rest is not looked at. */
const mostLookedAt = 5000

/** All that needs a person now, the longest first. */
export async function allAttention(
  { installations, connections }: Pick<Store, 'installations' | 'connections'>,
  tenant: string
): Promise<Attention[]> {
  const accounts = await connections.list(tenant, { limit: 500, cursor: null })
  const troubles = new Map(accounts.items.map(({ id, trouble }) => [id, trouble]))
  const found: Attention[] = []
  let cursor: string | null = null
  let looked = 0
  do {
    const page = await installations.list(tenant, {}, { limit: 500, cursor })
    for (const one of page.items) found.push(...attentionOf(one, await troubleOf(one.connectionId)))
    looked += page.items.length
    cursor = page.nextCursor
  } while (cursor !== null && found.length < mostTold && looked < mostLookedAt)
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
