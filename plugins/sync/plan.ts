/** What a page's answers come to, compared with what the store has. */
import type { Answer, Judgement } from '../entities/answer.ts'
import { partOf } from '../entities/client-record.ts'
import { judge } from '../entities/judge.ts'
import type { ClientRecord, LossRow } from '../storage/port.ts'
import { type Attempt, viewOfAttempt } from './attempt.ts'

/** Clients in one call of the store. */
export const BATCH = 1000

/** What becomes of one id, reckoned from what was stored of it. */
export interface Entry {
  readonly id: string
  readonly answer: Answer
  readonly stored: ClientRecord | undefined
  readonly judgement: Judgement
  /** What waits of it already. */
  readonly row: LossRow | undefined
}

/**
 * Judges what the store has of these ids.
 * @param rowed ids that have a row of losses, whatever their clients say: a crash may have come between the two
 */
export async function plan(
  attempt: Attempt,
  answers: ReadonlyMap<string, Answer>,
  ids: readonly string[] = [...answers.keys()],
  rowed: ReadonlySet<string> = new Set()
): Promise<Entry[]> {
  if (ids.length === 0) return []
  const { store } = attempt.desk.parts
  const { connectionId, id: installationId } = attempt.desk.installation
  const view = viewOfAttempt(attempt)
  const stored = new Map<string, ClientRecord>()
  for (let from = 0; from < ids.length; from += BATCH)
    for (const record of await store.clients.load(connectionId, ids.slice(from, from + BATCH)))
      stored.set(record.externalId, record)
  const judged = ids.map(id => ({ id, judgement: judge(stored.get(id), id, answers.get(id)!, view) }))
  const waiting = judged.filter(
    ({ id, judgement }) => judgement.losses.length > 0 || rowed.has(id) || isWaiting(stored.get(id), installationId)
  )
  const rows = new Map<string, LossRow>()
  if (waiting.length > 0)
    for (const row of await store.losses.of(
      installationId,
      waiting.map(({ id }) => id)
    ))
      rows.set(row.externalId, row)
  return judged.map(({ id, judgement }) => ({
    id,
    answer: answers.get(id)!,
    stored: stored.get(id),
    judgement,
    row: rows.get(id)
  }))
}

function isWaiting(stored: ClientRecord | undefined, installationId: string): boolean {
  return (partOf(stored, installationId)?.open.length ?? 0) > 0
}
