/** The way of pages into the store: while one is written, the next one is read and mapped. */
import type { Page } from '../connector/contract.ts'
import { type Attempt, show, viewOfAttempt } from './attempt.ts'
import { type MappedPage, mapPage } from './map-page.ts'
import { type Entry, plan } from './plan.ts'

/** A page of so many bytes is written before the next one is read. */
const HEAVY = 8 * 1024 * 1024

/** The page under way. What a connector asks the store for waits for it. */
export interface Lane {
  written: Promise<void>
}

export interface Between {
  isDue(): boolean
  run(): Promise<void>
}

export interface Reader<P> {
  readonly pages: AsyncIterable<P>
  readonly lane: Lane
  readonly label: string
  /** The vendor's clock, in milliseconds since 1970. */
  readAt(): number
  /** Something else may come before a page, when nothing is under way. */
  readonly between?: Between
  put(page: P, mapped: MappedPage, planned: readonly Entry[]): Promise<void>
}

/** Reads to the end; every page is then durable with its position. Fails with the first page's failure that failed. */
export async function readAhead<P extends Page<unknown>>(attempt: Attempt, reader: Reader<P>): Promise<void> {
  const { desk } = attempt
  const { lane } = reader
  let before: MappedPage | undefined
  let serial = 0
  const put = async (page: P, mapped: MappedPage, planned: readonly Entry[]) => {
    await reader.put(page, mapped, planned)
    await show(attempt)
  }
  try {
    for await (const page of reader.pages) {
      desk.grip.signal.throwIfAborted()
      const { runId, at } = viewOfAttempt(attempt)
      const label = `${reader.label}-${desk.lease.token}-${serial++}`
      const mapped = mapPage(page, { syncType: desk.syncType, runId, at, readAt: reader.readAt(), label })
      if (reader.between?.isDue() || sharesIds(mapped, before)) await lane.written
      if (reader.between?.isDue()) await reader.between.run()
      let planned = await plan(attempt, mapped.answers)
      // One page waits at most, and none is written before the one before it is durable with its position.
      await lane.written
      if ([...attempt.holders].some(id => mapped.answers.has(id))) planned = await plan(attempt, mapped.answers)
      attempt.holders.clear()
      desk.grip.signal.throwIfAborted()
      lane.written = put(page, mapped, planned)
      // It is met above or below; until then the reading goes on.
      lane.written.catch(() => {})
      if (mapped.bytes > HEAVY) await lane.written
      before = mapped
    }
  } finally {
    // Whatever ended the reading: the page under way comes first, with its position or with its failure.
    await lane.written
  }
}

/** A record that is in both pages has to be compared with what the first of them leaves. */
function sharesIds(one: MappedPage, other: MappedPage | undefined): boolean {
  if (other) for (const id of one.answers.keys()) if (other.answers.has(id)) return true
  return false
}
