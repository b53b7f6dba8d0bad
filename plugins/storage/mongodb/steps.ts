import { BSON, type FindCursor } from 'mongodb'
import { type Page, PageBound, takePage } from '../page-weight.ts'

/** A document and what it weighs in a page. */
export interface Weighed<D> {
  readonly document: D
  readonly bytes: number
}

/**
 * Options of a find that is stepped through: documents come as their bytes, which say what they weigh, and one answer
 * of the server has a whole page and the one behind it, as far as its 16 MiB go.
 */
export function stepwise(limit: number) {
  return { raw: true, batchSize: limit + 2 } as const
}

/**
 * What is found, in order, for as long as it goes into the page, and the first that does not.
 * @param found with the options of `stepwise`
 */
export async function step<D>(
  found: FindCursor<D>,
  bound: PageBound,
  weightOf: (document: D, bytes: number) => number = (_, bytes) => bytes
): Promise<Weighed<D>[]> {
  const weighed: Weighed<D>[] = []
  for await (const bytes of found as unknown as AsyncIterable<Uint8Array>) {
    const document = BSON.deserialize(bytes) as D
    const one = { document, bytes: weightOf(document, bytes.byteLength) }
    weighed.push(one)
    if (!bound.takes(one.bytes)) break
  }
  return weighed
}

/** A page of what is found. */
export async function pageOf<D, T>(found: FindCursor<D>, limit: number, toItem: (document: D) => T): Promise<Page<T>> {
  return pageOfWeighed(await step(found.limit(limit + 1), new PageBound(limit)), limit, toItem)
}

/** What goes into one page of it. */
export async function firstOf<D, T>(found: FindCursor<D>, limit: number, toItem: (document: D) => T): Promise<T[]> {
  return pageOfWeighed(await step(found.limit(limit), new PageBound(limit)), limit, toItem).items
}

/** A page of what was stepped through, in order. */
export function pageOfWeighed<D, T>(
  weighed: readonly Weighed<D>[],
  limit: number,
  toItem: (document: D) => T
): Page<T> {
  return takePage(
    weighed,
    limit,
    ({ bytes }) => bytes,
    ({ document }) => toItem(document)
  )
}
