/**
 * An agreement is live at one client. If another one still has it, the new one is written without it, the other's is a
 * loss like any, and the new one is looked at again once that is taken.
 */
import type { SyncType } from '../connector/contract.ts'
import type { Answer } from '../entities/answer.ts'
import { isOfAgreement } from '../entities/stamps.ts'
import { moved } from '../entities/waiting.ts'
import type { ClientWrite, LossRow, PageResult } from '../storage/port.ts'
import { type Attempt, viewOfAttempt } from './attempt.ts'
import type { Entry } from './plan.ts'
import { stagedRow } from './staging.ts'

/** What a repeated write is done with. */
export interface Moves {
  readonly answers: Map<string, Answer>
  /** Agreements that were left out: they do not count as seen. */
  readonly leftOut: readonly string[]
  /** Writes at the former holders, and what they lose. */
  readonly clients: readonly ClientWrite[]
  readonly losses: readonly LossRow[]
}

export async function movesOf(
  attempt: Attempt,
  conflicts: PageResult['conflicts'],
  again: readonly Entry[],
  before: Moves | undefined
): Promise<Moves> {
  const answers = new Map(again.map(({ id, answer }) => [id, answer]))
  if (before) for (const [id, answer] of before.answers) if (!answers.has(id)) answers.set(id, answer)
  const { desk } = attempt
  const { store } = desk.parts
  const view = viewOfAttempt(attempt)
  const leftOut = [...(before?.leftOut ?? [])]
  const clients: ClientWrite[] = []
  const losses: LossRow[] = []
  for (const { id, agreement, holder } of conflicts) {
    const entry = again.find(({ judgement }) => judgement.next?.id === id)
    const stored = await store.clients.get(desk.lease.tenant, holder)
    if (!entry || !stored) continue
    const judgement = moved(stored, agreement, view)
    if (judgement.next) clients.push({ id: stored.id, expectedRev: stored.rev, record: judgement.next })
    const isHeldByNobody = judgement.losses.length === 0 && judgement.next !== null
    if (isHeldByNobody) continue
    const answer = answers.get(entry.id)!
    if (answer.kind === 'takes-part') answers.set(entry.id, without(answer, agreement, desk.syncType.madeOf))
    attempt.moved.add(entry.id)
    leftOut.push(agreement)
    const [row] = await store.losses.of(desk.installation.id, [stored.externalId])
    const items = row && row.state !== 'taken' ? row.items : []
    if (judgement.losses.every(({ key }) => items.some(item => item.key === key))) continue
    losses.push(stagedRow(attempt, stored, [...items, ...judgement.losses]))
    if (row?.state === 'held') desk.holdChanged = true
  }
  return { answers, leftOut, clients, losses }
}

/** As if the vendor had not listed it: it has no stamp either, so that it is new to the next look. */
function without(answer: Answer & { kind: 'takes-part' }, agreement: string, madeOf: SyncType['madeOf']): Answer {
  const { contribution, stamps, hash } = answer
  return {
    ...answer,
    hash: `${hash} without ${agreement}`,
    contribution: {
      ...contribution,
      agreements: (contribution.agreements ?? []).filter(({ externalId }) => externalId !== agreement)
    },
    stamps: Object.fromEntries(Object.entries(stamps).filter(([key]) => !isOfAgreement(key, agreement, madeOf)))
  }
}
