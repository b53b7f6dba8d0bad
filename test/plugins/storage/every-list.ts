/** Every list of the port with every filter and every sort, so that a test can ask the store how it answers each. */
import type { ClientQuery, Lease, PageRequest, Store } from '../../../plugins/storage/port.ts'
import {
  agreementOf,
  at,
  connectionOf,
  leased,
  lossItem,
  lossOf,
  pageOf,
  partOf,
  put,
  recordOf,
  runOf,
  seenOf
} from '../../conformance/storage/fixtures.ts'

export const LIMIT = 10

export interface Filled {
  readonly lease: Lease
  readonly runId: string
  readonly clientId: string
}

const statuses = ['active', 'inactive', 'gone'] as const

/** `count` clients over two connections of a tenant and one of another, and some of everything else. */
export async function fillForLists(store: Store, count: number): Promise<Filled> {
  const leases: Lease[] = []
  for (const tenant of ['acme', 'acme', 'globex']) {
    const connection = connectionOf({ tenant })
    await store.connections.tryInsert(connection)
    leases.push(await leased(store, { tenant, connectionId: connection.id }))
  }
  const [lease] = leases as [Lease]
  const ids = Array.from({ length: count }, (_, i) => i)
  for (const [which, each] of leases.entries()) {
    const own = ids.filter(i => i % 3 === which)
    await put(
      store,
      each,
      own.map(i =>
        recordOf(each, String(i), {
          nameKey: `client ${i % 97} ${i}`,
          status: statuses[i % 5] ?? 'active',
          updatedAt: at(i % 50),
          parts: [partOf(each, { status: statuses[i % 5] ?? 'active', changesOn: `2026-01-${10 + (i % 20)}` })],
          agreements: i % 4 ? [agreementOf(`a${i}`, { status: i % 40 === 1 ? 'expired' : 'active' })] : []
        })
      )
    )
    const rows = own.slice(0, 200).map(i => lossOf(each, String(i), { items: [lossItem(i % 2 ? 'emails' : 'costs')] }))
    const losses = rows.map((row, i) => ({ ...row, state: i % 3 ? ('held' as const) : ('staged' as const) }))
    const seen = own.slice(0, 200).map(i => seenOf(`contact:${i}`, i % 2 ? { setAside: 'broken' } : {}))
    await store.clients.write(each, pageOf({ losses, seen }))
  }
  const runs = Array.from({ length: 40 }, () => runOf(lease))
  for (const run of runs) await store.runs.insert(run)
  const { id: runId } = runs[0]!
  const reject = { runId, externalId: null, reason: 'broken', payload: null, at: at() }
  await store.clients.write(lease, pageOf({ rejects: ids.slice(0, 100).map(i => ({ ...reject, key: String(i) })) }))
  return { lease, runId, clientId: recordOf(lease, '3').id }
}

type Ask = (page: PageRequest) => Promise<unknown>

/** By what is asked for, in words. */
export function everyList(store: Store, { lease, runId, clientId }: Filled): Record<string, Ask> {
  const { tenant, connectionId, installationId } = lease
  const { connections, installations, leases, runs, rejects, clients, losses, seen } = store
  return {
    connections: page => connections.list(tenant, page),
    'connections by account id': () => connections.listByAccountId(tenant, 'example', 'a1'),
    'connections that nobody uses': () => connections.listUnused(0, LIMIT),
    installations: page => installations.list(tenant, {}, page),
    'installations by connector': page => installations.list(tenant, { connector: 'example' }, page),
    'installations by connection': page => installations.list(tenant, { connectionId }, page),
    'installations by both': page => installations.list(tenant, { connectionId, connector: 'example' }, page),
    'installations of connections': () => installations.listOf(tenant, [connectionId, 'con_none']),
    'what waits for people': () => installations.countWaiting(LIMIT),
    'what is due': () => leases.countDue(LIMIT),
    'when something is due': () => leases.nextDueInMs(),
    'whether there are several tenants': () => leases.hasSeveralTenants(),
    runs: page => runs.list(tenant, installationId, page),
    rejects: page => rejects.list(tenant, runId, page),
    ...clientLists(store, tenant, connectionId),
    'clients by vendor ids': () => clients.load(connectionId, ['3', '6', 'none']),
    'active clients of an installation': () => clients.activeRecords(installationId, null, LIMIT),
    'active clients of a range': () => clients.activeInRange(installationId, '00000010', '00000099', LIMIT),
    'clients of an installation': () => clients.listOfInstallation(installationId, LIMIT),
    'clients that change by a day': () => clients.changingBy(installationId, '2026-01-12', LIMIT),
    'counts of an installation': () => clients.counts(installationId),
    ...agreementLists(store, tenant, clientId),
    'losses by state': () => losses.list(installationId, { states: ['held', 'staged'] }, null, LIMIT),
    'losses of a pass': () => losses.list(installationId, { states: ['held'], by: 'pass_1' }, '3', LIMIT),
    'losses by vendor ids': () => losses.of(installationId, ['3', '6']),
    'losses held': page => losses.listHeld(tenant, installationId, null, page),
    'losses held of a kind': page => losses.listHeld(tenant, installationId, 'costs', page),
    'what was seen': () => seen.load(installationId, ['contact:3', 'none'])
  }
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

/** Each list's first page and, where it has one, the next. */
export async function askAll(asks: Record<string, Ask>, asking: (name: string) => void): Promise<void> {
  for (const [name, ask] of Object.entries(asks)) {
    asking(name)
    const answer = (await ask({ limit: LIMIT, cursor: null })) as { nextCursor?: string | null } | null
    if (typeof answer === 'object' && answer?.nextCursor) await ask({ limit: LIMIT, cursor: answer.nextCursor })
  }
}
