/** Children by the parents they belong to, and whose those are that cannot be used. */
import type { Unread } from '../contract.ts'
import type { Answer } from './by-ids.ts'
import { suspicious, type VendorRecord } from './records.ts'

export interface Kinship {
  /** What a child is called in stamp keys: "contact". */
  readonly kind: string
  /** The parent that an entry names; undefined: none. */
  parentOf(entry: unknown): string | undefined
  /** Whether the child is one of these parents', by a question for ids alone, which nothing spoils. @param parents in order */
  isAmong(child: string, parents: readonly string[]): Promise<boolean>
}

/** KeysetList.lacks: what does not say whose it is cannot be used. @param parent "company that Desk shows" */
export function lacksParent(
  { kind, parentOf }: Pick<Kinship, 'kind' | 'parentOf'>,
  parent: string
): (child: VendorRecord) => string | undefined {
  return child => (parentOf(child) === undefined ? `The ${kind} ${child.id} belongs to no ${parent}.` : undefined)
}

/** The children of some parents, and of others that came with them. */
export interface Offspring {
  readonly parents: Iterable<string>
  of(parent: string): readonly VendorRecord[]
  /** What could not be read, of the parent that may have it: what was made of it keeps its former value. */
  unread(parent: string): readonly Unread[]
}

/** @param answers whose `ids` are the parents asked for */
export async function offspringOf(kinship: Kinship, answers: readonly Answer[]): Promise<Offspring> {
  const children = new Map<string, VendorRecord[]>()
  const unread = new Map<string, Unread[]>()
  const put = <T>(into: Map<string, T[]>, parent: string, one: T) => {
    const known = into.get(parent)
    if (known) known.push(one)
    else into.set(parent, [one])
  }
  for (const answer of answers) {
    for (const record of answer.records) put(children, kinship.parentOf(record) ?? '', record)
    if (answer.unusable.length > 0) await tellUnread(kinship, answer, (parent, one) => put(unread, parent, one))
  }
  return {
    parents: children.keys(),
    of: parent => children.get(parent) ?? [],
    unread: parent => unread.get(parent) ?? []
  }
}

/** What of an answer cannot be used, by the parent whose child it is; of which it is not known, by every one asked for. */
async function tellUnread(
  { kind, parentOf, isAmong }: Kinship,
  { ids, unusable }: Answer,
  tell: (parent: string, one: Unread) => void
): Promise<void> {
  const hidden = unusable.filter(({ payload }) => parentOf(payload) === undefined)
  const inOrder = ids.toSorted((a, b) => Number(a) - Number(b))
  for (const { id, reason, payload } of unusable) {
    const isSought = id !== undefined && hidden.length < suspicious
    const parent = parentOf(payload) ?? (isSought ? await ownerOf(some => isAmong(id, some), inOrder) : undefined)
    if (parent !== undefined) tell(parent, { key: id === undefined ? kind : `${kind}:${id}`, reason })
  }
  const isAnybodys = hidden.length >= suspicious || hidden.some(({ id }) => id === undefined)
  if (isAnybodys) for (const id of ids) tell(id, { key: kind, reason: hidden[0]!.reason })
}

/** The one among `ids` by halving; undefined: none of them. */
async function ownerOf(
  isAmong: (some: readonly string[]) => Promise<boolean>,
  ids: readonly string[]
): Promise<string | undefined> {
  let candidates = ids
  while (candidates.length > 1) {
    const half = candidates.slice(0, Math.ceil(candidates.length / 2))
    candidates = (await isAmong(half)) ? half : candidates.slice(half.length)
  }
  return candidates.length > 0 && (await isAmong(candidates)) ? candidates[0] : undefined
}
