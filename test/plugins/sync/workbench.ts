import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { Test } from 'tap'
import { newId } from '../../../plugins/entities/new-id.ts'
import { createLiveSecrets } from '../../../plugins/log/live-secrets.ts'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { createOutbound } from '../../../plugins/outbound/client.ts'
import { createVendor } from '../../../plugins/outbound/vendor.ts'
import { createKeyring } from '../../../plugins/sealing/keyring.ts'
import type { Installation, Run, Store } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import type { DispatcherOptions } from '../../../plugins/sync/dispatcher.ts'
import { createLedger, type Ledger } from './ledger.ts'

const tenant = 'acme'

/** The engine's parts over a real store and the ledger as vendor, with one connection made. */
export interface Workbench {
  readonly store: Store
  readonly ledger: Ledger
  readonly parts: DispatcherOptions
  readonly tenant: string
  readonly connectionId: string
  install(syncType: string): Promise<string>
  installation(id: string): Promise<Installation>
  /** Waits until the installation has an ended run newer than `after`. */
  ended(id: string, after?: string | null): Promise<Run>
  names(): Promise<string[]>
}

export async function openWorkbench(t: Test, options: { store?: Store; ledger?: Ledger } = {}): Promise<Workbench> {
  const store = options.store ?? (await openSqliteStore({ url: ':memory:' }))
  const ledger = options.ledger ?? createLedger()
  const keyring = createKeyring(`k1:${randomBytes(32).toString('base64')}`)
  const outbound = createOutbound({ allow: parseOutboundAllow(''), budgets: store.budgets })
  const now = () => new Date()
  const vendor = createVendor({ store, keyring, outbound, secrets: createLiveSecrets(), now })
  const connectionId = newId('con')
  const at = now().toISOString()
  await store.connections.tryInsert({
    id: connectionId,
    tenant,
    connector: 'ledger',
    accountKey: connectionId,
    account: { id: 'one', name: 'One' },
    display: {},
    sealed: keyring.seal({ tenant, connectionId }, { token: 'not-a-real-token' }),
    state: {},
    createdAt: at,
    updatedAt: at
  })
  t.teardown(async () => {
    await outbound.close()
    await store.close()
  })

  const installation = async (id: string) => (await store.installations.get(tenant, id))!
  return {
    store,
    ledger,
    tenant,
    connectionId,
    parts: {
      store,
      vendor,
      connectors: new Map([['ledger', ledger.connector]]),
      log: pino({ level: 'silent' }),
      now,
      concurrency: 4,
      leaseTtlMs: 2000
    },
    async install(syncType) {
      const id = newId('ins')
      const schedule = { everyMs: 3_600_000, compareEveryMs: 86_400_000 }
      await store.installations.tryInsert({
        id,
        tenant,
        connector: 'ledger',
        connectionId,
        syncType,
        schedule,
        settings: {},
        createdAt: at
      })
      return id
    },
    installation,
    async ended(id, after = null) {
      for (;;) {
        const { lastRunId, leaseOwner } = await installation(id)
        if (lastRunId !== null && lastRunId !== after && leaseOwner === null)
          return (await store.runs.get(tenant, lastRunId))!
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    },
    async names() {
      const { items } = await store.clients.list(tenant, { status: 'active' }, { limit: 500, cursor: null })
      return items.map(({ profile }) => profile.name)
    }
  }
}
