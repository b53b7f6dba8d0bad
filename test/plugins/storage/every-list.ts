/** Every list of the port with every filter and every sort, so that a test can ask the store how it answers each. */
import type {
  ClientQuery,
  ClientRecord,
  Connection,
  Lease,
  Listing,
  Store,
  TwoWayPageRequest
} from '../../../plugins/storage/port.ts'
import { entryOf } from '../../conformance/storage/activity.ts'
import {
  agreementOf,
  at,
  connectionOf,
  installationOf,
  leased,
  lossItem,
  lossOf,
  pageOf,
  partOf,
  put,
  recordOf,
  runOf,
  seenOf,
  write
} from '../../conformance/storage/fixtures.ts'
import { renaming } from '../../conformance/storage/history-fixtures.ts'

export const LIMIT = 10

export interface Filled {
  readonly lease: Lease
  readonly runId: string
  readonly clientId: string
}

const statuses = ['active', 'inactive', 'gone'] as const

/** A tenant that has nothing but connections and installations. */
const many = 'many'

const BATCH = 1000

/** `count` clients, losses and things seen over two connections of a tenant and one of another, fewer of the rest. */
export async function fillForLists(store: Store, count: number): Promise<Filled> {
  const leases: Lease[] = []
  for (const tenant of ['acme', 'acme', 'globex']) {
    const connection = connectionOf({ tenant })
    await store.connections.tryInsert(connection)
    leases.push(await leased(store, { tenant, connectionId: connection.id }))
  }
  for (const [which, lease] of leases.entries()) {
    const own = Array.from({ length: count }, (_, i) => i).filter(i => i % 3 === which)
    for (let from = 0; from < own.length; from += BATCH) await fillClients(store, lease, own.slice(from, from + BATCH))
  }
  for (let i = 0; i < count / 50; i++) {
    const connection = connectionOf({ tenant: many })
    await store.connections.tryInsert(connection)
    await store.installations.tryInsert(installationOf({ tenant: many, connectionId: connection.id }))
  }
  const [lease] = leases as [Lease]
  const runs = Array.from({ length: count / 15 }, () => runOf(lease))
  for (const [i, run] of runs.entries()) {
    await store.runs.insert({ ...run, counts: { ...run.counts, created: i % 3 ? 0 : 1, setAside: i % 4 ? 0 : 1 } })
  }
  const { id: runId } = runs[0]!
  const changed = await store.clients.load(
    lease.connectionId,
    Array.from({ length: 30 }, (_, i) => String(3 * i))
  )
  for (const name of ['A', 'B'])
    await write(
      store,
      lease,
      changed.map(record => renaming(lease, { ...record, rev: name === 'A' ? 1 : 2 }, name))
    )
  const [{ id: clientId }] = changed as [ClientRecord]
  for (let i = 0; i < 2 * LIMIT; i++)
    await write(store, lease, [renaming(lease, (await store.clients.get('acme', clientId))!, `Name ${i}`)])
  const reject = { runId, externalId: null, reason: 'broken', payload: null, at: at() }
  const rejects = Array.from({ length: Math.min(count, BATCH) }, (_, i) => ({ ...reject, key: String(i) }))
  await store.clients.write(lease, pageOf({ rejects }))
  for (let seq = 1; seq <= 12 * LIMIT; seq++) {
    const actor = seq % 3 ? null : `actor ${seq % 2}`
    await store.activity.tryAppend(entryOf(lease.tenant, seq, { actor, action: `action.${seq % 4}` }))
  }
  return { lease, runId, clientId }
}

async function fillClients(store: Store, lease: Lease, numbers: readonly number[]): Promise<void> {
  const statusOf = (i: number) => statuses[i % 5] ?? 'active'
  await put(
    store,
    lease,
    numbers.map(i =>
      recordOf(lease, String(i), {
        nameKey: `client ${i % 97} ${i}`,
        status: statusOf(i),
        updatedAt: at(i % 50),
        parts: [partOf(lease, { status: statusOf(i), changesOn: `2026-01-${10 + (i % 20)}` })],
        agreements: i % 4 ? [agreementOf(`a${i}`, { status: i % 40 === 1 ? 'expired' : 'active' })] : []
      })
    )
  )
  const losses = numbers.map(i => {
    const kind = i % 20 ? 'emails' : 'costs'
    return lossOf(lease, String(i), { items: [lossItem(kind)], state: i % 3 ? 'held' : 'staged', by: `pass_${i % 2}` })
  })
  const seen = numbers.map(i => seenOf(`contact:${i}`, i % 2 ? { setAside: 'broken' } : {}))
  await store.clients.write(lease, pageOf({ losses, seen }))
}

export type Ask = (page: TwoWayPageRequest) => Promise<unknown>

