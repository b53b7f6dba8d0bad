import type { Installation, Store } from '../storage/port.ts'
import { type Attention, attentionOf } from './attention.ts'

/** A tenant has few installations; of one that has more the rest waits until these are put right. */
const most = 500

export async function allAttention(
  { installations, connections }: Pick<Store, 'installations' | 'connections'>,
  tenant: string
): Promise<Attention[]> {
  const { items } = await installations.list(tenant, {}, { limit: most, cursor: null })
  const troubles = new Map<string, Awaited<ReturnType<typeof troubleOf>>>()
  const troubleOf = async ({ connectionId }: Installation) =>
    (await connections.get(tenant, connectionId))?.trouble ?? null
  const found: Attention[] = []
  for (const installation of items) {
    const { connectionId } = installation
    if (!troubles.has(connectionId)) troubles.set(connectionId, await troubleOf(installation))
    found.push(...attentionOf(installation, troubles.get(connectionId)!))
  }
  return found.sort((a, b) => (a.since < b.since ? -1 : 1))
}
