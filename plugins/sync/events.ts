/** What the engine tells whoever counts. Called in passing: nothing waits for it, and it must not throw. */
import type { RunMode } from '../connector/contract.ts'
import type { LossKind, RunCounts, RunStatus } from '../storage/port.ts'

/** What is named of an installation: never its id or its tenant. */
export interface SyncName {
  readonly connector: string
  readonly syncType: string
}

export interface EngineEvents {
  /** `lateMs`: from due to claimed, by the store's clock; null where a former holder did not release, as it was claimed before. */
  leaseClaimed(of: SyncName, claim: { readonly takenOver: boolean; readonly lateMs: number | null }): void
  /** The lease ended before the run did, without this process having been asked to stop. */
  leaseLost(of: SyncName): void
  /** `counted`: what earlier attempts at the same pass have counted already. */
  runBegan(of: SyncName, mode: RunMode, counted: RunCounts): RunEvents
  /** Losses that were taken, or that wait for a person from now on, by kind. */
  lossesTaken(of: SyncName, kinds: Readonly<Partial<Record<LossKind, number>>>): void
  lossesHeld(of: SyncName, kinds: Readonly<Partial<Record<LossKind, number>>>): void
  /** A complete pass whose lists did not fit their counts. */
  passMisfitted(of: SyncName): void
}

/** Of one run. */
export interface RunEvents {
  /** The counts so far; they only grow. */
  progressed(counts: RunCounts): void
  /** Once, after the last `progressed`. `code`: of the error, null if there was none. */
  ended(status: RunStatus, code: string | null): void
}

export const noEngineEvents: EngineEvents = {
  leaseClaimed() {},
  leaseLost() {},
  runBegan: () => ({ progressed() {}, ended() {} }),
  lossesTaken() {},
  lossesHeld() {},
  passMisfitted() {}
}
