import { deepEqual } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { nameKeyOf } from '../../../plugins/entities/name-key.ts'
import type {
  ClientAgreement,
  ClientPart,
  ClientRecord,
  ClientWrite,
  Connection,
  Lease,
  Listing,
  Loss,
  LossKind,
  LossRow,
  NewInstallation,
  PageRequest,
  PageWrite,
  Run,
  SeenRow,
  Store,
  StoredReject,
  TwoWayListing,
  TwoWayPageRequest
} from '../../../plugins/storage/port.ts'

export interface OpenedStore {
  readonly store: Store
  /** Closes the store and opens the same data again; absent where data does not outlive the store. */
  readonly reopen?: () => Promise<Store>
  /** Another connection to the same data. */
  readonly second?: () => Promise<Store>
}

export type Open = (t: Test) => Promise<OpenedStore>

let last = 0

/** Ids grow, so that text order is the order of making. */
export function newId(prefix: string): string {
  return `${prefix}_${String(++last).padStart(6, '0')}${randomBytes(4).toString('hex')}`
}

/** UTC ISO, a second later with each step. */
export function at(step = 0): string {
  return new Date(Date.UTC(2026, 0, 1) + step * 1000).toISOString()
}

export const first: PageRequest = { limit: 100, cursor: null }

export function connectionOf(change: Partial<Connection> = {}): Omit<Connection, 'rev'> {
  const id = newId('con')
  const { rev: _, ...rest } = { rev: 0, ...change }
  return {
    id,
    tenant: 'acme',
    connector: 'example',
    accountKey: `account-${id}`,
    account: { id: 'a1', name: 'Account One' },
    display: { username: 'reader' },
    sealed: { v: 1, kek: 'k1', wrappedKey: 'AAAA', fields: { password: 'BBBB' } },
    state: { host: 'one' },
    trouble: null,
    workedAt: null,
    lastValidation: null,
    createdAt: at(),
    updatedAt: at(),
    ...rest
  }
}

export function installationOf(change: Partial<NewInstallation> = {}): NewInstallation {
  return {
    id: newId('ins'),
    tenant: 'acme',
    connector: 'example',
    connectionId: newId('con'),
    syncType: 'things',
    schedule: { everyMs: 300_000, compareEveryMs: 86_400_000 },
    settings: { types: ['Customer'] },
    resolved: { 'types:Customer': '17' },
    createdAt: at(),
    ...change
  }
}

/** An installation that is leased for a minute. Claims whatever else is due. */
export async function leased(store: Store, change: Partial<NewInstallation> = {}): Promise<Lease> {
  const installation = installationOf(change)
  await store.installations.tryInsert(installation)
  const claims = await store.leases.claimDue('owner', 100, 60_000)
  return claims.find(claim => claim.lease.installationId === installation.id)!.lease
}

/** Takes the lease away, as stopping does, and gives the newest one. */
export async function fence(store: Store, { tenant, installationId, ...lease }: Lease): Promise<Lease> {
  const { rev } = (await store.installations.get(tenant, installationId))!
  const { token } = (await store.installations.tryUpdate(tenant, installationId, rev, { fence: true }))!
  return { ...lease, tenant, installationId, token }
}

export function runOf(lease: Pick<Lease, 'tenant' | 'installationId' | 'token'>, change: Partial<Run> = {}): Run {
  return {
    id: newId('run'),
    tenant: lease.tenant,
    installationId: lease.installationId,
    mode: 'incremental',
    status: 'running',
    continues: null,
    startedAt: at(),
    endedAt: null,
    progress: { read: 0, expected: null },
    counts: noCounts,
    source: { count: null, requests: 0, throttled: 0, bytes: 0 },
    leftOutBy: {},
    took: {},
    oldestLookSeconds: null,
    notes: [],
    reconciliation: null,
    error: null,
    token: lease.token,
    ...change
  }
}

export const noCounts = {
  read: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  leftOut: 0,
  inactivated: 0,
  gone: 0,
  setAside: 0,
  held: 0
}

export function partOf(lease: Lease, change: Partial<ClientPart> = {}): ClientPart {
  return {
    installationId: lease.installationId,
    syncType: 'things',
    status: 'active',
    statusReason: null,
    statusSince: at(),
    standing: 'active',
    standingReason: null,
    standingSince: at(),
    hash: 'h1',
    stamps: { thing: at() },
    version: at(),
    changesOn: null,
    open: [],
    kept: {},
    token: lease.token,
    runId: 'run_1',
    seenAt: at(),
    ...change
  }
}

