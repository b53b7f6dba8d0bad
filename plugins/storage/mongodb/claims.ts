import { randomInt } from 'node:crypto'
import type { Claim, ClaimShares, Lease } from '../port.ts'
import type { Collections, InstallationDocument } from './documents.ts'
import { fromNow, literal } from './expressions.ts'
import { repeated } from './failures.ts'
import { keepClaimAt, toInstallation } from './installations.ts'

/** How many due installations a claim looks at, at least and at most; it looks wider after it lost races. */
const NARROW = 16
const WIDE = 1024
/** Rounds of compare-and-set over one look, and looks in one claim; what is due then is left to the next. */
const ROUNDS = 3
const LOOKS = 4
/** Dates only: claimAt is null where nothing may be claimed. */
export const ever = new Date(0)

type Due = Pick<InstallationDocument, '_id' | 'tenant' | 'connectionId' | 'dueAt' | 'compareDueAt'>

const isDue = { claimAt: { $gt: ever }, $expr: { $lte: ['$claimAt', '$$NOW'] } }

export class Claims {
  readonly #installations: Collections['installations']
  #window = NARROW

  constructor({ installations }: Collections) {
    this.#installations = installations
  }

  /** See LeaseStore.claimDue. */
  async due(owner: string, limit: number, ttlMs: number, shares?: ClaimShares): Promise<Claim[]> {
    const share = new Shares(shares)
    const claims: Claim[] = []
    let lost = 0
    for (let look = 0; look < LOOKS && claims.length < limit; look++) {
      const window = Math.max(limit, this.#window)
      const due = await this.#listDue(window, share)
      const seen = due.length
      for (let round = 0; round < ROUNDS && claims.length < limit; round++) {
        const tried = share.choose(due, limit - claims.length, lost > 0)
        if (tried.length === 0) break
        const { claimed, failure } = await this.#tryAll(tried, share, owner, ttlMs)
        claims.push(...claimed)
        // What was claimed is handed out all the same: nobody else could take it before its lease ends.
        if (failure && claims.length === 0) throw failure
        if (failure) return claims
        lost += tried.length - claimed.length
      }
      // Who was passed over for its share is left out of the next look.
      if (seen < window || !shares) break
    }
    this.#window = lost > 0 ? Math.min(this.#window * 2, WIDE) : Math.max(this.#window / 2, NARROW)
    return claims
  }

  /** See LeaseStore.claimSiblings. */
  async siblings(owner: string, of: Lease, withinMs: number, ttlMs: number): Promise<Claim[]> {
    const { tenant, connectionId, installationId } = of
    const soon = {
      claimAt: { $gt: ever },
      $expr: {
        $and: [{ $lte: ['$claimAt', fromNow(withinMs)] }, { $lte: [{ $ifNull: ['$leaseUntil', ever] }, '$$NOW'] }]
      }
    }
    const others = { tenant: { $eq: tenant }, connectionId: { $eq: connectionId }, _id: { $ne: installationId } }
    const found = await this.#installations
      .find({ ...others, ...soon } as object, { projection: { dueAt: 1, compareDueAt: 1 }, hint: 'by-connection' })
      .toArray()
    const claims: Claim[] = []
    for (const { _id } of found.sort(byDue)) {
      const claim = await this.#tryClaim(_id, tenant, soon, owner, ttlMs)
      if (claim) claims.push(claim)
    }
    return claims
  }

  /** See LeaseStore.tryClaim. */
  one(owner: string, tenant: string, id: string, ttlMs: number): Promise<Claim | null> {
    const free = { $lte: [{ $ifNull: ['$leaseUntil', ever] }, '$$NOW'] }
    return this.#tryClaim(id, tenant, { wanted: { $ne: 'erasing' }, $expr: free }, owner, ttlMs)
  }

  /**
   * The longest due first, by an index that holds what is not under way: its cost is that of the window and of the
   * entries of those that have their share. What is not due yet is left out after the limit, so that the server's
   * clock is asked in the same command.
   */
  async #listDue(limit: number, share: Shares): Promise<Due[]> {
    const found = await this.#installations
      .aggregate<Due>(
        [
          { $match: { claimAt: { $gt: ever }, ...share.others() } },
          { $sort: { claimAt: 1 } },
          { $limit: limit },
          { $match: { $expr: { $lte: ['$claimAt', '$$NOW'] } } },
          { $project: { tenant: 1, connectionId: 1, dueAt: 1, compareDueAt: 1 } }
        ],
        { hint: 'by-claim' }
      )
      .toArray()
    return found.sort(byDue)
  }

