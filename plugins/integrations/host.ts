import type { Trail } from '../audit/trail.ts'
import type { Config } from '../config/env.ts'
import type { Connector } from '../connector/contract.ts'
import type { Vendor } from '../outbound/vendor.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Store } from '../storage/port.ts'
import type { Dispatcher } from '../sync/dispatcher.ts'
import type { Undoer } from '../sync/undoer.ts'
import type { Telling } from '../webhooks/telling.ts'

/** What the operations behind the routes ask of the Fastify instance: its decorators. */
export interface Host {
  readonly store: Store
  readonly connectors: ReadonlyMap<string, Connector>
  readonly keyring: Keyring
  readonly vendor: Vendor
  readonly dispatcher: Dispatcher
  readonly audit: Pick<Trail, 'own'>
  readonly webhooks: Pick<Telling, 'changed'>
  readonly undoer: Undoer
  readonly config: Pick<Config, 'syncEveryMs' | 'compareEveryMs' | 'syncEveryMinMs' | 'compareEveryMinMs'>
}
