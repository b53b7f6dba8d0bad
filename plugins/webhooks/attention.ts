/** What an installation needs a person for, and what webhooks are told of it. No client data, no secret. */
import { hash } from 'node:crypto'
import type { Connection, Installation } from '../storage/port.ts'

export interface Attention {
  readonly installationId: string
  readonly connectionId: string
  readonly connector: string
  readonly syncType: string
  /** Of docs/errors.md; HOST_ERR_LOSSES_HELD: losses wait for approval. */
  readonly code: string
  readonly detail: string
  readonly since: string
}

/** All that this installation needs a person for now, its connection's trouble included. */
export function attentionOf(installation: Installation, trouble: Connection['trouble']): Attention[] {
  if (installation.wanted !== 'running') return []
  const { id: installationId, connectionId, connector, syncType, attention, hold } = installation
  const of = { installationId, connectionId, connector, syncType }
  const found: Attention[] = []
  if (trouble) found.push({ ...of, code: trouble.code, detail: trouble.detail, since: trouble.since })
  if (attention) found.push({ ...of, ...attention })
  if (hold && !hold.decision) found.push({ ...of, code: heldCode, detail: heldWords(hold.clients), since: hold.since })
  return found
}

export const heldCode = 'HOST_ERR_LOSSES_HELD'

const heldWords = (clients: number) =>
  `Something of ${clients === 1 ? 'one client' : `${clients} clients`} would be taken away. Nothing was; look at it and approve or reject.`

export interface Message {
  /** The same for the same happening, whoever tells it and how often. */
  readonly id: string
  readonly body: string
}

/** All that people were or will be told of: a decision that is not carried out yet does not end what it is about. */
export function toldOf(installation: Installation, trouble: Connection['trouble']): Attention[] {
  const { hold } = installation
  return attentionOf({ ...installation, hold: hold && { ...hold, decision: null } }, trouble)
}

/**
 * What has begun to need a person between two states, and what has ceased to.
 * @param turn where the same may begin and end several times without another `since`: what tells one from the other
 */
export function messagesOf(
  before: readonly Attention[],
  after: readonly Attention[],
  at: string,
  turn?: string
): Message[] {
  return [
    ...raised(
      after.filter(one => !has(before, one)),
      turn
    ),
    ...cleared(before, after, at, turn)
  ]
}

export function raised(now: readonly Attention[], turn?: string): Message[] {
  return now.map(one => messageOf('attention.raised', one, one.since, turn))
}

export function cleared(
  before: readonly Attention[],
  after: readonly Attention[],
  at: string,
  turn?: string
): Message[] {
  return before.filter(one => !has(after, one)).map(one => messageOf('attention.cleared', one, at, turn))
}

const has = (list: readonly Attention[], { code }: Attention) => list.some(other => other.code === code)

function messageOf(type: string, attention: Attention, timestamp: string, turn?: string): Message {
  const { installationId, code, since } = attention
  const named = [type, installationId, code, since, ...(turn === undefined ? [] : [turn])]
  const id = hash('sha256', JSON.stringify(named), 'base64url').slice(0, 27)
  return { id: `msg_${id}`, body: JSON.stringify({ type, timestamp, data: attention }) }
}
