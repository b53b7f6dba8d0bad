/** What needs somebody, as pages say it: what stops an account's syncs for one reason is one thing to put right. */
import type { Store } from '../storage/port.ts'
import type { Attention } from '../webhooks/attention.ts'
import { allAttention } from '../webhooks/attention-now.ts'

export interface Need extends Omit<Attention, 'installationId' | 'syncType'> {
  /** At least one. */
  readonly stopped: readonly Pick<Attention, 'installationId' | 'syncType'>[]
}

/** The longest first. */
export async function whatNeedsYou(
  store: Pick<Store, 'installations' | 'connections'>,
  tenant: string
): Promise<readonly Need[]> {
  const groups = Map.groupBy(await allAttention(store, tenant), ({ connectionId, code, detail, since }) =>
    JSON.stringify([connectionId, code, detail, since])
  )
  return [...groups.values()].map(([first, ...others]) => {
    const { installationId: _, syncType: __, ...need } = first!
    return {
      ...need,
      stopped: [first!, ...others].map(({ installationId, syncType }) => ({ installationId, syncType }))
    }
  })
}
