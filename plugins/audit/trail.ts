import type { ActivityEntry, ActivityStore } from '../storage/activity-port.ts'
import { anchored, chained } from './chain.ts'

/** What is to be written down; the trail adds when, its number and its mac. */
export type Happening = Pick<ActivityEntry, 'tenant' | 'actor' | 'action'> &
  Partial<Pick<ActivityEntry, 'target' | 'from' | 'outcome' | 'code' | 'requestId' | 'details'>>

export interface Trail {
  /** Resolves when it is written. One after the other for each tenant, over all hosts. */
  record(happening: Happening): Promise<void>
  /** What the host has done by itself. Never throws: the effect is there already, and the log has what the trail lacks. */
  own(happening: Omit<Happening, 'actor'>): Promise<void>
  /** Removes what is older; each tenant's chain then begins at an anchor. Returns how many tenants were pruned. */
  prune(olderThanMs: number, signal: AbortSignal): Promise<number>
}

/** Of many hosts that write for one tenant at once each loses to another a few times. */
const tries = 50
const batch = 500

/** @param failed told of entries that could not be written */
export function createTrail(
  store: ActivityStore,
  key: Buffer,
  now: () => Date,
  failed: (error: unknown, happening: Happening) => void
): Trail {
  /** By tenant, the entry that is being written: within a process nobody loses to itself. */
  const writing = new Map<string, Promise<void>>()

  async function append(happening: Happening): Promise<void> {
    const { tenant } = happening
    const unchained = {
      target: null,
      from: null,
      outcome: 'done',
      code: null,
      requestId: null,
      details: {},
      ...happening,
      at: now().toISOString()
    } as const
    for (let number = 0; number < tries; number++) {
      if (await store.tryAppend(chained(key, await store.last(tenant), unchained))) return
    }
    throw new Error(`the audit trail of ${tenant} is written by too many at once`)
  }

  async function pruneTenant(tenant: string, before: string, signal: AbortSignal): Promise<boolean> {
    let pruned = false
    for (let after = (await store.anchor(tenant))?.seq ?? 0; !signal.aborted; ) {
      const old = (await store.walk(tenant, after, batch)).filter(({ at }) => at < before)
      const last = old.at(-1)
      if (!last) return pruned
      await store.prune(tenant, anchored(key, tenant, last))
      pruned = true
      after = last.seq
    }
    return pruned
  }

  function record(happening: Happening): Promise<void> {
    const { tenant } = happening
    const written = (writing.get(tenant) ?? Promise.resolve()).then(() => append(happening))
    const settled = written.then(
      () => {},
      () => {}
    )
    writing.set(tenant, settled)
    void settled.then(() => {
      if (writing.get(tenant) === settled) writing.delete(tenant)
    })
    return written
  }

  return {
    record,

    async own(deed) {
      const happening = { ...deed, actor: null }
      await record(happening).catch(error => failed(error, happening))
    },

    async prune(olderThanMs, signal) {
      const before = new Date(now().getTime() - olderThanMs).toISOString()
      let pruned = 0
      for (let after: string | null = null; !signal.aborted; ) {
        const tenants: string[] = await store.tenants(after, batch)
        for (const tenant of tenants) if (await pruneTenant(tenant, before, signal)) pruned++
        if (tenants.length < batch) break
        after = tenants.at(-1)!
      }
      return pruned
    }
  }
}
