/**
 * Puts a mapped page in place: judged against what is stored, losses staged, clients by compare-and-set, the position
 * last. Safe to cut anywhere and to repeat.
 */
import { takesPart, type Viewpoint } from '../entities/client-record.ts'
import { withdrawn } from '../entities/waiting.ts'
import { errors } from '../errors.ts'
import type { LossRow, PageWrite, Progress, SeenRow } from '../storage/port.ts'
import { type Attempt, viewOfAttempt } from './attempt.ts'
import { clientWrite } from './client-write.ts'
import type { MappedPage } from './map-page.ts'
import { type Moves, movesOf } from './moves.ts'
import { BATCH, type Entry, plan } from './plan.ts'
import { newTally, sumOfTallies, type Tally } from './receipt.ts'
import { type RowRule, stagingRule } from './staging.ts'

const MAX_ROUNDS = 8

export interface Putting {
  /** What becomes of the rows of losses. @default they are staged */
  readonly rows?: RowRule
  /** What is to be kept when all of the page is durable, told what it comes to. */
  progress?(page: Tally): Progress
}

/** @returns what it comes to, for the receipt */
export async function putPage(
  attempt: Attempt,
  page: Pick<MappedPage, 'seen' | 'rejects' | 'tally'>,
  planned: readonly Entry[],
  putting: Putting = {}
): Promise<Tally> {
  const { seen, rejects } = page
  let tally = page.tally
  for (let from = 0; from === 0 || from < planned.length; from += BATCH) {
    const isLast = from + BATCH >= planned.length
    const batch = planned.slice(from, from + BATCH)
    const before = tally
    const more = {
      seen: isLast ? seen : [],
      rejects: isLast ? rejects : [],
      progress: (batchTally: Tally) => (isLast ? (putting.progress?.(sumOfTallies(before, batchTally)) ?? null) : null)
    }
    tally = sumOfTallies(before, await putBatch(attempt, batch, more, putting.rows ?? stagingRule(attempt)))
  }
  return tally
}

interface More extends Pick<PageWrite, 'seen' | 'rejects'> {
  progress(batch: Tally): Progress | null
}

async function putBatch(attempt: Attempt, batch: readonly Entry[], more: More, rule: RowRule): Promise<Tally> {
  const { desk } = attempt
  const { store } = desk.parts
  let entries = batch
  let moves: Moves | undefined
  const written: Entry[] = []
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const tally = newTally()
    for (const entry of [...written, ...entries]) count(tally, entry)
    const progress = more.progress(tally)
    const page = pageOf(attempt, entries, more, rule, moves)
    desk.grip.assertHeld()
    const isEmpty = progress === null && Object.values(page).every(part => (part as unknown[]).length === 0)
    const { lost, conflicts } = isEmpty
      ? { lost: [], conflicts: [] }
      : await store.clients.write(desk.lease, { ...page, progress })
    if (page.clients.some(({ entry }) => entry)) attempt.wrote.changes = true
    const open = new Set([...lost, ...conflicts.map(({ id }) => id)])
    const again = entries.filter(({ judgement: { next } }) => next !== null && open.has(next.id))
    written.push(...entries.filter(entry => !again.includes(entry)))
    if (open.size === 0) return tally
    moves = await movesOf(attempt, conflicts, again, moves)
    entries = await plan(
      attempt,
      moves.answers,
      again.map(({ id }) => id)
    )
  }
  throw new errors.HOST_ERR_CONFLICT()
}

function pageOf(
  attempt: Attempt,
  entries: readonly Entry[],
  { seen, rejects }: More,
  rule: RowRule,
  moves: Moves | undefined
): Omit<PageWrite, 'progress'> {
  const view = viewOfAttempt(attempt)
  const losses: LossRow[] = [...(moves?.losses ?? [])]
  const settled: string[] = []
  const clients = [...(moves?.clients ?? [])]
  const looked: SeenRow[] = []
  const unseen: string[] = []
  for (const entry of entries) {
    const { id, answer, stored, judgement, row } = entry
    let { next } = judgement
    const verdict = rule(entry)
    if (verdict === 'settle' || verdict === 'withdraw') settled.push(id)
    else if (verdict !== 'leave') losses.push(verdict)
    if (verdict === 'withdraw' && stored) next = withdrawn(next ?? stored, row?.items.map(({ key }) => key) ?? [], view)
    if (next) clients.push(clientWrite(stored, next, view, { arrives: judgement.effect === 'created' }))
    if (row?.state === 'held' && verdict !== 'leave') attempt.desk.holdChanged = true
    const seenAs = seenRowOf(entry, view)
    if (seenAs) looked.push(seenAs)
    else if (answer.kind === 'takes-part' && (next || attempt.by === 'poll')) unseen.push(id)
  }
  return { losses, clients, settled, seen: [...seen, ...looked, ...(moves?.seen ?? [])], unseen, rejects }
}

/** What is remembered of a record that is no active client, or not all of which could be read. */
function seenRowOf({ id, answer, stored }: Entry, { installationId, at }: Viewpoint): SeenRow | null {
  if (answer.kind === 'gone' || answer.kind === 'absent') return null
  const { stamps, unread } = answer
  if (unread.length > 0) {
    const setAside = unread
      .map(({ key, reason }) => `${key}: ${reason}`)
      .join('; ')
      .slice(0, 1000)
    return { key: id, stamps, leftOut: null, setAside, at }
  }
  if (answer.kind !== 'fails' || takesPart(stored, installationId)) return null
  return { key: id, stamps, leftOut: { rule: answer.rule.name, words: answer.words }, setAside: null, at }
}

function count({ counts, leftOutBy }: Tally, { answer, judgement: { effect } }: Entry): void {
  if (answer.kind === 'fails') {
    counts.leftOut++
    leftOutBy[answer.rule.name] = (leftOutBy[answer.rule.name] ?? 0) + 1
  } else if (effect === 'set-aside') counts.setAside++
  else if (answer.kind !== 'gone' && answer.kind !== 'absent' && effect !== 'left-out') counts[effect]++
}
