import { errors } from '../errors.ts'
import type { Lease, LeaseStore } from '../storage/port.ts'

export interface Heartbeat {
  /** Throws HOST_ERR_LEASE_LOST once the lease may have run out, by this process's monotonic clock. */
  assertHeld(): void
  stop(): void
}

/**
 * Renews a lease every third of its life. Whoever cannot renew stops before the store would give the lease to
 * another: the deadline counts from the moment the claim or the last successful renewal was sent, on the monotonic
 * clock, so neither a slow answer nor a turned clock makes it longer. `onLost` is called once.
 *
 * @param claimedAt when the claim was sent; ms of performance.now()
 */
export function startHeartbeat(
  leases: LeaseStore,
  lease: Lease,
  ttlMs: number,
  onLost: (reason: Error) => void,
  claimedAt = performance.now()
): Heartbeat {
  const margin = ttlMs / 10
  let deadline = claimedAt + ttlMs
  let ended = false
  let renewing = false

  const lost = () => new errors.HOST_ERR_LEASE_LOST(String(lease.token))
  const end = () => {
    ended = true
    clearInterval(timer)
    clearInterval(watch)
  }
  const lose = () => {
    if (ended) return
    end()
    onLost(lost())
  }

  const renew = async () => {
    if (renewing || ended) return
    renewing = true
    const sent = performance.now()
    try {
      if (await leases.tryRenew(lease, ttlMs)) deadline = Math.max(deadline, sent + ttlMs)
      else lose()
    } catch {
      // The store is away: the next beat tries again, the deadline stands.
    } finally {
      renewing = false
    }
  }
  const timer = setInterval(renew, ttlMs / 3)
  const watch = setInterval(() => {
    if (performance.now() > deadline - margin) lose()
  }, margin)

  return {
    assertHeld() {
      if (ended || performance.now() > deadline - margin) {
        lose()
        throw lost()
      }
    },
    stop: end
  }
}