/** By what is asked for, in words. */
export function everyList(store: Store, { lease, runId, clientId }: Filled): Record<string, Ask> {
  const { tenant, connectionId, installationId } = lease
  const { connections, installations, leases, runs, rejects, clients, losses, history, seen, activity } = store
  return {
    'connections with their installations': async ({ limit, cursor }) => {
      const listed: Listing<Connection> = await connections.list(many, { limit: 10 * limit, cursor })
      await installations.listOf(
        many,
        listed.items.map(({ id }) => id)
      )
      return listed
    },
    'connections by account id': () => connections.listByAccountId(tenant, 'example', 'a1'),
    'connections that nobody uses': () => connections.listUnused(0, LIMIT),
    'connections to be checked': () => connections.listUnchecked(at(59), null, LIMIT),
    installations: page => installations.list(many, {}, page),
    'installations by connector': page => installations.list(many, { connector: 'example' }, page),
    'installations by connection': page => installations.list(tenant, { connectionId }, page),
    'installations by both': page => installations.list(tenant, { connectionId, connector: 'example' }, page),
    'what waits for people': () => installations.countWaiting(LIMIT),
    'what is due': () => leases.countDue(LIMIT),
    'when something is due': () => leases.nextDueInMs(),
    'whether there are several tenants': () => leases.hasSeveralTenants(),
    runs: page => runs.list(tenant, installationId, page),
    ...runLists(store, tenant, installationId, runId),
    rejects: page => rejects.list(tenant, runId, page),
    ...clientLists(store, tenant, connectionId),
    'clients by vendor ids': () => clients.load(connectionId, ['3', '6', 'none']),
    'parts by vendor ids': () => clients.loadParts(connectionId, installationId, ['3', '6', 'none']),
    'active clients of an installation': () => clients.activeRecords(installationId, null, LIMIT),
    'active clients of a range': () => clients.activeInRange(installationId, '00000010', '00000099', LIMIT),
    'clients of an installation': () => clients.listOfInstallation(installationId, LIMIT),
    'clients that change by a day': () => clients.changingBy(installationId, '2026-01-12', LIMIT),
    'counts of an installation': () => clients.counts(installationId),
    ...agreementLists(store, tenant, clientId),
    'losses by state': () => losses.list(installationId, { states: ['held', 'staged'] }, null, LIMIT),
    'losses of a pass': () => losses.list(installationId, { states: ['held'], by: 'pass_0' }, '3', LIMIT),
    'losses by vendor ids': () => losses.of(installationId, ['3', '6']),
    'losses held': page => losses.listHeld(tenant, installationId, null, page),
    'losses held of a kind': page => losses.listHeld(tenant, installationId, 'costs', page),
    'history of a client': page => history.list(tenant, clientId, page),
    'history of a run': () => history.ofRun(tenant, installationId, 'run_1', null, LIMIT),
    activity: page => activity.list(tenant, {}, page),
    'activity of an actor': page => activity.list(tenant, { actor: 'actor 1' }, page),
    'activity of an action': page => activity.list(tenant, { action: 'action.1' }, page),
    'activity of the host': page => activity.list(tenant, { by: 'host' }, page),
    'activity of people': page => activity.list(tenant, { by: 'people' }, page),
    'what was seen': () => seen.load(installationId, ['contact:3', 'none'])
  }
}

function runLists({ runs }: Store, tenant: string, installationId: string, from: string): Record<string, Ask> {
  const asks: Record<string, Ask> = {}
  for (const kind of [undefined, 'changes', 'problems'] as const) {
    for (const ofInstallation of [false, true]) {
      const query = { ...(kind && { kind }), ...(ofInstallation && { installationId }) }
      asks[`all runs ${JSON.stringify(query)}`] = page => runs.listAll(tenant, query, page)
      const bounded = { ...query, from, to: 'run_9' }
      asks[`all runs ${JSON.stringify(bounded)}`] = page => runs.listAll(tenant, bounded, page)
    }
  }
  return asks
}

function clientLists({ clients }: Store, tenant: string, connectionId: string): Record<string, Ask> {
  const asks: Record<string, Ask> = {}
  for (const order of ['name', '-name', 'changed', '-changed', 'id'] as const) {
    for (const status of [undefined, ...statuses]) {
      for (const ofConnection of [false, true]) {
        const query: ClientQuery = {
          order,
          ...(status && { status }),
          ...(ofConnection && { connectionId })
        }
        asks[`clients ${JSON.stringify(query)}`] = page => clients.list(tenant, query, page)
        if (!order.endsWith('changed')) continue
        const bounded = { ...query, changedSince: at(10), changedUntil: at(30) }
        asks[`clients ${JSON.stringify(bounded)}`] = page => clients.list(tenant, bounded, page)
      }
    }
    for (const status of [undefined, ...statuses]) {
      const filter = { ...(status && { status }), ...(order === 'id' && { connectionId }) }
      asks[`total of clients ${JSON.stringify(filter)}`] = () => clients.total(tenant, filter)
    }
    const one = { order, externalId: '3', changedSince: at() }
    asks[`clients ${JSON.stringify(one)}`] = page => clients.list(tenant, one, page)
  }
  return asks
}

function agreementLists({ clients }: Store, tenant: string, clientId: string): Record<string, Ask> {
  const asks: Record<string, Ask> = {}
  for (const client of [undefined, clientId]) {
    for (const status of [undefined, 'active', 'expired', 'gone', 'other']) {
      for (const clientStatus of [undefined, ...statuses]) {
        const query = { ...(client && { clientId }), ...(status && { status }), ...(clientStatus && { clientStatus }) }
        asks[`agreements ${JSON.stringify(query)}`] = page => clients.listAgreements(tenant, query, page)
      }
    }
  }
  return asks
}

/** Each list's first page and, where it has them, the next and the one before that. */
export async function askAll(asks: Record<string, Ask>, asking: (name: string) => void): Promise<void> {
  for (const [name, ask] of Object.entries(asks)) {
    asking(name)
    await askAround(ask, LIMIT)
  }
}

interface Cursors {
  readonly nextCursor?: string | null
  readonly previousCursor?: string | null
}

/** @returns how many pages there were, three at most */
export async function askAround(ask: Ask, limit: number): Promise<number> {
  const first = (await ask({ limit, cursor: null })) as Cursors | null
  if (typeof first !== 'object' || !first?.nextCursor) return 1
  const second = (await ask({ limit, cursor: first.nextCursor })) as Cursors
  if (!second.previousCursor) return 2
  await ask({ limit, cursor: null, before: second.previousCursor })
  return 3
}
