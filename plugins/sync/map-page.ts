/** What a page says, worked out of its records alone: an answer for each id, and what is kept of what is no client. */
import { hash } from 'node:crypto'
import type { Page, PollPage, Reject, Stamps, SyncType } from '../connector/contract.ts'
import { RecordRejected } from '../connector/failures.ts'
import type { Answer } from '../entities/answer.ts'
import { firstFailure } from '../entities/judge.ts'
import { settle } from '../entities/stamps.ts'
import type { SeenRow, StoredReject } from '../storage/port.ts'
import { newTally, type Tally } from './receipt.ts'

/** A client with all its agreements is one document; MongoDB takes 16 MB. */
const MAX_CONTRIBUTION = 8 * 1024 * 1024
const MAX_PAYLOAD = 64 * 1024

export interface MappedPage {
  readonly answers: ReadonlyMap<string, Answer>
  /** Every id that the page names, what is set aside included. */
  readonly present: ReadonlySet<string>
  readonly rejects: readonly StoredReject[]
  readonly seen: readonly SeenRow[]
  /** Of what the store is not asked for. */
  readonly tally: Tally
  /** Of all contributions, as JSON. */
  readonly bytes: number
}

export interface Reading {
  readonly syncType: SyncType
  readonly runId: string
  /** UTC ISO. */
  readonly at: string
  /** The vendor's clock, in milliseconds since 1970. */
  readonly readAt: number
  /** Tells the records of a run's pages apart that are set aside and have no id. */
  readonly label: string
}

export function mapPage(page: Page<unknown> & Pick<PollPage<unknown>, 'looked'>, reading: Reading): MappedPage {
  const { syncType, runId, at, readAt, label } = reading
  const tally = newTally()
  const answers = new Map<string, Answer>()
  const present = new Set<string>()
  const rejects: StoredReject[] = []
  const seen: SeenRow[] = []
  let bytes = 0

  const note = (key: string, externalId: string | null, reason: string, payload?: unknown) => {
    const text = payload === undefined ? null : JSON.stringify(payload).slice(0, MAX_PAYLOAD)
    rejects.push({ key, runId, externalId, reason, payload: text, at })
  }
  const setAside = ({ externalId, reason, stamps = {}, payload, child }: Reject) => {
    note(externalId ?? `${label}:${rejects.length}`, externalId ?? null, reason, payload)
    const settled = settle(stamps, readAt)
    if (externalId === undefined) {
      for (const [key, stamp] of Object.entries(settled))
        seen.push({ key, stamps: { [key]: stamp }, leftOut: null, setAside: reason, at })
    } else {
      present.add(externalId)
      seen.push({ key: externalId, stamps: settled, leftOut: null, setAside: reason, at })
    }
    if (child) return
    tally.counts.read++
    tally.counts.setAside++
  }

  for (const record of page.records) {
    try {
      const id = syncType.id(record)
      const answer = answerOf(syncType, record, readAt)
      if (answers.has(id)) tally.counts.unchanged++
      answers.set(id, answer)
      present.add(id)
      tally.counts.read++
      if (answer.kind === 'takes-part') bytes += answer.bytes
      for (const { key, reason } of answer.unread) note(`${id} ${key}`, id, `${key}: ${reason}`)
    } catch (error) {
      if (!(error instanceof RecordRejected)) throw error
      const externalId = attempted(() => syncType.id(record))
      const stamps = attempted(() => syncType.stamps(record))
      setAside({
        ...(externalId !== undefined && { externalId }),
        ...(stamps && { stamps }),
        reason: error.message,
        payload: record
      })
    }
  }
  for (const reject of page.rejects ?? []) setAside(reject)
  for (const id of page.gone ?? []) if (!answers.has(id)) answers.set(id, { kind: 'gone' })
  for (const { key, stamps } of page.looked ?? [])
    seen.push({ key, stamps: settle(stamps, readAt), leftOut: null, setAside: null, at })
  return { answers, present, rejects, seen, tally, bytes }
}

type Looked = Exclude<Answer, { kind: 'gone' | 'absent' }>

function answerOf(syncType: SyncType, record: unknown, readAt: number): Looked & { readonly bytes: number } {
  const looked = {
    stamps: settle(syncType.stamps(record), readAt),
    version: syncType.version(record),
    unread: syncType.unread?.(record) ?? [],
    bytes: 0
  }
  const failure = firstFailure(syncType.rules, record)
  // Having nothing for the sync type may come of what could not be read.
  if (failure?.rule.about === 'sync-type' && looked.unread.length > 0) return { ...looked, kind: 'unread' }
  if (failure) return { ...looked, kind: 'fails', ...failure }
  const contribution = syncType.map(record)
  const text = JSON.stringify(contribution)
  const bytes = text.length > MAX_CONTRIBUTION / 3 ? Buffer.byteLength(text) : text.length
  if (bytes > MAX_CONTRIBUTION)
    throw new RecordRejected(
      `The record is larger than ${MAX_CONTRIBUTION / 1024 / 1024} MiB and cannot be kept as one client`
    )
  return { ...looked, kind: 'takes-part', contribution, hash: hash('sha256', text, 'base64'), bytes }
}

/** undefined: the record has none that can be used. */
export function attempted<T extends string | Stamps>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
