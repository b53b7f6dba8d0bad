/** What the engine says of what it did by itself, to whoever keeps it or tells people. */
import type { ActivityEntry, Connection, Installation } from '../storage/port.ts'

/** An installation and what stops its connection: together they say what needs a person. */
export interface Standing {
  readonly installation: Installation
  readonly trouble: Connection['trouble']
}

/** For the audit trail: no secret, no client data. */
export type Deed = Pick<ActivityEntry, 'tenant' | 'action' | 'target' | 'details'> &
  Partial<Pick<ActivityEntry, 'outcome' | 'code'>>

export interface Reports {
  /** Before it is written that these have ceased to need a person: cut, it is told again, as the same. */
  ceased(before: Standing, after: Standing): Promise<void>
  /** After it was written what needs a person; told with each run, so that no crash swallows it, and heard once. */
  needs(after: Standing): Promise<void>
  happened(deed: Deed): Promise<void>
}
