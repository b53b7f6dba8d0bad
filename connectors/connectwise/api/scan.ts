import { type HttpResponse, SourceUnavailable, SourceUnreadable } from '../../../plugins/connector/contract.ts'
import type { Endpoint } from './endpoints.ts'
import type { Query } from './query.ts'
import { type Found, readRecords, type VendorRecord } from './records.ts'
import type { Session } from './session.ts'

/** The vendor's largest page. */
export const fullPage = 1000
/** So many entries of one answer that all cannot be used are an odd answer, not odd entries. */
export const suspicious = 10

export interface ScanPage extends Found {
  /** Everything up to this id has been read. */
  readonly through: number
  /** The vendor says that more follows. */
  readonly more: boolean
}

export interface List {
  readonly session: Session
  readonly endpoint: Endpoint
  readonly query: Pick<Query, 'conditions' | 'childConditions' | 'fields'>
  /** Why a record cannot be used, if it lacks what it is needed for. */
  readonly lacks?: (record: VendorRecord) => string | undefined
  /** Every sync type asks this very question. */
  readonly shared?: boolean
}

/**
 * Reads a list from its beginning, or after an id, in the order of ids (forward-only paging): the only order in which
 * no record moves between pages while others change. Always gives at least one page.
 */
export async function* scan(list: List, from = 0): AsyncGenerator<ScanPage> {
  const { pageSizes } = list.session
  const { path } = list.endpoint
  let after = from
  for (let promised = false; ; promised = true) {
    const read = () => readBlock(list, after, pageSizes.get(path) ?? fullPage)
    let page = await read()
    // Nothing where more was promised: the rest was deleted meanwhile, or the page is lost. Asked again, it shows; and
    // so does what was hidden of every record for a moment.
    const { length } = page.unusable
    if (page.records.length === 0 && ((promised && length === 0) || length >= suspicious)) page = await read()
    if (page.more && page.through === after) {
      throw new SourceUnreadable(`ConnectWise sent a page of ${path} that leads nowhere.`, 'shape')
    }
    yield page
    if (!page.more) return
    after = page.through
  }
}

/** All of a list that is known to be small enough to hold. */
export async function readAll(list: List): Promise<Found> {
  const pages: Found[] = []
  for await (const page of scan(list)) pages.push(page)
  return joined(pages)
}

export function joined(parts: readonly Found[]): Found {
  return { records: parts.flatMap(({ records }) => records), unusable: parts.flatMap(({ unusable }) => unusable) }
}

/** A page, in smaller pieces if it cannot be had whole, so that only the record is lost that spoils it. */
async function readBlock(list: List, after: number, size: number): Promise<ScanPage> {
  let failure: Error
  try {
    return await readPage(list, after, size)
  } catch (error) {
    if (!isTooMuch(error)) throw error
    failure = error
  }
  const next = await readNext(list, after, failure)
  if (size === 1 || next.unusable.length === 0) return next
  const parts: ScanPage[] = []
  for (let at = after; parts.length < 10; at = parts.at(-1)!.through) {
    parts.push(await readBlock(list, at, size / 10))
    if (!parts.at(-1)!.more) break
  }
  const { through, more } = parts.at(-1)!
  const whole = { ...joined(parts), through, more }
  // It was the size and no record.
  if (whole.unusable.length === 0) list.session.pageSizes.set(list.endpoint.path, Math.max(size / 10, 10))
  return whole
}

/** One record can make the vendor answer its whole page with 500; a page can also be too much to be made or sent in time. */
export function isTooMuch(failure: unknown): failure is Error {
  if (failure instanceof SourceUnreadable) return failure.kind === 'too-large'
  return failure instanceof SourceUnavailable && (failure.timedOut || [500, 502, 504].includes(failure.status ?? 0))
}

async function readPage(list: List, after: number, pageSize: number): Promise<ScanPage> {
  const { session, endpoint, query, lacks, shared = false } = list
  const response = await session.ask(endpoint, {
    query: { ...query, pageSize, pageId: after > 0 ? after : undefined },
    forwardOnly: true,
    shared,
    // A smaller page is asked because a larger one failed: it shall not wait through all repeats again.
    ...(pageSize < fullPage ? { attempts: 2 } : {})
  })
  const { records, unusable } = readRecords(response.body, endpoint.path)
  const more = hasNext(response, records.length + unusable.length, pageSize)
  let through = after
  for (const { id } of records) {
    if (Number(id) <= through) {
      throw new SourceUnreadable(`ConnectWise sent records of ${endpoint.path} again that it had sent before.`, 'shape')
    }
    through = Number(id)
  }
  if (!lacks) return { records, unusable, through, more }
  const usable = records.filter(record => {
    const reason = lacks(record)
    if (reason !== undefined) unusable.push({ id: record.id, reason, payload: record })
    return reason === undefined
  })
  return { records: usable, unusable, through, more }
}

/**
 * What stands after `after`, by a question that no bad record spoils: as unusable, or nothing if there is nothing. It
 * also tells a bad record from an instance that answers nothing at all: then it fails too, with no more requests wasted.
 */
async function readNext({ session, endpoint, query }: List, after: number, failure: Error): Promise<ScanPage> {
  const ask = { query: { ...query, fields: 'id', pageSize: 1, pageId: after > 0 ? after : undefined } }
  const response = await session.ask(endpoint, { ...ask, forwardOnly: true, attempts: 1 }).catch(again => {
    throw isTooMuch(again) ? failure : again
  })
  const [record] = readRecords(response.body, endpoint.path).records
  if (!record) return { records: [], unusable: [], through: after, more: false }
  const reason = `ConnectWise cannot send this record of ${endpoint.path} (${failure.message})`
  return {
    records: [],
    unusable: [{ id: record.id, reason, payload: record }],
    through: Number(record.id),
    more: hasNext(response, 1, 1)
  }
}

/** The header is always there on forward-only answers; without it (some gateway took it off) a full page means more. */
function hasNext(response: HttpResponse, length: number, pageSize: number): boolean {
  const { link } = response.headers
  return link === undefined ? length >= pageSize : /rel="?next"?/i.test(link)
}
