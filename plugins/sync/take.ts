/** Takes away what the gate has let through, and adds up what was taken. Each step may be cut and repeated. */
import { isLess, type LossKind } from '../entities/loss.ts'
import { takeAway } from '../entities/take-away.ts'
import type { Run } from '../storage/port.ts'
import { type Attempt, viewOfAttempt } from './attempt.ts'
import type { Desk } from './desk.ts'
import { changeClients, eachRow, itemsThatGo, itemsThatWait, takeFromRows } from './rows.ts'

export async function take(attempt: Attempt, between: () => Promise<void>): Promise<void> {
  const { desk, by } = attempt
  await eachRow(attempt, { states: ['passed'], by }, async rows => {
    const view = viewOfAttempt(attempt)
    await changeClients(attempt, rows, view, (client, row) => takeAway(client, itemsThatGo(row), view))
    // Only now: a row that is marked counts as taken, and is not looked at again.
    await desk.parts.store.losses.mark(
      desk.lease,
      rows.map(({ externalId }) => externalId),
      'taken'
    )
    await between()
  })
}

export interface Took {
  readonly kinds: Run['took']
  readonly inactivated: number
  readonly gone: number
}

/** Added up from the rows that are marked, so that no crash counts anything twice or not at all. */
export async function addUpTaken(attempt: Attempt): Promise<Took> {
  const kinds: Partial<Record<LossKind, number>> = {}
  let inactivated = 0
  let gone = 0
  await eachRow(attempt, { states: ['taken'], by: attempt.by }, async rows => {
    for (const item of rows.flatMap(itemsThatGo)) {
      if (isLess(item)) kinds[item.kind] = (kinds[item.kind] ?? 0) + 1
      if (item.leaves?.status === 'inactive') inactivated++
      if (item.leaves?.status === 'gone') gone++
    }
  })
  return { kinds, inactivated, gone }
}

/** All is counted: the rows go. */
export async function forgetTaken(desk: Desk, by: string): Promise<void> {
  await eachRow({ desk }, { states: ['taken'], by }, rows =>
    takeFromRows(
      { desk },
      rows,
      (item, row) => !itemsThatWait(row).includes(item),
      row => ({ ...row, state: 'held' })
    )
  )
}
