/** The end of a pass and of a poll: what they would take away is looked at again, weighed, and taken. */

import type { Progress } from '../storage/port.ts'
import { type Attempt, contextOf, viewOfAttempt } from './attempt.ts'
import { commit } from './desk.ts'
import { noEngineEvents } from './events.ts'
import { gate, takenForGood } from './gate.ts'
import { recount } from './hold.ts'
import { look } from './look.ts'
import { mapPage } from './map-page.ts'
import { plan } from './plan.ts'
import { eachRow } from './rows.ts'
import { POLL } from './staging.ts'
import { addUpTaken, forgetTaken, take } from './take.ts'
import { vendorNow } from './vendor-clock.ts'
import { putPage } from './write-page.ts'

/** @param between where something else may come first */
export async function takeLosses(attempt: Attempt, between: () => Promise<void> = async () => {}): Promise<void> {
  if (await isAnythingLost(attempt)) await goThrough(attempt, between)
  await recount(attempt.desk)
  attempt.tally.counts.held = attempt.desk.installation.hold?.clients ?? 0
}

async function isAnythingLost({ desk, by }: Attempt): Promise<boolean> {
  const states = ['staged', 'looked', 'passed', 'taken'] as const
  return (await desk.parts.store.losses.list(desk.installation.id, { states, by }, null, 1)).length > 0
}

async function goThrough(attempt: Attempt, between: () => Promise<void>): Promise<void> {
  await look(attempt, between)
  await gate(attempt)
  await take(attempt, between)
  await lookAtMoved(attempt)
  const took = await addUpTaken(attempt)
  const { counts } = attempt.tally
  counts.inactivated += took.inactivated
  counts.gone += took.gone
  attempt.run = { ...attempt.run, took: took.kinds }
}

/** The receipt is on record: what it counts is over. `progress` moves the position with it. */
export async function concludeLosses(attempt: Pick<Attempt, 'desk' | 'by' | 'run'>, progress: Progress): Promise<void> {
  const { desk, by } = attempt
  const reserved = desk.installation.taken.some(entry => entry.by === by)
  await commit(desk, { ...progress, ...(reserved && { taken: takenForGood(attempt) }) })
  // What goes and is not less (a cost that rises) is in no count, but it was let through.
  if (!reserved && Object.keys(attempt.run.took).length === 0) return
  await forgetTaken(desk, by)
  const { connector, syncType } = desk.installation
  ;(desk.parts.events ?? noEngineEvents).lossesTaken({ connector, syncType }, attempt.run.took)
}

/** Clients that could not have an agreement as long as another one had it. */
async function lookAtMoved(attempt: Attempt): Promise<void> {
  const found = new Set<string>()
  // From the rows: a crash between taking and looking forgets nobody.
  await eachRow(attempt, { states: ['taken'], by: attempt.by }, async rows => {
    for (const { awaitedBy = [] } of rows.flatMap(({ items }) => items)) for (const id of awaitedBy) found.add(id)
  })
  const ids = [...found]
  if (ids.length === 0) return
  const { desk } = attempt
  // The end of this one is over: what they would lose is looked at by the next poll.
  const later: Attempt = { ...attempt, by: POLL }
  const context = contextOf(attempt, 'look')
  try {
    let serial = 0
    for await (const page of desk.syncType.lookup(context, ids)) {
      const { at, runId } = viewOfAttempt(attempt)
      const readAt = vendorNow(desk.parts.now(), context)
      const mapped = mapPage(page, { syncType: desk.syncType, runId, at, readAt, label: `moved-${serial++}` })
      await putPage(later, mapped, await plan(later, mapped.answers))
    }
  } finally {
    context.dispose()
  }
}
