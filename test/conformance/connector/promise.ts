import type { Connector, SyncType } from '../../../plugins/connector/contract.ts'
import type { Claims } from './claims.ts'
import type { ConnectorDouble, Size } from './double.ts'
import type { VendorCalls } from './vendor-call.ts'

/** An account to hold a promise against; ended with it. */
export interface Ground {
  readonly connector: Connector
  /** Starts a double, and gives calls to it as the host makes them, connected. */
  open(size: Size): Promise<{ readonly double: ConnectorDouble; readonly calls: VendorCalls }>
}

export interface SyncTypeGround extends Ground {
  readonly syncType: SyncType
}

export interface ConnectorPromise<G = Ground> {
  /** kebab-case: its heading in docs/write-a-connector.md. */
  readonly id: string
  /** One sentence, which names the test. */
  readonly promise: string
  hold(claims: Claims, ground: G): Promise<void>
}

/** What the suite holds every sync type of every connector to. */
export type SyncTypePromise = ConnectorPromise<SyncTypeGround>
