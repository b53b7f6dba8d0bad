/** Reads a list in the order of ids, the only order in which no record moves between pages while others change. */
import { SourceUnavailable, SourceUnreadable } from '../failures.ts'
import { type Found, joined, readRecords, suspicious, type VendorRecord } from './records.ts'

/** What the reader asks of a vendor's list. */
export interface PageAsk {
  /** Entries beyond this id; 0: from the beginning. */
  readonly after: number
  readonly size: number
  /** Nothing but ids: a question that no bad record spoils. */
  readonly idsOnly: boolean
  /** How often the request is tried; absent: as usual. */
  readonly attempts?: number | undefined
}

export interface PageAnswer {
  /** As the vendor sent them. */
  readonly entries: unknown
  /** undefined: the vendor does not say; a full page then means more. */
  readonly more?: boolean | undefined
}

/** A list of a vendor that can be read by keyset; made for one question. */
export interface KeysetList {
  /** In words, after the vendor's name: "Desk: contacts". */
  readonly what: string
  /** The vendor's largest page. */
  readonly fullPage: number
  /** Pages that can be had, by `what`, where they are smaller than the largest: kept as long as a session. */
  readonly pageSizes: Map<string, number>
  page(ask: PageAsk): Promise<PageAnswer>
  /** The check on our side: false for what was not asked for, which ends the read. Ids alone are not checked. */
  wanted?(record: VendorRecord): boolean
  /** Why a record cannot be used, if it lacks what it is needed for. */
  readonly lacks?: ((record: VendorRecord) => string | undefined) | undefined
  /** It would be odd if there were nothing: an empty list is asked for once more. */
  readonly neverEmpty?: boolean
}

export interface ScanPage extends Found {
  /** Everything up to this id has been read. */
  readonly through: number
  /** The vendor says that more follows. */
  readonly more: boolean
}

/** Reads a list after an id. Always gives at least one page. */
export async function* scan(list: KeysetList, from = 0): AsyncGenerator<ScanPage> {
  let after = from
  for (let promised = list.neverEmpty === true; ; promised = true) {
    const read = () => readBlock(list, after, list.pageSizes.get(list.what) ?? list.fullPage)
    let page = await read()
    // Nothing where more was promised: the rest was deleted meanwhile, or the page is lost. Asked again, it shows; and
    // so does what was hidden of every record for a moment.
    const { length } = page.unusable
    if (page.records.length === 0 && ((promised && length === 0) || length >= suspicious)) page = await read()
    if (page.more && page.through === after)
      throw new SourceUnreadable(`${list.what}: a page came that leads nowhere.`, 'shape')
    yield page
    if (!page.more) return
    after = page.through
  }
}

/** All of a list that is known to be small enough to hold. */
export async function readAll(list: KeysetList): Promise<Found> {
  const pages: Found[] = []
  for await (const page of scan(list)) pages.push(page)
  return joined(pages)
}

/** One page and no more, for samples. */
export async function readSome(list: KeysetList, size: number): Promise<readonly VendorRecord[]> {
  return (await readPage(list, { after: 0, size, idsOnly: false })).records
}

/** A page, in smaller pieces if it cannot be had whole, so that only the record is lost that spoils it. */
async function readBlock(list: KeysetList, after: number, size: number): Promise<ScanPage> {
  let failure: Error
  try {
    // A smaller page is asked because a larger one failed: it shall not wait through all repeats again.
    const attempts = size < list.fullPage ? { attempts: 2 } : {}
    return await readPage(list, { after, size, idsOnly: false, ...attempts })
  } catch (error) {
    if (!isTooMuch(error)) throw error
    failure = error
  }
  const next = await readNext(list, after, failure)
  if (size === 1 || next.unusable.length === 0) return next
  const piece = Math.ceil(size / 10)
  const parts: ScanPage[] = []
  for (let at = after; parts.length < 10; at = parts.at(-1)!.through) {
    parts.push(await readBlock(list, at, piece))
    if (!parts.at(-1)!.more) break
  }
  const { through, more } = parts.at(-1)!
  const whole = { ...joined(parts), through, more }
  // It was the size and no record.
  if (whole.unusable.length === 0) list.pageSizes.set(list.what, Math.max(piece, 10))
  return whole
}

/** One record can make a vendor answer its whole page with 500; a page can also be too much to be made or sent in time. */
export function isTooMuch(failure: unknown): failure is Error {
  if (failure instanceof SourceUnreadable) return failure.kind === 'too-large'
  return failure instanceof SourceUnavailable && (failure.timedOut || [500, 502, 504].includes(failure.status ?? 0))
}

async function readPage(list: KeysetList, ask: PageAsk): Promise<ScanPage> {
  const { entries, more } = await list.page(ask)
  const { records, unusable } = readRecords(entries, list.what)
  let through = ask.after
  for (const record of records) {
    if (Number(record.id) <= through)
      throw new SourceUnreadable(`${list.what}: records came again that had come before.`, 'shape')
    through = Number(record.id)
    if (!ask.idsOnly && list.wanted?.(record) === false)
      throw new SourceUnreadable(`${list.what}: records came that were not asked for.`, 'shape')
  }
  const goesOn = more ?? records.length + unusable.length >= ask.size
  if (!list.lacks || ask.idsOnly) return { records, unusable, through, more: goesOn }
  const usable = records.filter(record => {
    const reason = list.lacks!(record)
    if (reason !== undefined) unusable.push({ id: record.id, reason, payload: record })
    return reason === undefined
  })
  return { records: usable, unusable, through, more: goesOn }
}

/**
 * What stands after `after`, by a question that no bad record spoils: as unusable, or nothing if there is nothing. It
 * also tells a bad record from a vendor that answers nothing at all: then it fails too, with no more requests wasted.
 */
async function readNext(list: KeysetList, after: number, failure: Error): Promise<ScanPage> {
  const page = await readPage(list, { after, size: 1, idsOnly: true, attempts: 1 }).catch(again => {
    throw isTooMuch(again) ? failure : again
  })
  const unusable = page.records.map(record => ({
    id: record.id,
    reason: `${list.what}: record ${record.id} cannot be sent (${failure.message})`,
    payload: record
  }))
  return { ...page, records: [], unusable }
}
