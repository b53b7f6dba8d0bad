import type { Store } from '../plugins/storage/port.ts'

export interface ClaimLog {
  /** ms between due and claimed, by the clock of this machine, of each claim since the last `since()`. */
  readonly lags: number[]
  since(): void
}

/** The same store, with a note of how late each claim was. */
export function withClaimLog(store: Store): { readonly store: Store; readonly log: ClaimLog } {
  const lags: number[] = []
  const leases: Store['leases'] = {
    ...store.leases,
    async claimDue(owner, limit, ttlMs) {
      const claims = await store.leases.claimDue(owner, limit, ttlMs)
      const now = Date.now()
      for (const { installation } of claims) lags.push(now - installation.dueAt!)
      return claims
    }
  }
  const since = () => {
    lags.length = 0
  }
  return { store: { ...store, leases }, log: { lags, since } }
}
