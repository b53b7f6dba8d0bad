/** What becomes of the row of losses of a client that was judged. */
import { agree, type Loss, sameLosses, stillAwaited } from '../entities/loss.ts'
import type { ClientRecord, LossRow } from '../storage/port.ts'
import { type Attempt, viewOfAttempt } from './attempt.ts'
import type { Entry } from './plan.ts'

/** A row to put in its place; settle: it goes, nothing waits; withdraw: it goes, and what is stored stays for now; leave: as it is. */
export type RowRule = (entry: Entry) => LossRow | 'settle' | 'withdraw' | 'leave'

/** All losses of polls, whichever run staged them: what one leaves the next one takes up. */
export const POLL = 'poll'

/** The first look: what is lost waits for the end of this pass or poll, unless it is on its way already. */
export function stagingRule(attempt: Attempt): RowRule {
  return ({ judgement, stored, row }) => {
    const { losses } = judgement
    if (losses.length === 0) return row ? 'settle' : 'leave'
    if (row && isUnderWay(attempt, row) && sameLosses(row.items, losses)) return 'leave'
    return stagedRow(attempt, (judgement.next ?? stored)!, stillAwaited(losses, row?.items))
  }
}

const approvedLoss = (loss: Loss): Loss => ({ ...loss, approved: true })

export function stagedRow(attempt: Attempt, client: ClientRecord, items: readonly Loss[]): LossRow {
  const { pass } = attempt.desk.installation
  // The end of a pass goes once through what the pass has staged: what comes up in it is the next poll's.
  const isEnding = pass?.id === attempt.by && pass.stage === 'ending'
  const { installationId, token, at } = viewOfAttempt(attempt)
  return {
    installationId,
    externalId: client.externalId,
    clientId: client.id,
    clientName: client.profile.name,
    items,
    state: 'staged',
    by: isEnding ? POLL : attempt.by,
    token,
    at
  }
}

/** Nobody else would come back to the rows that a dropped pass has left. */
function isUnderWay({ desk }: Attempt, { state, by }: LossRow): boolean {
  if (state === 'taken') return false
  return state === 'held' || by === POLL || by === desk.installation.pass?.id
}

/**
 * The second look: what it says too can go. What differs is a first look at something else, and what could not be
 * read is kept.
 */
export function lookingRule(attempt: Attempt): RowRule {
  const first = stagingRule(attempt)
  return entry => {
    const { row, judgement, answer } = entry
    if (row?.state !== 'staged') return first(entry)
    const isRead = answer.kind !== 'unread' && judgement.effect !== 'set-aside'
    if (!isRead) return 'withdraw'
    if (judgement.losses.length === 0) return 'settle'
    const { token, at } = viewOfAttempt(attempt)
    const former = judgement.losses.map(loss => row.items.find(item => agree(item, loss)))
    const losses = stillAwaited(judgement.losses, row.items)
    const items = losses.map((loss, index) => (former[index]?.approved ? approvedLoss(loss) : loss))
    // Of a row that a person has decided on, what they did not agree to waits again when the rest is taken.
    const isSame = former.every(item => item !== undefined) || items.some(({ approved }) => approved)
    return isSame ? { ...row, items, token, state: 'looked' } : { ...row, items, token, by: POLL, at }
  }
}
