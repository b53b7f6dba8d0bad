/**
 * A sync type whose record is composed: a parent (a company) with its children (contacts, contracts). A vendor says how
 * its lists are asked and how a record is made; the rest is here: complete pass, poll, look-up, search.
 */
import type { CallContext, PollContext, PollPage, Stamps, Unread } from '../../contract.ts'
import type { Answer } from '../by-ids.ts'
import type { KeysetList } from '../keyset.ts'
import type { Offspring } from '../offspring.ts'
import type { VendorRecord } from '../records.ts'
import type { Touched } from './touched.ts'

/** Parents read at once by their ids. */
export const together = 1000

/** Why a vendor is called: run: a pass or a poll reads; look: some records by their ids; person: somebody waits. */
export type Purpose = 'run' | 'look' | 'person'

/** Ids of parents: `after < id <= through`; null: no end. */
export interface Span {
  readonly after: number
  readonly through: number | null
}

/** The parents' side. `T`: what one call works with, made by `open`. */
export interface Parents<T> {
  /** "company": in words, in stamps of what cannot be sent. */
  readonly one: string
  /** By what name the list is counted: "companies". */
  readonly list: string
  /** Those that may take part, up to an id. */
  candidates(reading: T, through: number | null): KeysetList
  countCandidates(reading: T): Promise<number>
  /** Whatever their state. @param idsOnly whether there are such, and nothing of them */
  byIds(reading: T, ids: readonly string[], idsOnly: boolean): Promise<readonly Answer[]>
  /** Ids and change marks alone, whatever the state. The same question whichever sync type asks. @param without ids to leave out */
  changedSince(reading: T, since: Date, without: readonly string[]): KeysetList
  /** Some whose name begins so, or may; what does not is left out. */
  named(reading: T, name: string): Promise<readonly VendorRecord[]>
  /** Whether one takes part as far as it says so itself. */
  isCandidate(reading: T, parent: VendorRecord): boolean
  /** Its own change marks, by words without a colon; what has none gives none. */
  stamps(parent: unknown): Stamps
  nameOf(parent: VendorRecord): string
  /**
   * The id at a place (from 1) among the candidates in the order of ids, where the vendor can tell it: a pass then reads
   * several ranges of equal length side by side. undefined: there is none.
   */
  idAt?(reading: T, place: number): Promise<number | undefined>
}

/** The children's side. */
export interface Children<T> {
  /** "contact": in words, and the kind of stamp keys. */
  readonly one: string
  /** By what name the list is counted: "contacts". */
  readonly list: string
  /**
   * A pass reads children by spans of parent ids, which are counted and together hold them all, if there are up to so
   * many for each parent that takes part; else by lists of parent ids.
   */
  readonly spanUpTo: number
  /** Of any parent, as spans read them. */
  count(reading: T): Promise<number>
  ofSpan(reading: T, span: Span): KeysetList
  /** @param all those too that take no part */
  ofParents(reading: T, ids: readonly string[], all: boolean): Promise<readonly Answer[]>
  /** Ids, parents and change marks. */
  changedSince(reading: T, since: Date, without: readonly string[]): KeysetList
  /** undefined: it names none. */
  parentOf(child: unknown): string | undefined
  /** Its change mark; undefined: it has none. */
  stamp(child: unknown): string | undefined
  /** Whether the child is one of these parents', by a question for ids alone. @param parents in order */
  isAmong(reading: T, child: string, parents: readonly string[]): Promise<boolean>
  /** Whether a changed child can change anything for a parent that has no stamp of it. */
  isRelevant(child: VendorRecord): boolean
  /** A child can make a parent take part that did not before. */
  readonly bringsParent: boolean
}

/** `T`: what one call works with; `R`: the record; `C`: the context, as the connector's forms type it. */
export interface Composition<T, R, C extends CallContext = CallContext> {
  /** The vendor's name, for words. */
  readonly vendor: string
  readonly parents: Parents<T>
  readonly children: Children<T>
  /** @param stop ends its calls before the context's own signal does */
  open(context: C, purpose: Purpose, stop?: AbortSignal): Promise<T>
  /** One record for each parent, in their order. @param children null: they do not matter, the parents take no part */
  make(reading: T, parents: readonly VendorRecord[], children: Offspring | null): Promise<readonly R[]>
  id(record: R): string
  stamps(record: R): Stamps
  unread(record: R): readonly Unread[]
  /** As SyncType.version. */
  version(record: R): string | null
  /** For changes that no list shows: rotation.ts. */
  lookInRotation?(reading: T, context: PollContext, touched: Touched): Promise<Rotated>
}

export type Rotated = Pick<PollPage<never>, 'memo' | 'oldestLookSeconds'>

/** The marks of a parent and its children; a child without one is listed all the same. */
export function stampsWith(
  own: Stamps,
  { one, stamp }: Pick<Children<never>, 'one' | 'stamp'>,
  children: readonly VendorRecord[]
): Record<string, string> {
  // Without a prototype: names of their own for each record would make a new hidden class with each of them.
  const stamps: Record<string, string> = Object.assign(Object.create(null), own)
  for (const child of children) stamps[`${one}:${child.id}`] = stamp(child) ?? ''
  return stamps
}
