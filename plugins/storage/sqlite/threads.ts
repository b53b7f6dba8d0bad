/** Which thread answers which call: reads stay where they are asked for, what writes goes to the writer's thread. */
import type { ClientStore, Store } from '../port.ts'
import { toPageRows } from './page-writes.ts'
import type { Sections } from './sections.ts'
import type { Writer } from './writer.ts'

type Section = Exclude<keyof Sections, 'ping'>

/** true: it only reads, and nothing is written by what it says but under a comparison of its own. */
const reads: { readonly [S in Section]: { readonly [M in keyof Store[S]]: boolean } } = {
  connections: {
    tryInsert: false,
    get: true,
    findByAccount: true,
    listByAccountId: true,
    listUnused: true,
    listUnchecked: true,
    list: true,
    tryUpdate: false,
    mergeState: false,
    note: false,
    tryRemove: false,
    listNotSealedBy: true,
    keysInUse: true
  },
  installations: {
    tryInsert: false,
    get: true,
    list: true,
    listOf: true,
    tryUpdate: false,
    remove: false,
    countWaiting: true
  },
  leases: {
    claimDue: false,
    claimSiblings: false,
    tryClaim: false,
    giveBack: false,
    hasSeveralTenants: true,
    tryRenew: false,
    commit: false,
    tryRelease: false,
    nextDueInMs: true,
    keepClock: false,
    countDue: true
  },
  runs: { insert: false, trySave: false, fold: false, get: true, list: true, listAll: true, prune: false },
  rejects: { list: true },
  clients: {
    load: true,
    loadParts: true,
    write: false,
    activeInRange: true,
    activeRecords: true,
    changingBy: true,
    counts: true,
    listOfInstallation: true,
    get: true,
    list: true,
    total: true,
    listAgreements: true,
    tryErase: false
  },
  losses: { list: true, of: true, mark: false, remove: false, dropStale: false, listHeld: true },
  history: { list: true, ofRun: true, prune: false },
  seen: { load: true, prune: false },
  budgets: { take: false, hold: false, throttled: false, remove: false, prune: false },
  replies: { tryBegin: false, finish: false, drop: false, prune: false },
  counters: { hit: false },
  webhooks: { tryInsert: false, get: true, list: true, end: false, remove: false },
  deliveries: { add: false, claimDue: false, postpone: false, finish: false, list: true, prune: false },
  activity: { last: true, tryAppend: false, list: true, walk: true, tenants: true, anchor: true, prune: false },
  meta: { get: true, putIfAbsent: false },
  sessions: { insert: false, get: true, touch: false, remove: false },
  links: { insert: false, get: true, take: false },
  drafts: { insert: false, get: true, find: true, tryUpdate: false, remove: false },
  transfer: { read: true, write: false, count: true, countLeased: true }
}

/** `reader`'s answers to what only reads; the writer's to the rest. */
export function overThreads(reader: Sections, writer: Writer): Sections {
  const sections = (Object.keys(reads) as Section[]).map(section => {
    const written = Object.entries(reads[section])
      .filter(([, isRead]) => !isRead)
      .map(([method]) => [method, (...values: unknown[]) => writer.call(section, method, values)])
    return [section, { ...reader[section], ...Object.fromEntries(written) }]
  })
  const over: Sections = { ...Object.fromEntries(sections), ping: () => writer.call('store', 'ping', []) }
  const write: ClientStore['write'] = async (lease, page) =>
    writer.call('store', 'writePage', [lease, toPageRows(page)])
  return { ...over, clients: { ...over.clients, write } }
}