  async #tryAll(tried: readonly Due[], share: Shares, owner: string, ttlMs: number) {
    const tries = await Promise.allSettled(
      tried.map(({ _id, tenant }) => this.#tryClaim(_id, tenant, isDue, owner, ttlMs))
    )
    const claimed: Claim[] = []
    let failure: unknown
    for (const [i, result] of tries.entries()) {
      if (result.status === 'rejected') failure ??= result.reason
      else if (result.value) claimed.push(result.value)
      else share.giveBack(tried[i]!)
    }
    return { claimed, failure }
  }

  async #tryClaim(id: string, tenant: string, when: object, owner: string, ttlMs: number): Promise<Claim | null> {
    const claimed = await repeated(() =>
      this.#installations.findOneAndUpdate(
        { _id: { $eq: id }, tenant: { $eq: tenant }, ...when } as object,
        [
          {
            $set: {
              token: { $add: ['$token', 1] },
              leaseOwner: literal(owner),
              leaseUntil: fromNow(ttlMs),
              takenOver: { $ne: ['$leaseOwner', null] }
            }
          },
          keepClaimAt
        ],
        { returnDocument: 'after' }
      )
    )
    if (!claimed) return null
    const { connectionId, token, takenOver } = claimed
    return {
      lease: { tenant, connectionId, installationId: id, owner, token },
      installation: toInstallation(claimed),
      takenOver
    }
  }
}

function byDue(a: Pick<Due, 'dueAt' | 'compareDueAt'>, b: typeof a): number {
  return wakeOf(a) - wakeOf(b)
}

function wakeOf({ dueAt, compareDueAt }: Pick<Due, 'dueAt' | 'compareDueAt'>): number {
  return Math.min(dueAt!.getTime(), compareDueAt.getTime())
}

/** Places that tenants and connections still have. */
class Shares {
  readonly #shares: ClaimShares | undefined
  readonly #tenants: Map<string, number>
  readonly #connections: Map<string, number>

  constructor(shares: ClaimShares | undefined) {
    this.#shares = shares
    this.#tenants = new Map(Object.entries(shares?.busy.tenants ?? {}))
    this.#connections = new Map(Object.entries(shares?.busy.connections ?? {}))
  }

  /**
   * Takes up to so many out of `due`: in order as long as nobody else is claiming; after a lost race from anywhere, or
   * many hosts that began with the same list would meet again at each of its entries.
   */
  choose(due: Due[], limit: number, anywhere: boolean): Due[] {
    const chosen: Due[] = []
    while (due.length > 0 && chosen.length < limit) {
      const [next] = due.splice(anywhere ? randomInt(due.length) : 0, 1)
      if (!this.#has(next!)) continue
      this.#count(next!, 1)
      chosen.push(next!)
    }
    return chosen
  }

  giveBack(due: Due): void {
    this.#count(due, -1)
  }

  #has({ tenant, connectionId }: Due): boolean {
    if (!this.#shares) return true
    const { perTenant, perConnection } = this.#shares
    return (this.#tenants.get(tenant) ?? 0) < perTenant && (this.#connections.get(connectionId) ?? 0) < perConnection
  }

  #count({ tenant, connectionId }: Due, by: number): void {
    this.#tenants.set(tenant, (this.#tenants.get(tenant) ?? 0) + by)
    this.#connections.set(connectionId, (this.#connections.get(connectionId) ?? 0) + by)
  }

  /** Filter for those that still have places. */
  others(): object {
    if (!this.#shares) return {}
    const full = (held: ReadonlyMap<string, number>, most: number) =>
      [...held].filter(([, count]) => count >= most).map(([name]) => name)
    const { perTenant, perConnection } = this.#shares
    return {
      tenant: { $nin: full(this.#tenants, perTenant) },
      connectionId: { $nin: full(this.#connections, perConnection) }
    }
  }
}
