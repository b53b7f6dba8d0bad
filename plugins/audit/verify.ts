import type { ActivityStore } from '../storage/activity-port.ts'
import { follows, isAnchor, keyIdOf } from './chain.ts'

export interface Verified {
  readonly tenant: string
  /** Entries that are what was written, in their order. */
  readonly good: number
  /** What is wrong, in words; null: the chain is whole. */
  readonly broken: string | null
  /** The end of the chain, to be compared with what the log or an earlier verification told. */
  readonly head: { readonly seq: number; readonly mac: string } | null
}

const batch = 500

/** Follows a tenant's chain from its anchor to its end. Entries cut off at the end show only against an earlier head. */
export async function verifyTrail(store: ActivityStore, key: Buffer, tenant: string): Promise<Verified> {
  const anchor = await store.anchor(tenant)
  if (anchor && !isAnchor(key, tenant, anchor))
    return { tenant, good: 0, broken: `its anchor at entry ${anchor.seq} was not put by this host’s key`, head: null }
  let end: { seq: number; mac: string } | null = anchor && { seq: anchor.seq, mac: anchor.mac }
  let good = 0
  for (;;) {
    const entries = await store.walk(tenant, end?.seq ?? 0, batch)
    for (const entry of entries) {
      if (!follows(key, end, entry)) {
        const foreign = entry.keyId !== keyIdOf(key) ? ', or was made with another key' : ''
        const at = `entry ${entry.seq} of ${entry.at}`
        return { tenant, good, broken: `${at} was changed, or what stood before it is missing${foreign}`, head: end }
      }
      end = { seq: entry.seq, mac: entry.mac }
      good++
    }
    if (entries.length < batch) return { tenant, good, broken: null, head: end }
  }
}
