/** What of one answer is not put in place at once, gathered field by field. */
import { hash } from 'node:crypto'
import type { LossField, Stamps, SyncType, Unread } from '../connector/contract.ts'
import type { Loss } from './loss.ts'
import { isOf, isUnread, kindOf } from './stamps.ts'
import type { ClientPart } from './stored-client.ts'

/** Text for people is cut here: the losses tell what it is about, the client shows all of it. */
const SHOWN = 200

export function shown(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}

export function digestOf(...what: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(what), 'base64url').slice(0, 16)
}

export function unlisted(keys: readonly string[]): { readonly unlisted?: readonly string[] } {
  return keys.length > 0 ? { unlisted: keys } : {}
}

/** @param keys of stamps */
export function notListed(keys: readonly string[]): string {
  return `Not listed any more: ${shown(keys.map(key => key.replace(':', ' ')).join(', '))}`
}

/** One answer against one part that takes part: which children it lists no more, which could not be read, what waits. */
export class Withheld {
  readonly losses: Loss[] = []
  /** What a person has refused to let go, and is still the same. */
  readonly kept: Record<string, string> = {}
  /** Stamps of children whose loss waits or is refused. */
  readonly stamps: Record<string, string> = {}
  readonly #part: ClientPart
  readonly #listed: Stamps
  readonly #unread: readonly Unread[]
  readonly #madeOf: SyncType['madeOf']
  readonly #gone: readonly string[]

  constructor(part: ClientPart, answer: { stamps: Stamps; unread: readonly Unread[] }, madeOf: SyncType['madeOf']) {
    this.#part = part
    this.#listed = answer.stamps
    this.#unread = answer.unread
    this.#madeOf = madeOf
    this.#gone = Object.keys(part.stamps).filter(key => !(key in answer.stamps) && !isUnread(key, answer.unread))
  }

  /** Children that `field` was made of and that are not listed any more; of agreement `id` only, if one is given. */
  unlisted(field: LossField, id?: string): string[] {
    const kinds = this.#madeOf[field] ?? []
    return this.#gone.filter(key => kinds.includes(kindOf(key)) && (id === undefined || isOf(key, id)))
  }

  /** Whether agreement `id` itself is not listed any more. */
  isUnlisted(id: string): boolean {
    const kinds = this.#madeOf.agreements ?? []
    return kinds.length > 0 && !kinds.some(kind => `${kind}:${id}` in this.#listed)
  }

  isUnread(field: LossField, id?: string): boolean {
    return isFieldUnread(this.#unread, this.#madeOf, field, id)
  }

  /** The former value stays: as a loss that waits, or because a person has refused this very loss. */
  weigh(loss: Loss): void {
    const refused = this.#part.kept[loss.key]
    if (refused !== undefined) this.kept[loss.key] = refused
    if (refused !== loss.digest) this.losses.push(loss)
    this.#leaveStamps(loss.unlisted ?? [])
  }

  /** It could not be read, so that nothing is lost for now; what was refused stays refused. */
  leave(lossKey: string, field: LossField, id?: string): void {
    const refused = this.#part.kept[lossKey]
    if (refused !== undefined) this.kept[lossKey] = refused
    this.#leaveStamps(this.unlisted(field, id))
  }

  #leaveStamps(keys: readonly string[]): void {
    for (const key of keys) this.stamps[key] = this.#part.stamps[key] ?? ''
  }
}

/** Whether something that `field` is made of could not be read; of agreement `id` only, if one is given. */
export function isFieldUnread(
  unread: readonly Unread[],
  madeOf: SyncType['madeOf'],
  field: LossField,
  id?: string
): boolean {
  const kinds = madeOf[field] ?? []
  return unread.some(
    ({ key }) => kinds.includes(kindOf(key)) && (id === undefined || kindOf(key) === key || isOf(key, id))
  )
}
