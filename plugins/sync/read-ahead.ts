/** The way of a read's pages into the store: while one is written, the next one is read, mapped and planned. */
import type { CallContext, Checkpoint, Page, ReadContext, Stamps } from '../connector/contract.ts'
import type { Attempt } from './attempt.ts'
import { keepProgress } from './progress.ts'
import { addTally } from './receipt.ts'
import { stageMissing } from './sweep.ts'
import { type MappedPage, mapPage, type Plan, planPage, putPage } from './write-page.ts'

export interface ReadToEnd {
  /** The last one given; null: none was. */
  readonly checkpoint: Checkpoint | null
  /** What the vendor counts at the end; null: it was not asked. */
  readonly sourceCount: number | null
}

/** Reads to the end; every page is then durable with its position. Fails with the first page's failure that failed. */
export async function readAhead(attempt: Attempt, context: CallContext): Promise<ReadToEnd> {
  const { syncType, writer, installation, hold } = attempt
  /** The page that is being written while the next one is read and mapped. */
  let ahead: { readonly mapped?: MappedPage; readonly written: Promise<void> } = { written: Promise.resolve() }
  const resumeAt = attempt.pass ? attempt.pass.checkpoint : installation.checkpoint
  const reading: ReadContext = Object.assign(Object.create(context), {
    mode: attempt.run.mode,
    checkpoint: resumeAt ?? undefined,
    async known(ids: readonly string[]) {
      await ahead.written
      return known(attempt, ids)
    }
  })
  let checkpoint: Checkpoint | null = null
  let sourceCount: number | null = null
  let serial = 0
  try {
    for await (const page of syncType.read(reading)) {
      hold.signal.throwIfAborted()
      const mapped = mapPage(writer, page, `page-${writer.lease.token}-${serial++}`)
      if (sharesIds(mapped, ahead.mapped)) await ahead.written
      const plan = await planPage(writer, mapped)
      // One page waits at most, and none is written before the one before it is durable with its position.
      await ahead.written
      hold.signal.throwIfAborted()
      checkpoint = page.checkpoint ?? checkpoint
      sourceCount = page.sourceCount ?? sourceCount
      ahead = { mapped, written: putNext(attempt, page, mapped, plan) }
      // It is met above or below; until then the reading goes on.
      ahead.written.catch(() => {})
    }
  } finally {
    // Whatever ended the reading: the page under way comes first, with its position or with its failure.
    await ahead.written
  }
  return { checkpoint, sourceCount }
}

async function putNext<S>(attempt: Attempt, page: Page<S>, mapped: MappedPage, plan: Plan): Promise<void> {
  const { writer, pass, tally } = attempt
  if (pass) await stageMissing(writer, page, pass.generation)
  addTally(tally, await putPage(writer, mapped, plan))
  await keepProgress(attempt, page.checkpoint, page.expected)
}

/** A record that is in both pages has to be compared with what the first of them leaves. */
function sharesIds(one: MappedPage, other: MappedPage | undefined): boolean {
  if (other) for (const id of one.verdicts.keys()) if (other.verdicts.has(id)) return true
  return false
}

async function known({ parts, installation }: Attempt, ids: readonly string[]): Promise<ReadonlyMap<string, Stamps>> {
  const found = new Map<string, Stamps>()
  for (let from = 0; from < ids.length; from += 1000) {
    for (const record of await parts.store.clients.load(installation.connectionId, ids.slice(from, from + 1000))) {
      const part = record.parts.find(({ installationId }) => installationId === installation.id)
      if (part?.status === 'active') found.set(record.externalId, part.stamps)
    }
  }
  return found
}
