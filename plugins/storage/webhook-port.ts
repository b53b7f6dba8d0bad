/** Who is told of what needs attention, and what is still to be told; part of the port. */

export interface Webhook {
  readonly id: string
  readonly tenant: string
  readonly url: string
  readonly createdAt: string
  /** Why nothing is sent to it any more; null: it is served. */
  readonly ended: { readonly at: string; readonly reason: string } | null
}

export interface WebhookStore {
  /** false: the tenant has `most` already. */
  tryInsert(webhook: Webhook, most: number): Promise<boolean>
  get(tenant: string, id: string): Promise<Webhook | null>
  /** Oldest first, all of them: a tenant has few. */
  list(tenant: string): Promise<Webhook[]>
  end(tenant: string, id: string, reason: string): Promise<void>
  /** With all that was still to be told. */
  remove(tenant: string, id: string): Promise<boolean>
}

/** One message to one webhook. */
export interface Delivery {
  /** The same for each try, and for the same happening: whoever gets it twice can tell. */
  readonly id: string
  readonly tenant: string
  readonly webhookId: string
  /** JSON text, sent as it is. */
  readonly body: string
  readonly createdAt: string
  readonly tries: number
}

/** What came of the newest try. */
export interface LastTry {
  readonly at: string
  readonly told: boolean
  /** Why not; null: it was told. */
  readonly reason: string | null
}

/** One as it stands: on its way, or finished. */
export interface DeliveryNow extends Delivery {
  /** null: it was not tried yet, or a host died in the middle. */
  readonly last: LastTry | null
  /** When it is tried next; null: not any more. */
  readonly dueAt: string | null
}

export interface DeliveryStore {
  /** Due at once. Repeating it changes nothing. */
  add(delivery: Omit<Delivery, 'tries'>): Promise<void>
  /** Those that are due, for `leaseMs` for this caller alone; each counts one more try. */
  claimDue(limit: number, leaseMs: number): Promise<Delivery[]>
  /** Due again after so long. */
  postpone(id: string, forMs: number, last: LastTry): Promise<void>
  /** Told, or given up; `last` null: it was not tried. It is remembered for a week, so that adding it again does not tell it again. */
  finish(id: string, last: LastTry | null): Promise<void>
  /** To one webhook, the newest first. */
  list(tenant: string, webhookId: string, limit: number): Promise<DeliveryNow[]>
  /** Forgets what was finished so long ago, at most `limit`. Returns how many. */
  prune(olderThanMs: number, limit: number): Promise<number>
}
