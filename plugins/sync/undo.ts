/** Puts back what a run has changed, client by client, under a lease of its installation. May be cut anywhere and repeated. */
import { type LeftReason, type PutBack, putBack, type Undoing } from '../entities/put-back.ts'
import { PAGE_BYTES, PageBound } from '../storage/page-weight.ts'
import type { Claim, ClientRecord, ClientWrite, HistoryEntry, Run, Store } from '../storage/port.ts'
import { clientWrite } from './client-write.ts'
import type { Grip } from './desk.ts'

/** Clients at a time. */
const BATCH = 200
const MAX_ROUNDS = 8
/** Clients that wait for an agreement which another one has, until that one is put back too. More are left as they are. */
const MOST_WAITING = 5000
/** Of their entries, in characters: they are held until the rest of the run is put back. */
const MOST_WAITING_WEIGHT = 16 * PAGE_BYTES

export interface Undone {
  putBack: number
  readonly left: Partial<Record<LeftReason, number>>
}

export interface UndoParts {
  readonly store: Pick<Store, 'clients' | 'history'>
  readonly claim: Pick<Claim, 'lease'>
  readonly grip: Grip
  readonly run: Pick<Run, 'id'>
  readonly undoing: Undoing
  /** Characters of entries held at most of clients that wait for an agreement. @default sixteen pages */
  readonly mostHeld?: number
}

/** What a client was before the run, entry by entry. */
type Entries = readonly HistoryEntry[]

interface Waiting {
  readonly entries: Entries
  /** Characters of the entries. */
  readonly held: number
  /** Of the client, as far as it was there. */
  readonly stored: number
}

/** @param show told after each batch how far it is */
export async function undo(parts: UndoParts, show: (soFar: Undone) => Promise<void>): Promise<Undone> {
  const { store, claim, run, mostHeld = MOST_WAITING_WEIGHT } = parts
  const { tenant, installationId } = claim.lease
  const undone: Undone = { putBack: 0, left: {} }
  let waiting: Waiting[] = []
  let held = 0
  for (let after: string | null = null; ; ) {
    const found: Awaited<ReturnType<Store['history']['ofRun']>> = await store.history.ofRun(
      tenant,
      installationId,
      run.id,
      after,
      BATCH
    )
    for (const one of await putBackAll(parts, byClient(found.entries), undone)) {
      if (waiting.length === MOST_WAITING || held + one.held > mostHeld) {
        leave(undone, 'agreement-elsewhere', 1)
        continue
      }
      waiting.push(one)
      held += one.held
    }
    await show(undone)
    if (found.next === null) break
    after = found.next
  }
  // Who has given an agreement back has freed it for the one that had it before.
  for (let before = waiting.length + 1; waiting.length > 0 && waiting.length < before; ) {
    before = waiting.length
    const still: Waiting[] = []
    for (const slice of slicesOf(waiting)) still.push(...(await putBackAll(parts, slice, undone)))
    waiting = still
  }
  leave(undone, 'agreement-elsewhere', waiting.length)
  return undone
}

/** As many at once as a page has of them: their clients are read and written whole. */
function* slicesOf(waiting: readonly Waiting[]): Generator<Entries[]> {
  for (let from = 0; from < waiting.length; ) {
    const bound = new PageBound(BATCH)
    const slice: Entries[] = []
    for (const { entries, held, stored } of waiting.slice(from, from + BATCH)) {
      if (!bound.takes(held + stored)) break
      slice.push(entries)
    }
    from += slice.length
    yield slice
  }
}

/** @returns those that were not written, since another client has one of their agreements */
async function putBackAll(parts: UndoParts, clients: readonly Entries[], undone: Undone): Promise<Waiting[]> {
  const { store, claim, grip } = parts
  const elsewhere: Waiting[] = []
  let open = clients
  for (let round = 1; open.length > 0; round++) {
    grip.signal.throwIfAborted()
    const ids = open.map(([first]) => first!.externalId)
    const stored = new Map((await store.clients.load(claim.lease.connectionId, ids)).map(client => [client.id, client]))
    const planned = open.flatMap(entries => plannedOf(parts, stored.get(entries[0]!.clientId), entries, undone))
    if (planned.length === 0) return elsewhere
    grip.assertHeld()
    const none = { losses: [], settled: [], seen: [], unseen: [], rejects: [], progress: null }
    const clients = planned.map(({ write }) => write)
    const { lost, conflicts } = await store.clients.write(claim.lease, { ...none, clients })
    const [again, blocked] = [new Set(lost), new Set(conflicts.map(({ id }) => id))]
    for (const { write, result } of planned) if (!again.has(write.id) && !blocked.has(write.id)) count(undone, result)
    for (const entries of open) {
      const { clientId } = entries[0]!
      if (blocked.has(clientId))
        elsewhere.push({ entries, held: sizeOf(entries), stored: sizeOf(stored.get(clientId)) })
    }
    open = open.filter(([first]) => again.has(first!.clientId))
    if (round === MAX_ROUNDS) {
      leave(undone, 'changed-since', open.length)
      return elsewhere
    }
  }
  return elsewhere
}

function plannedOf(
  { undoing }: UndoParts,
  stored: ClientRecord | undefined,
  entries: Entries,
  undone: Undone
): { readonly write: ClientWrite; readonly result: PutBack['result'] }[] {
  const { record, result } = putBack(stored, entries, undoing)
  if (record) return [{ write: clientWrite(stored, record, undoing), result }]
  count(undone, result)
  return []
}

function count(undone: Undone, result: PutBack['result']): void {
  if (result === 'back') undone.putBack++
  else if (result !== 'nothing') leave(undone, result, 1)
}

function leave({ left }: Undone, reason: LeftReason, clients: number): void {
  if (clients > 0) left[reason] = (left[reason] ?? 0) + clients
}

const sizeOf = (value: object | undefined) => (value ? JSON.stringify(value).length : 0)

function byClient(entries: Entries): Entries[] {
  return [...Map.groupBy(entries, ({ clientId }) => clientId).values()]
}
