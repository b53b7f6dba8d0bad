import type { Page, SyncType } from '../connector/contract.ts'
import { RecordRejected } from '../connector/failures.ts'
import { type Change, firstFailure, leftOut, matched, type Viewpoint, vanished } from '../entities/client-record.ts'
import { errors } from '../errors.ts'
import type { ClientRecord, ClientWrite, Lease, Store, StoredReject } from '../storage/port.ts'
import { newTally, type Tally } from './receipt.ts'

/** A client with all its agreements is one document; MongoDB takes 16 MB. */
const MAX_CONTRIBUTION = 8 * 1024 * 1024
const MAX_PAYLOAD = 64 * 1024
const MAX_ROUNDS = 8

export interface PageWriter {
  readonly store: Store
  readonly lease: Lease
  readonly view: Omit<Viewpoint, 'at'>
  readonly now: () => Date
  /** Throws if this process may no longer write (its lease has run out by its own clock). */
  assertHeld(): void
}

/** What the page says of one vendor id, as a function of what is stored. */
type Verdict = { readonly rule?: string; change(stored: ClientRecord | undefined, view: Viewpoint): Change }

/** What a page says, worked out of its records alone. */
export interface MappedPage {
  readonly view: Viewpoint
  readonly verdicts: ReadonlyMap<string, Verdict>
  readonly rejects: readonly StoredReject[]
  /** Of what the store is not asked for. */
  readonly tally: Tally
}

/** What becomes of some of a page's ids, reckoned from what was stored of them. */
export type Plan = readonly { readonly id: string; readonly change: Change }[]

/** Makes a page durable. Safe to repeat. */
export async function writePage<S>(writer: PageWriter, page: Page<S>, label: string): Promise<Tally> {
  const mapped = mapPage(writer, page, label)
  return putPage(writer, mapped, await planPage(writer, mapped))
}

/** @param label tells the records of a run's pages apart that are set aside and have no id */
export function mapPage<S>(writer: PageWriter, page: Page<S>, label: string): MappedPage {
  const tally = newTally()
  const rejects: StoredReject[] = []
  const view: Viewpoint = { ...writer.view, at: writer.now().toISOString() }
  const setAside = (reason: string, externalId: string | null, payload: unknown) => {
    tally.counts.read++
    tally.counts.setAside++
    const text = payload === undefined ? null : JSON.stringify(payload).slice(0, MAX_PAYLOAD)
    const key = externalId ?? `${label}:${rejects.length}`
    rejects.push({ key, runId: view.runId, externalId, reason, payload: text, at: view.at })
  }

  const verdicts = new Map<string, Verdict>()
  for (const record of page.records) {
    try {
      const id = view.syncType.id(record)
      if (verdicts.has(id)) tally.counts.unchanged++
      verdicts.set(id, verdictOn(view.syncType, record, id))
      tally.counts.read++
    } catch (error) {
      if (!(error instanceof RecordRejected)) throw error
      setAside(error.message, idOf(view.syncType, record), record)
    }
  }
  for (const reject of page.rejects ?? []) setAside(reject.reason, reject.externalId ?? null, reject.payload)
  for (const id of page.gone ?? []) if (!verdicts.has(id)) verdicts.set(id, { change: vanished })
  return { view, verdicts, rejects, tally }
}

function verdictOn<S>(syncType: SyncType<S>, record: S, id: string): Verdict {
  const stamps = syncType.stamps(record)
  const failure = firstFailure(syncType.rules, record)
  if (failure) return { rule: failure.rule.name, change: (stored, view) => leftOut(stored, failure, stamps, view) }
  const contribution = syncType.map(record)
  // A cheap bound first: only many agreements or contacts can make a record large.
  const entries = (contribution.agreements?.length ?? 0) + (contribution.client.emails?.length ?? 0)
  if (entries > 1000 && JSON.stringify(contribution).length > MAX_CONTRIBUTION) {
    throw new RecordRejected(
      `The record is larger than ${MAX_CONTRIBUTION / 1024 / 1024} MiB and cannot be kept as one client`
    )
  }
  return { change: (stored, view) => matched(stored, id, contribution, stamps, view) }
}

export async function planPage(
  writer: PageWriter,
  { view, verdicts }: MappedPage,
  ids: readonly string[] = [...verdicts.keys()]
): Promise<Plan> {
  if (ids.length === 0) return []
  const stored = new Map<string, ClientRecord>()
  for (const record of await writer.store.clients.load(view.connectionId, ids)) stored.set(record.externalId, record)
  return ids.map(id => ({ id, change: verdicts.get(id)!.change(stored.get(id), view) }))
}

/**
 * Writes set-aside records first, then each client by compare-and-set; those that another sync type of the same
 * connection wrote meanwhile are planned again.
 */
export async function putPage(writer: PageWriter, mapped: MappedPage, planned: Plan): Promise<Tally> {
  const { store, lease } = writer
  const { verdicts, rejects, tally } = mapped
  writer.assertHeld()
  if (rejects.length > 0) await store.rejects.add(lease, rejects)
  let plan = planned
  for (let round = 1; ; round++) {
    const writes: ClientWrite[] = []
    for (const { change } of plan) {
      const { record } = change
      if (record) writes.push({ id: record.id, expectedRev: record.rev, record })
    }
    writer.assertHeld()
    const lost = new Set(writes.length > 0 ? await store.clients.write(lease, writes) : [])
    const again: string[] = []
    for (const { id, change } of plan) {
      if (change.record && lost.has(change.record.id)) again.push(id)
      else count(tally, change.effect, verdicts.get(id)!)
    }
    if (again.length === 0) return tally
    if (round === MAX_ROUNDS) throw new errors.HOST_ERR_CONFLICT()
    plan = await planPage(writer, mapped, again)
  }
}

function count({ counts, leftOutBy }: Tally, effect: Change['effect'], verdict: Verdict): void {
  if (verdict.rule !== undefined) {
    counts.leftOut++
    leftOutBy[verdict.rule] = (leftOutBy[verdict.rule] ?? 0) + 1
    if (effect === 'inactivated') counts.inactivated++
  } else if (verdict.change === vanished) {
    if (effect === 'gone') counts.gone++
  } else if (effect === 'created' || effect === 'updated' || effect === 'unchanged') {
    counts[effect]++
  }
}

/** null: the record has no usable id. */
export function idOf<S>(syncType: SyncType<S>, record: S): string | null {
  try {
    return syncType.id(record)
  } catch {
    return null
  }
}
