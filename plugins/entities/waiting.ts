/** What happens to a loss besides being taken: it begins to wait, stops waiting, or is refused by a person. */
import { agreementLoss } from './agreements-after.ts'
import { IN_PART, type Judgement, nothing, sameList } from './answer.ts'
import { partOf, type Viewpoint, withPart, written } from './client-record.ts'
import type { Loss } from './loss.ts'
import type { ClientRecord } from './stored-client.ts'
import { Withheld } from './withheld.ts'

/** Another client of the connection has this agreement now. */
export function moved(stored: ClientRecord, externalId: string, view: Viewpoint): Judgement {
  const part = partOf(stored, view.installationId)
  const agreement = stored.agreements.find(one => one.externalId === externalId && one.status !== 'gone')
  if (!part || !agreement) return nothing('unchanged')
  if (part.status !== 'active') {
    // Nobody loses it: its client has left already.
    const agreements = stored.agreements.map(one =>
      one === agreement ? { ...one, status: 'gone', updatedAt: view.at } : one
    )
    return { effect: 'unchanged', losses: [], next: { ...stored, agreements, updatedAt: view.at } }
  }
  const withheld = new Withheld(part, { stamps: {}, unread: [] }, view.syncType.madeOf)
  withheld.weigh(agreementLoss(agreement, withheld, 'Another client has it now'))
  const open = [...new Set([...part.open, ...withheld.losses.map(({ key }) => key)])]
  const next = withPart(stored, { ...part, open, ...written(view) }, view.at, false)
  return { effect: 'unchanged', losses: withheld.losses, next: sameList(open, part.open) ? null : next }
}

/** These do not wait any more, and what is stored stays. */
export function withdrawn(stored: ClientRecord, keys: readonly string[], view: Viewpoint): ClientRecord | null {
  const part = partOf(stored, view.installationId)
  const open = part?.open.filter(key => !keys.includes(key)) ?? []
  if (!part || open.length === part.open.length) return null
  // What is stored is not what was answered: the same answer is judged anew.
  const hash = part.hash.endsWith(IN_PART) ? part.hash : part.hash + IN_PART
  return withPart(stored, { ...part, open, hash, ...written(view) }, view.at, false)
}

/** A person has refused these: they are not asked about again until they differ. */
export function refused(stored: ClientRecord, losses: readonly Loss[], view: Viewpoint): ClientRecord | null {
  const part = partOf(stored, view.installationId)
  const due = losses.filter(({ key }) => part?.open.includes(key))
  if (!part || due.length === 0) return null
  const open = part.open.filter(key => !due.some(loss => loss.key === key))
  const kept = { ...part.kept, ...Object.fromEntries(due.map(({ key, digest }) => [key, digest])) }
  return withPart(stored, { ...part, open, kept, ...written(view) }, view.at, false)
}
