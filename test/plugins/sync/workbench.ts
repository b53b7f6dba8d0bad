import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { Test } from 'tap'
import { newId } from '../../../plugins/entities/new-id.ts'
import { createLiveSecrets } from '../../../plugins/log/live-secrets.ts'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { createOutbound } from '../../../plugins/outbound/client.ts'
import { createVendor } from '../../../plugins/outbound/vendor.ts'
import { createKeyring } from '../../../plugins/sealing/keyring.ts'
import type { ClientPart, ClientRecord, Installation, LossRow, Run, Store } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { createDispatcher, type Dispatcher, type DispatcherOptions } from '../../../plugins/sync/dispatcher.ts'
import { runInstallation } from '../../../plugins/sync/run.ts'
import { createLedger, type Ledger } from './ledger.ts'

const tenant = 'acme'

/** The engine's parts over a real store and the ledger as vendor, with one connection made. */
export interface Workbench {
  readonly store: Store
  readonly ledger: Ledger
  readonly parts: DispatcherOptions
  readonly tenant: string
  readonly connectionId: string
  /** @param change of `tenant`: over a connection of its own */
  install(syncType: string, change?: { everyMs?: number; tenant?: string }): Promise<string>
  installation(id: string): Promise<Installation>
  /** Waits until the installation has an ended run newer than `after`. */
  ended(id: string, after?: string | null): Promise<Run>
  names(): Promise<string[]>
  client(id: number): Promise<ClientRecord>
  /** What an installation knows of it. */
  part(id: number, installationId: string): Promise<ClientPart | undefined>
  /** Turns the clock on, claims what is due of it at once, and runs it to the end; its receipts, those of polls first. */
  run(id: string, how?: { compare?: boolean; afterMs?: number; store?: Store }): Promise<Run[]>
  rows(id: string): Promise<LossRow[]>
  /** Each receipt as its run has ended it, those too that the store has put into the row of a day; the oldest first. */
  runs(id: string): Promise<Run[]>
  /** A dispatcher that is closed with the test. */
  dispatcher(options?: Partial<DispatcherOptions>): Dispatcher
}

/** A lease that nobody takes. */
export const free = { signal: new AbortController().signal, assertHeld() {} }

export async function openWorkbench(t: Test, options: { store?: Store; ledger?: Ledger } = {}): Promise<Workbench> {
  const quiet: Run[] = []
  const store = tellingOfFolds(options.store ?? (await openSqliteStore({ url: ':memory:' })), quiet)
  const ledger = options.ledger ?? createLedger()
  const keyring = createKeyring(`k1:${randomBytes(32).toString('base64')}`)
  const outbound = createOutbound({ allow: parseOutboundAllow(''), budgets: store.budgets })
  const now = () => new Date(ledger.clock)
  const vendor = createVendor({ store, keyring, outbound, secrets: createLiveSecrets(), now })
  const at = now().toISOString()
  const connect = async (of: string) => {
    const id = newId('con')
    await store.connections.tryInsert({
      id,
      tenant: of,
      connector: 'ledger',
      accountKey: id,
      account: { id: 'one', name: 'One' },
      display: {},
      sealed: keyring.seal({ tenant: of, connectionId: id }, { token: 'not-a-real-token' }),
      state: {},
      trouble: null,
      workedAt: null,
      lastValidation: null,
      createdAt: at,
      updatedAt: at
    })
    return id
  }
  const connectionId = await connect(tenant)
  const dispatchers: Dispatcher[] = []
  t.teardown(async () => {
    for (const dispatcher of dispatchers) await dispatcher.close()
    await outbound.close()
    await store.close()
  })

  const installation = async (id: string) => (await store.installations.get(tenant, id))!
  const runs = async (id: string) => {
    const { items } = await store.runs.list(tenant, id, { limit: 100, cursor: null })
    const all = [...items.filter(({ folded }) => !folded), ...quiet.filter(run => run.installationId === id)]
    return all.sort((a, b) => (a.id < b.id ? -1 : 1))
  }
  const parts: DispatcherOptions = {
    store,
    vendor,
    connectors: new Map([['ledger', ledger.connector]]),
    log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    now,
    concurrency: 4,
    leaseTtlMs: 60_000,
    lossLimit: { share: 0.2, floor: 5 }
  }
  const bench: Workbench = {
    store,
    ledger,
    tenant,
    connectionId,
    parts,
    async install(syncType, { everyMs = 3_600_000, tenant: owner = tenant } = {}) {
      const id = newId('ins')
      const schedule = { everyMs, compareEveryMs: 86_400_000 }
      const settings = { types: ['Customer'] }
      const over = owner === tenant ? connectionId : await connect(owner)
      const of = { id, tenant: owner, connector: 'ledger', connectionId: over, syncType }
      await store.installations.tryInsert({ ...of, schedule, settings, resolved: {}, createdAt: at })
      return id
    },
    installation,
    async ended(id, after = null) {
      for (;;) {
        const { lastRunId, leaseOwner } = await installation(id)
        const last = lastRunId === null ? null : (await store.runs.get(tenant, lastRunId))!
        const own = last?.folded ? quiet.find(run => run.id === last.folded!.last)! : last
        if (own && own.id !== after && leaseOwner === null) return own
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    },
    async names() {
      const { items } = await store.clients.list(tenant, { status: 'active' }, { limit: 500, cursor: null })
      return items.map(({ profile }) => profile.name)
    },
    async client(id) {
      const [record] = await store.clients.load(connectionId, [String(id)])
      return record!
    },
    async part(id, installationId) {
      return (await bench.client(id)).parts.find(part => part.installationId === installationId)
    },
    async run(id, { compare = false, afterMs = 60_000, store: through = store } = {}) {
      ledger.clock += afterMs
      const before = await installation(id)
      const requested = compare ? { runId: newId('run'), mode: 'compare' as const } : null
      const due = { dueInMs: 0, ...(requested && { requested }) }
      const known = (await runs(id)).map(run => run.id)
      await store.installations.tryUpdate(tenant, id, before.rev, due)
      const claim = await claimOf(store, id)
      await runInstallation({ ...parts, store: through }, claim, free)
      const isPass = ({ mode }: Run) => Number(mode !== 'incremental')
      return (await runs(id)).filter(run => !known.includes(run.id)).sort((a, b) => isPass(a) - isPass(b))
    },
    rows: id => store.losses.list(id, { states: ['staged', 'looked', 'held', 'passed', 'taken'] }, null, 1000),
    runs,
    dispatcher(change = {}) {
      const dispatcher = createDispatcher({ ...parts, ...change })
      dispatchers.push(dispatcher)
      return dispatcher
    }
  }
  return bench
}

/** The same store; what is folded in it is put into `told` as it was. */
function tellingOfFolds(store: Store, told: Run[]): Store {
  const fold = async (run: Run) => {
    const id = await store.runs.fold(run)
    if (id !== null && id !== run.id && !told.some(one => one.id === run.id)) told.push(run)
    return id
  }
  return { ...store, runs: { ...store.runs, fold } }
}

/** Claims this installation; others that are due are put back. */
export async function claimOf(store: Store, id: string, ttlMs = 60_000) {
  const claims = await store.leases.claimDue('bench', 100, ttlMs)
  const mine = claims.find(({ lease }) => lease.installationId === id)
  for (const { lease, installation } of claims) {
    if (lease.installationId === id) continue
    await store.leases.tryRelease(lease, { dueInMs: 0, failures: installation.failures })
  }
  if (!mine) throw new Error(`${id} is not due`)
  return mine
}
