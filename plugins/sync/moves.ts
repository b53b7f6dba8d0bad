/**
 * An agreement is live at one client. If another one still has it, the new one is written without it, the other's is a
 * loss like any, and the new one is looked at again once that is taken.
 */
import type { SyncType } from '../connector/contract.ts'
import type { Answer } from '../entities/answer.ts'
import { type Loss, stillAwaited } from '../entities/loss.ts'
import { isOfAgreement } from '../entities/stamps.ts'
import { moved } from '../entities/waiting.ts'
import type { ClientRecord, ClientWrite, LossRow, PageResult, SeenRow } from '../storage/port.ts'
import { type Attempt, viewOfAttempt } from './attempt.ts'
import { clientWrite } from './client-write.ts'
import type { Entry } from './plan.ts'
import { stagedRow } from './staging.ts'

/** What a repeated write is done with. */
export interface Moves {
  readonly answers: Map<string, Answer>
  /** Agreements that clients could not have: looked at, so that no poll reads them again before they are free. */
  readonly seen: readonly SeenRow[]
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
  const view = viewOfAttempt(attempt)
  const seen = [...(before?.seen ?? [])]
  const holders = new Map<string, Holder>()
  for (const { id, agreement, holder: holderId } of conflicts) {
    const entry = again.find(({ judgement }) => judgement.next?.id === id)
    const holder = holders.get(holderId) ?? (await holderOf(attempt, holderId))
    if (!entry || !holder) continue
    holders.set(holderId, holder)
    attempt.holders.add(holder.stored.externalId)
    const leaves = holder.row?.items.some(item => item.leaves)
    const judgement = leaves ? null : moved(holder.client, agreement, view)
    holder.client = judgement?.next ?? holder.client
    const isHeldByNobody = judgement !== null && judgement.losses.length === 0 && judgement.next !== null
    if (isHeldByNobody) continue
    const answer = answers.get(entry.id)!
    if (answer.kind === 'takes-part') {
      answers.set(entry.id, without(answer, agreement, desk.syncType.madeOf))
      seen.push(...seenOf(answer, agreement, desk.syncType.madeOf, view.at))
    }
    // When the holder leaves, its agreements are free: it is enough to know who waits.
    awaits(attempt, holder, judgement?.losses ?? [], entry.id)
  }
  const changed = [...holders.values()]
  return {
    answers,
    seen,
    clients: changed.flatMap(({ stored, client }) => (client === stored ? [] : [clientWrite(stored, client, view)])),
    losses: changed.flatMap(({ row, formerRow }) => (row && row !== formerRow ? [row] : []))
  }
}

/** Who has agreements that others want, as stored and as it will be: it may be more than one. */
interface Holder {
  readonly stored: ClientRecord
  client: ClientRecord
  readonly formerRow: LossRow | undefined
  row: LossRow | undefined
}

async function holderOf({ desk }: Attempt, id: string): Promise<Holder | undefined> {
  const { store } = desk.parts
  const stored = await store.clients.get(desk.lease.tenant, id)
  if (!stored) return undefined
  const [row] = await store.losses.of(desk.installation.id, [stored.externalId])
  return { stored, client: stored, formerRow: row, row: row?.state === 'taken' ? undefined : row }
}

/** What is on its way already stays where it is, only that somebody waits for it. */
function awaits(attempt: Attempt, holder: Holder, losses: readonly Loss[], by: string): void {
  const { row, client } = holder
  const items = row?.items ?? []
  const fresh = losses.filter(({ key }) => !items.some(item => item.key === key))
  const awaited = stillAwaited([...items, ...fresh], [], [by])
  if (fresh.length > 0) {
    if (row?.state === 'held') attempt.desk.holdChanged = true
    holder.row = stagedRow(attempt, client, awaited)
  } else if (row && !items.some(({ awaitedBy }) => awaitedBy?.includes(by)))
    holder.row = { ...row, items: awaited, token: attempt.desk.lease.token }
}

function seenOf({ stamps }: Looked, agreement: string, { agreements = [] }: SyncType['madeOf'], at: string): SeenRow[] {
  const keys = agreements.map(kind => `${kind}:${agreement}`).filter(key => key in stamps)
  return keys.map(key => ({ key, stamps: { [key]: stamps[key]! }, leftOut: null, setAside: null, at }))
}

type Looked = Answer & { kind: 'takes-part' }

/** As if the vendor had not listed it: it has no stamp either, so that it is new to the next look. */
function without(answer: Looked, agreement: string, madeOf: SyncType['madeOf']): Answer {
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