/** A client as `lease` would write it the first time; the part takes the client's status. */
export function recordOf(lease: Lease, externalId: string, change: Partial<ClientRecord> = {}): ClientRecord {
  const name = change.profile?.name ?? `Client ${externalId}`
  const status = change.status ?? 'active'
  return {
    id: `cli_${lease.connectionId}_${externalId}`,
    tenant: lease.tenant,
    connector: 'example',
    connectionId: lease.connectionId,
    externalId,
    sortKey: externalId.padStart(8, '0'),
    profile: profileOf(name),
    nameKey: nameKeyOf(name),
    agreements: [],
    status,
    statusReason: null,
    statusSince: at(),
    parts: [partOf(lease, { status })],
    createdAt: at(),
    updatedAt: at(),
    rev: 0,
    ...change
  }
}

export function profileOf(name: string): ClientRecord['profile'] {
  return {
    name,
    address: { line1: 'Main Street 1', line2: null, city: 'Tampa', state: 'FL', postalCode: '33602', country: null },
    emails: [{ value: 'info@example.com', label: null, primary: true }],
    phones: [{ value: '5550100', typed: '555-0100', extension: null, label: 'Direct', primary: true }],
    websites: []
  }
}

export function agreementOf(externalId: string, change: Partial<ClientAgreement> = {}): ClientAgreement {
  return {
    externalId,
    vendorName: 'Vendor',
    vendors: ['Vendor'],
    contractName: null,
    overallCost: '1234.50',
    currency: 'USD',
    billingCycle: 'Monthly',
    status: 'active',
    startDate: null,
    endDate: null,
    parentId: null,
    billedOnce: false,
    id: `agr_${externalId}`,
    updatedAt: at(),
    ...change
  }
}

export function pageOf(change: Partial<PageWrite>): PageWrite {
  const none = { losses: [], clients: [], settled: [], seen: [], unseen: [], rejects: [] } as const
  return { ...none, progress: null, ...change }
}

/** The ids that lost; none may conflict. */
export async function write(store: Store, lease: Lease, clients: readonly ClientWrite[]): Promise<readonly string[]> {
  const { lost, conflicts } = await store.clients.write(lease, pageOf({ clients }))
  deepEqual(conflicts, [])
  return lost
}

/** Writes these as new; their ids that lost. */
export function put(store: Store, lease: Lease, records: readonly ClientRecord[]): Promise<readonly string[]> {
  return write(
    store,
    lease,
    records.map(record => ({ id: record.id, expectedRev: record.rev, record }))
  )
}

export async function putRejects(store: Store, lease: Lease, rejects: readonly StoredReject[]): Promise<void> {
  await store.clients.write(lease, pageOf({ rejects }))
}

export function lossOf(lease: Lease, externalId: string, change: Partial<LossRow> = {}): LossRow {
  return {
    installationId: lease.installationId,
    externalId,
    clientId: `cli_${lease.connectionId}_${externalId}`,
    clientName: `Client ${externalId}`,
    items: [lossItem('emails')],
    state: 'staged',
    by: 'pass_1',
    token: lease.token,
    at: at(),
    ...change
  }
}

export function lossItem(kind: LossKind, change: Partial<Loss> = {}): Loss {
  return { key: kind, kind, was: 'info@example.com', to: null, digest: 'd1', reason: 'No longer listed', ...change }
}

export async function putLosses(store: Store, lease: Lease, losses: readonly LossRow[]): Promise<void> {
  await store.clients.write(lease, pageOf({ losses }))
}

export function seenOf(key: string, change: Partial<SeenRow> = {}): SeenRow {
  return { key, stamps: { company: at() }, leftOut: null, setAside: null, at: at(), ...change }
}

export async function putSeen(store: Store, lease: Lease, seen: readonly SeenRow[]): Promise<void> {
  await store.clients.write(lease, pageOf({ seen }))
}

/**
 * What `prepare` gives once it took less than that. Where a case counts on something that is over soon, it has to find
 * it there, also if the machine stands still for a while.
 */
export async function within<T>(ms: number, prepare: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const began = performance.now()
    const prepared = await prepare()
    if (performance.now() - began < ms || tries === 20) return prepared
  }
}

/** All pages of a list, one behind the other. */
export async function all<T>(limit: number, list: (page: PageRequest) => Promise<Listing<T>>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page: Listing<T> = await list({ limit, cursor })
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}

/** All pages of a list, from the last one back to the first. */
export async function allBackwards<T>(
  limit: number,
  list: (page: TwoWayPageRequest) => Promise<TwoWayListing<T>>
): Promise<T[]> {
  let page = await list({ limit, cursor: null })
  while (page.nextCursor !== null) page = await list({ limit, cursor: page.nextCursor })
  const items = [...page.items]
  while (page.previousCursor !== null) {
    page = await list({ limit, cursor: null, before: page.previousCursor })
    items.unshift(...page.items)
  }
  return items
}

/** By UTF-8 bytes, the order of every list. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

export const badCursor = { code: 'HOST_ERR_BAD_CURSOR' }
export const leaseLost = { code: 'HOST_ERR_LEASE_LOST' }

/** Texts that no list gave out. */
export const noCursors = ['', '!', 'x', 'bnVsbA', 'W10', Buffer.from('{"$gt":""}').toString('base64url'), '%00']
