import {
  type HttpResponse,
  type Reject,
  SourceUnavailable,
  SourceUnreadable
} from '../../../plugins/connector/contract.ts'
import type { Endpoint } from './endpoints.ts'
import type { Query } from './query.ts'
import { readRecords, type VendorRecord } from './records.ts'
import type { Session } from './session.ts'

/** The vendor's largest page. */
export const fullPage = 1000

export interface ScanPage {
  readonly records: readonly VendorRecord[]
  /** Records that cannot be read, one by one or at all. */
  readonly rejects: readonly Reject[]
  /** Everything up to this id has been read. */
  readonly through: number
  /** The vendor says that more follows. */
  readonly more: boolean
}

interface List {
  readonly session: Session
  readonly endpoint: Endpoint
  readonly query: Pick<Query, 'conditions' | 'childConditions' | 'fields'>
}

/**
 * Reads a list from its beginning, or after an id, in the order of ids (forward-only paging): the only order in which
 * no record moves between pages while others change. Always gives at least one page.
 */
export async function* scan(list: List, from = 0): AsyncGenerator<ScanPage> {
  let after = from
  for (let promised = false; ; promised = true) {
    let page = await readBlock(list, after, fullPage)
    // Nothing where more was promised: the rest was deleted meanwhile, or the page is lost. Asked again, it shows.
    if (promised && isEmpty(page)) page = await readBlock(list, after, fullPage)
    if (page.more && page.through === after) {
      throw new SourceUnreadable(`ConnectWise sent a page of ${list.endpoint.path} that leads nowhere.`, 'shape')
    }
    yield page
    if (!page.more) return
    after = page.through
  }
}

const isEmpty = (page: ScanPage) => page.records.length === 0 && page.rejects.length === 0

/** A page, in smaller pieces if one of its records makes it unreadable, so that only that record is lost. */
async function readBlock(list: List, after: number, size: number): Promise<ScanPage> {
  let spoilt: Error
  try {
    return await readPage(list, after, size)
  } catch (failure) {
    if (!isSpoilt(failure)) throw failure
    spoilt = failure
  }
  const next = await nextId(list, after, spoilt)
  if (size === 1) return next
  const parts: ScanPage[] = []
  for (let at = after; parts.length < 10; at = parts.at(-1)!.through) {
    const part = await readBlock(list, at, size / 10)
    parts.push(part)
    if (!part.more) break
  }
  return {
    records: parts.flatMap(part => part.records),
    rejects: parts.flatMap(part => part.rejects),
    through: parts.at(-1)!.through,
    more: parts.at(-1)!.more
  }
}

/** One record can make the vendor answer its whole page with 500, or be too large to be taken. */
function isSpoilt(failure: unknown): failure is Error {
  return (
    (failure instanceof SourceUnavailable && failure.status === 500) ||
    (failure instanceof SourceUnreadable && failure.kind === 'too-large')
  )
}

async function readPage({ session, endpoint, query }: List, after: number, pageSize: number): Promise<ScanPage> {
  const response = await session.ask(endpoint, {
    query: { ...query, pageSize, pageId: after > 0 ? after : undefined },
    forwardOnly: true,
    // A smaller page is asked because a larger one failed: it shall not wait through all repeats again.
    ...(pageSize < fullPage ? { attempts: 2 } : {})
  })
  const { records, rejects } = readRecords(response.body, endpoint.path)
  let through = after
  for (const { id } of records) {
    if (Number(id) <= through) {
      throw new SourceUnreadable(`ConnectWise sent records of ${endpoint.path} again that it had sent before.`, 'shape')
    }
    through = Number(id)
  }
  return { records, rejects, through, more: hasNext(response, records.length + rejects.length, pageSize) }
}

/**
 * The id after `after`, by a question that no bad record spoils. It also tells a bad record from an instance that
 * answers nothing but 500: then it fails too, with no more requests wasted on smaller pages.
 */
async function nextId({ session, endpoint, query }: List, after: number, spoilt: Error): Promise<ScanPage> {
  const ask = {
    query: { ...query, fields: 'id', pageSize: 1, pageId: after > 0 ? after : undefined },
    forwardOnly: true
  }
  const response = await session.ask(endpoint, { ...ask, attempts: 1 }).catch(failure => {
    throw isSpoilt(failure) ? spoilt : failure
  })
  const [record] = readRecords(response.body, endpoint.path).records
  if (!record) throw spoilt
  const reason = `ConnectWise cannot send this record of ${endpoint.path} (${spoilt.message})`
  return {
    records: [],
    rejects: [{ externalId: record.id, reason }],
    through: Number(record.id),
    more: hasNext(response, 1, 1)
  }
}

/** The header is always there on forward-only answers; without it (some gateway took it off) a full page means more. */
function hasNext(response: HttpResponse, length: number, pageSize: number): boolean {
  const { link } = response.headers
  return link === undefined ? length >= pageSize : /rel="?next"?/i.test(link)
}
