/**
 * The second look: each client that would lose something is read once more by id, with all its children. What both
 * looks agree on may go; what the second one does not say stays.
 */
import { randomInt } from 'node:crypto'
import type { CallContext } from '../connector/contract.ts'
import { keysOf } from '../entities/loss.ts'
import { withdrawn } from '../entities/waiting.ts'
import type { LossRow } from '../storage/port.ts'
import { type Attempt, contextOf, show, viewOfAttempt } from './attempt.ts'
import { hold, limitOf } from './gate.ts'
import { mapPage } from './map-page.ts'
import { plan } from './plan.ts'
import { asksForSettings } from './resolve.ts'
import { changeClients, eachRow, putRows, ROWS } from './rows.ts'
import { lookingRule, POLL, type RowRule } from './staging.ts'
import { vendorNow } from './vendor-clock.ts'
import { putPage } from './write-page.ts'

/** More than so many are not all looked at if a person is asked about them anyway: the look comes with the approval. */
const MANY = 2 * ROWS

/** Looks at what `by` has staged; the rest of what a person will be asked about is held without. */
export async function look(attempt: Attempt, between: () => Promise<void>): Promise<void> {
  const mine = { states: ['staged'], by: attempt.by } as const
  const ids: string[] = []
  let leaves = false
  await eachRow(attempt, mine, async rows => {
    for (const { externalId, items } of rows) {
      ids.push(externalId)
      leaves ||= items.some(item => item.leaves)
    }
  })
  if (ids.length === 0) return
  const unresolved = leaves && (await asksForSettings(attempt))
  const context = contextOf(attempt, 'look')
  try {
    const over = ids.length > MANY ? await overLimit(attempt) : []
    if (over.length > MANY && (await areConfirmed(attempt, context, over))) {
      const waits = new Set(over)
      await eachRow(attempt, mine, rows =>
        hold(
          attempt,
          rows.filter(({ externalId }) => waits.has(externalId))
        )
      )
    }
    // What the vendor says nothing of, poll after poll, does not make each of them long.
    let older = ROWS
    await eachRow(attempt, mine, async rows => {
      const known = rows.filter(({ items }) => !unresolved || !items.some(item => item.leaves))
      await leaveToPolls(
        attempt,
        rows.filter(row => !known.includes(row))
      )
      const due = known.filter(({ at }) => attempt.by !== POLL || at >= attempt.run.startedAt || older-- > 0)
      await lookAt(attempt, context, due)
      if (attempt.by === POLL) await lookAt(attempt, context, await leftByTheLast(attempt, due))
      await between()
    })
  } finally {
    context.dispose()
  }
}

/**
 * Of these, clients of whose agreements the second look has shown that the last one has moved. What differs is left to
 * the next poll, but an agreement is at its new client by the end of the run that sees it there.
 */
async function leftByTheLast({ desk }: Attempt, rows: readonly LossRow[]): Promise<LossRow[]> {
  const awaited = rows.filter(({ items }) => items.some(({ awaitedBy }) => awaitedBy))
  if (awaited.length === 0) return []
  const ids = awaited.map(({ externalId }) => externalId)
  const now = await desk.parts.store.losses.of(desk.installation.id, ids)
  return now.filter(({ state, items }) => state === 'staged' && items.some(({ leaves }) => leaves))
}

/** Reads these by id and judges them again; those of which the vendor says nothing stay for the next poll. */
export async function lookAt(
  attempt: Attempt,
  context: CallContext,
  rows: readonly LossRow[],
  rule: RowRule = lookingRule(attempt)
): Promise<void> {
  const { desk } = attempt
  const silent = new Map(rows.map(row => [row.externalId, row]))
  if (silent.size === 0) return
  const rowed = new Set(silent.keys())
  let serial = 0
  for await (const page of desk.syncType.lookup(context, [...silent.keys()])) {
    desk.grip.signal.throwIfAborted()
    const { at, runId } = viewOfAttempt(attempt)
    const label = `look-${rows[0]!.externalId}-${serial++}`
    const mapped = mapPage(page, {
      syncType: desk.syncType,
      runId,
      at,
      readAt: vendorNow(desk.parts.now(), context),
      label
    })
    const planned = await plan(attempt, mapped.answers, [...mapped.answers.keys()], rowed)
    await putPage(attempt, mapped, planned, { rows: rule })
    for (const id of mapped.answers.keys()) silent.delete(id)
    const setAside = [...silent.values()].filter(({ externalId }) => mapped.present.has(externalId))
    for (const { externalId } of setAside) silent.delete(externalId)
    await withdraw(attempt, setAside)
    await show(attempt)
  }
  await leaveToPolls(attempt, [...silent.values()])
}

/** The next poll looks at them. */
async function leaveToPolls(attempt: Attempt, rows: readonly LossRow[]): Promise<void> {
  const left = rows.filter(({ state, by }) => state === 'staged' && by !== POLL)
  await putRows(
    attempt,
    left.map(row => ({ ...row, by: POLL }))
  )
}

/** Ids whose losses would wait for a person if the second look agreed. */
async function overLimit(attempt: Attempt): Promise<string[]> {
  const limit = await limitOf(attempt, ['staged', 'looked', 'passed', 'taken'])
  const over: string[] = []
  await eachRow(attempt, { states: ['staged'], by: attempt.by }, async rows => {
    for (const row of rows) if (limit.holds(row)) over.push(row.externalId)
  })
  return over
}

/** Looks at some of them, taken at random. */
async function areConfirmed(attempt: Attempt, context: CallContext, ids: readonly string[]): Promise<boolean> {
  const { losses } = attempt.desk.parts.store
  const chosen = new Set<string>()
  while (chosen.size < ROWS) chosen.add(ids[randomInt(ids.length)]!)
  const rows = () => losses.of(attempt.desk.installation.id, [...chosen])
  await lookAt(attempt, context, await rows())
  const confirmed = (await rows()).filter(({ state }) => state === 'looked')
  return confirmed.length === chosen.size
}

/** What could not be read is kept, and nothing waits of it. */
async function withdraw(attempt: Attempt, rows: readonly LossRow[]): Promise<void> {
  if (rows.length === 0) return
  const view = viewOfAttempt(attempt)
  await changeClients(attempt, rows, view, (client, { items }) => withdrawn(client, keysOf(items), view))
  await putRows(
    attempt,
    [],
    rows.map(({ externalId }) => externalId)
  )
}
