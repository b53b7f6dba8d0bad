import type { Unread } from '../../../plugins/connector/contract.ts'
import { and } from '../api/conditions.ts'
import { readFirstPage } from '../api/list.ts'
import type { Answer } from '../api/read-by-ids.ts'
import { referredId } from '../api/records.ts'
import { type List, suspicious } from '../api/scan.ts'

/** What of an answer cannot be used, by the company whose child it is; of which it is not known, by every one asked for. */
export async function unreadOf(
  list: List,
  child: string,
  { ids, unusable }: Answer
): Promise<ReadonlyMap<string, readonly Unread[]>> {
  const found = new Map<string, Unread[]>()
  const add = (company: string, one: Unread) => found.set(company, [...(found.get(company) ?? []), one])
  const hidden = unusable.filter(({ payload }) => companyOf(payload) === undefined)
  const inOrder = ids.toSorted((a, b) => Number(a) - Number(b))
  for (const { id, reason, payload } of unusable) {
    const isSought = id !== undefined && hidden.length < suspicious
    const company = companyOf(payload) ?? (isSought ? await ownerOf(list, id, inOrder) : undefined)
    if (company !== undefined) add(company, { key: id === undefined ? child : `${child}:${id}`, reason })
  }
  const isAnybodys = hidden.length >= suspicious || hidden.some(({ id }) => id === undefined)
  if (isAnybodys) for (const id of ids) add(id, { key: child, reason: hidden[0]!.reason })
  return found
}

const companyOf = (payload: unknown) => referredId((payload as { company?: unknown } | null)?.company)

/** The company among `ids` whose child this is, by questions for ids alone, which nothing spoils; undefined: none of them. */
async function ownerOf(list: List, child: string, ids: readonly string[]): Promise<string | undefined> {
  const isIn = async (some: readonly string[]) => {
    const conditions = and(`id=${child}`, `company/id>=${some[0]}`, `company/id<=${some.at(-1)}`)
    const { session, endpoint } = list
    return (await readFirstPage(session, endpoint, { conditions, fields: 'id', pageSize: 1 })).length > 0
  }
  let candidates = ids
  while (candidates.length > 1) {
    const half = candidates.slice(0, Math.ceil(candidates.length / 2))
    candidates = (await isIn(half)) ? half : candidates.slice(half.length)
  }
  return candidates.length > 0 && (await isIn(candidates)) ? candidates[0] : undefined
}
