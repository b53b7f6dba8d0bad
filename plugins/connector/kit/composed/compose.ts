import { type Page, type Reject, SourceUnreadable } from '../../contract.ts'
import { type Answer, unanswered } from '../by-ids.ts'
import { readAll } from '../keyset.ts'
import { offspringOf } from '../offspring.ts'
import { isId, type Unusable, type VendorRecord } from '../records.ts'
import type { Composition, Span } from './composition.ts'

/** What of the children is read. */
export interface Wish {
  /** By a span of parent ids, those of other parents in it too. Else by the parents' ids. */
  readonly span?: Span
  /** Those too that take no part. */
  readonly all?: boolean
}

/** @returns one record for each parent, in their order, how many children came, and those of other parents */
export async function compose<T, R>(
  { children, make, vendor }: Composition<T, R>,
  reading: T,
  parents: readonly VendorRecord[],
  { span, all = false }: Wish
): Promise<{ records: readonly R[]; seen: number; strangers: readonly VendorRecord[] }> {
  const ids = parents.map(({ id }) => id)
  const answers = span ? [await readSpan()] : await children.ofParents(reading, ids, all)

  async function readSpan(): Promise<Answer> {
    const found = await readAll(children.ofSpan(reading, span!))
    for (const child of found.records) {
      const id = Number(children.parentOf(child))
      // What is read twice would make up for what is not read at all.
      if (id <= span!.after || (span!.through !== null && id > span!.through))
        throw new SourceUnreadable(`${vendor} sent ${children.list} that were not asked for.`, 'shape')
    }
    return { ids, ...found }
  }

  const kinship = {
    kind: children.one,
    parentOf: children.parentOf,
    isAmong: (child: string, some: readonly string[]) => children.isAmong(reading, child, some)
  }
  const offspring = await offspringOf(kinship, answers)
  const own = new Set(ids)
  return {
    records: await make(reading, parents, offspring),
    strangers: [...offspring.parents].filter(id => !own.has(id)).flatMap(offspring.of),
    seen: answers.reduce((sum, { records, unusable }) => sum + records.length + unusable.length, 0)
  }
}

/** A parent that cannot be used. */
export function rejectOf<T>({ parents }: Pick<Composition<T, never>, 'parents'>, one: Unusable): Reject {
  const stamps = parents.stamps(one.payload)
  return {
    reason: one.reason,
    payload: one.payload,
    ...(one.id === undefined ? {} : { externalId: one.id }),
    ...(Object.keys(stamps).length === 0 ? {} : { stamps })
  }
}

/**
 * Parents by id, whatever their state, with all of their children, those too that take no part; so a child that takes
 * no part any more is listed, and not absent. What is missing is asked for once more before it is called gone, since an
 * empty answer would otherwise take clients away; and while a record without an id came, nothing is.
 * @param everyone with children even if the parent itself takes no part
 */
export async function readParents<T, R>(
  composition: Composition<T, R>,
  reading: T,
  ids: readonly string[],
  everyone: boolean
): Promise<Page<R> & { readonly gone: readonly string[] }> {
  const { parents, make } = composition
  const first = await parents.byIds(reading, ids.filter(isId), false)
  const missing = unanswered(ids, first).filter(isId)
  const answers = missing.length === 0 ? first : [...first, ...(await parents.byIds(reading, missing, false))]
  const unusable = answers.flatMap(answer => answer.unusable)
  const found = answers.flatMap(({ records }) => records)
  const takesPart = (parent: VendorRecord) => everyone || parents.isCandidate(reading, parent)
  const { records } = await compose(composition, reading, found.filter(takesPart), { all: true })
  const bare = found.filter(parent => !takesPart(parent))
  return {
    records: [...(bare.length === 0 ? [] : await make(reading, bare, null)), ...records],
    rejects: unusable.map(one => rejectOf(composition, one)),
    gone: unusable.some(({ id }) => id === undefined) ? [] : unanswered(ids, answers)
  }
}

/** Notes of children whose parent the vendor does not have: nobody can be shown them under. */
export async function orphansAmong<T>(
  { vendor, parents, children }: Composition<T, any>,
  reading: T,
  strangers: readonly VendorRecord[]
): Promise<Reject[]> {
  const parentOf = (child: VendorRecord) => children.parentOf(child)!
  const ids = [...new Set(strangers.map(parentOf))]
  const missing = new Set(ids.length === 0 ? [] : unanswered(ids, await parents.byIds(reading, ids, true)))
  const orphans = strangers.filter(child => missing.has(parentOf(child)))
  return orphans.map(child => ({
    reason: `The ${children.one} ${child.id} belongs to ${parents.one} ${parentOf(child)}, which ${vendor} does not have.`,
    payload: child,
    stamps: { [`${children.one}:${child.id}`]: children.stamp(child) ?? '' },
    child: true
  }))
}
