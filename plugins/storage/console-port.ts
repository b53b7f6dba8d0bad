/**
 * What is kept for people who are signed in to the console; part of the port. All of it ends by itself, by the store's
 * clock, and then is as if it had never been: no answer shows it, and its bytes go with a later write. None of it is
 * moved into another store.
 */
import type { Sealed } from './connection-port.ts'

/** A browser that is signed in. */
export interface Session {
  /** A digest of the cookie's token: the store cannot sign anyone in. */
  readonly id: string
  readonly tenant: string
  readonly sub: string
  readonly permissions: readonly string[]
  /** What this session's form tokens are made with; base64url. */
  readonly formKey: string
  /** In a frame of the platform's. */
  readonly embedded: boolean
  readonly startedAt: string
}

export interface LiveSession extends Session {
  /** Until it ends if nobody touches it. */
  readonly endsInMs: number
}

export interface SessionStore {
  /** Ends `idleMs` after it was last touched, and `mostMs` from now at the latest. */
  insert(session: Session, idleMs: number, mostMs: number): Promise<void>
  /** null: it has ended or never was. */
  get(id: string): Promise<LiveSession | null>
  /** Puts its end to `idleMs` from now, but not past its latest. */
  touch(id: string, idleMs: number): Promise<void>
  remove(id: string): Promise<void>
}

/** Whoever shows it is signed in so, once. */
export interface SignInLink {
  /** A digest of what stands in the link. */
  readonly id: string
  readonly tenant: string
  readonly sub: string
  readonly permissions: readonly string[]
  /** Where it leads, a path below /console. */
  readonly to: string
}

export interface LinkStore {
  insert(link: SignInLink, ttlMs: number): Promise<void>
  /** Looks at it, and leaves it as good as it was. null: it was used, has ended or never was. */
  get(id: string): Promise<SignInLink | null>
  /** Uses it up: of many at once one gets it. null: it was used, has ended or never was. */
  take(id: string): Promise<SignInLink | null>
}

/** What one person has typed to install one sync type, until it is installed. */
export interface Draft {
  readonly id: string
  readonly tenant: string
  readonly sub: string
  readonly connector: string
  readonly syncType: string
  /** Everything typed, as one sealed record of owner `draft:{id}`; null: over a saved connection. */
  readonly sealed: Sealed | null
  /** How far it is, as the console has it. */
  readonly progress: Readonly<Record<string, unknown>>
  /** Starts at 1, grows with each change; compare-and-set compares it. */
  readonly rev: number
}

export type DraftChange = Partial<Pick<Draft, 'sealed' | 'progress'>>

export interface LiveDraft extends Draft {
  /** Since it was last changed. */
  readonly ageMs: number
}

/** Every call but `insert` takes whose it is: another person's draft is not found. */
export interface DraftStore {
  /** Ends `ttlMs` after its last change. */
  insert(draft: Omit<Draft, 'rev'>, ttlMs: number): Promise<void>
  get(tenant: string, sub: string, id: string): Promise<LiveDraft | null>
  /** The one that was changed last. */
  find(tenant: string, sub: string, connector: string, syncType: string): Promise<LiveDraft | null>
  /** Compare-and-set by rev; null: it changed meanwhile, has ended, or never was. An empty change only keeps it alive. */
  tryUpdate(
    tenant: string,
    sub: string,
    id: string,
    rev: number,
    change: DraftChange,
    ttlMs: number
  ): Promise<LiveDraft | null>
  remove(tenant: string, sub: string, id: string): Promise<void>
}
