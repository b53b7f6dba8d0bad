/**
 * Finds and applies what a complete pass no longer saw, without a mark on any record: ids come in the vendor's
 * order, so each page says which ids of a range exist, and the store's active ids in that range that are not among
 * them are staged. Only the end of the pass applies them, and only if they are not too many.
 */
import type { CallContext, Page, SyncType } from '../connector/contract.ts'
import { SourceIncomplete } from '../connector/failures.ts'
import { sortKeyOf } from '../entities/client-keys.ts'
import type { Installation } from '../storage/port.ts'
import { addTally, newTally, type Tally } from './receipt.ts'
import { idOf, type PageWriter, writePage } from './write-page.ts'

/** A pass that would take away more than this share of the active clients stops and asks. */
export const MAX_REMOVED_SHARE = 0.2
const RANGE_BATCH = 1000
const LOOKUP_BATCH = 500

/** Stages the active ids of the page's range that the page does not have. */
export async function stageMissing<S>(writer: PageWriter, page: Page<S>, generation: string): Promise<void> {
  if (!page.covers) return
  const { store, lease, view } = writer
  let present: ReadonlySet<string> | undefined
  const key = (id: string | null) => (id === null ? null : sortKeyOf(view.syncType.idOrder, id))
  const through = key(page.covers.through)
  let after = key(page.covers.after)
  for (;;) {
    const active = await store.clients.activeInRange(lease.installationId, after, through, RANGE_BATCH)
    const last = active.at(-1)
    if (!last) return
    present ??= idsOf(view.syncType, page)
    const missing = active.map(({ externalId }) => externalId).filter(id => !present?.has(id))
    if (missing.length > 0) await store.sweeps.stage(lease, generation, missing)
    if (active.length < RANGE_BATCH) return
    after = last.sortKey
  }
}

/** Of all that the page has, what is set aside too. */
function idsOf<S>(syncType: SyncType<S>, page: Page<S>): Set<string> {
  const ids = new Set<string>()
  for (const record of page.records) {
    const id = idOf(syncType, record)
    if (id !== null) ids.add(id)
  }
  for (const { externalId } of page.rejects ?? []) if (externalId !== undefined) ids.add(externalId)
  return ids
}

export interface SweepSize {
  readonly removals: number
  /** Clients that were active before the pass. */
  readonly of: number
  readonly tooMany: boolean
}

/** How much the staged removals would take away, and whether a person has to allow it. */
export async function sweepSize(
  writer: PageWriter,
  installation: Installation,
  generation: string,
  created: number
): Promise<SweepSize> {
  const { store, lease } = writer
  const removals = await store.sweeps.count(lease.installationId, generation)
  if (removals === 0) return { removals, of: 0, tooMany: false }
  const { active } = await store.clients.counts(lease.installationId)
  const of = Math.max(active - created, removals)
  const approved = installation.approval?.approved ?? 0
  return { removals, of, tooMany: removals > approved && removals > of * MAX_REMOVED_SHARE }
}

/** Reads each staged id once more: what still matches stays, what fails a rule leaves with that reason, what is not there is gone. */
export async function applySweep(
  writer: PageWriter,
  context: CallContext,
  generation: string,
  onProgress: () => void
): Promise<Tally> {
  const { store, lease, view } = writer
  const tally = newTally()
  let after: string | null = null
  for (;;) {
    const ids: string[] = await store.sweeps.list(lease.installationId, generation, after, LOOKUP_BATCH)
    if (ids.length === 0) break
    const asked = new Set(ids)
    for await (const page of view.syncType.lookup(context, ids)) {
      for (const record of page.records) asked.delete(idOf(view.syncType, record) ?? '')
      for (const id of page.gone ?? []) asked.delete(id)
      for (const { externalId } of page.rejects ?? []) asked.delete(externalId ?? '')
      addTally(tally, await writePage(writer, page, `sweep-${ids[0]}`))
      onProgress()
    }
    if (asked.size > 0)
      throw new SourceIncomplete(`The vendor said nothing of ${asked.size} records that were asked for by id`)
    after = ids.at(-1)!
  }
  await store.sweeps.clear(lease)
  return tally
}
