/** What becomes of a client that does not take part (any more): a loss, as long as it did. */
import { agreementLoss } from './agreements-after.ts'
import { type Answer, type Judgement, nothing, restamped, sameList } from './answer.ts'
import { left, type Viewpoint, withPart, written } from './client-record.ts'
import { sameStamps } from './stamps.ts'
import type { ClientPart, ClientRecord } from './stored-client.ts'
import { digestOf, Withheld } from './withheld.ts'

/** The record fails a rule: if it takes part, that is a loss; if it takes none, only the reason may be another. */
export function failed(
  stored: ClientRecord | undefined,
  part: ClientPart | undefined,
  answer: Answer & { kind: 'fails' },
  view: Viewpoint
): Judgement {
  if (!stored || !part) return nothing('left-out')
  const { rule, words, version } = answer
  const status = rule.about === 'existence' ? 'gone' : 'inactive'
  if (part.status !== 'active') {
    // A person has said what it is.
    if (part.undone) return restamped(stored, part, view, 'left-out')
    // As long as another sync type takes the client, its own look says that it leaves, and is asked about it.
    const same = part.statusReason === words && part.version === version && part.status === status
    if (same || stored.status === 'active') return restamped(stored, part, view, 'left-out')
    const standing = rule.about === 'sync-type' ? 'active' : status
    return { effect: 'left-out', losses: [], next: left(stored, { ...part, version }, status, standing, words, view) }
  }
  const withheld = new Withheld(part, answer, view.syncType.madeOf)
  withheld.weigh({
    ...leaving(status, rule.name, words, view),
    digest: digestOf('client', status, rule.name, words)
  })
  if (rule.about === 'sync-type' && view.syncType.owns.includes('agreements')) {
    for (const agreement of stored.agreements)
      if (agreement.status !== 'gone' && withheld.isUnlisted(agreement.externalId))
        withheld.weigh(agreementLoss(agreement, withheld, words))
  }
  // The children's stamps stay: of what they were made of nothing was looked at.
  const stamps = { ...part.stamps, ...answer.stamps }
  return {
    effect: 'left-out',
    losses: withheld.losses,
    next: waiting(stored, part, withheld, { stamps, version }, view)
  }
}

/** It is not there, or not where it should be. */
export function missing(
  stored: ClientRecord | undefined,
  part: ClientPart | undefined,
  kind: 'gone' | 'absent',
  view: Viewpoint
): Judgement {
  if (!stored || !part || part.status === 'gone') return nothing('unchanged')
  const words = kind === 'gone' ? 'The vendor no longer has it' : 'No list of the vendor’s shows it any more'
  if (part.status !== 'active') {
    if (kind === 'absent' || stored.status === 'active' || part.undone) return nothing('unchanged')
    return { effect: 'unchanged', losses: [], next: left(stored, part, 'gone', 'gone', words, view) }
  }
  const withheld = new Withheld(part, { stamps: part.stamps, unread: [] }, {})
  const loss = { ...leaving('gone', null, words, view), digest: digestOf('client', 'gone') }
  withheld.weigh(kind === 'absent' ? { ...loss, unlisted: [] } : loss)
  return { effect: 'unchanged', losses: withheld.losses, next: waiting(stored, part, withheld, part, view) }
}

function leaving(status: 'inactive' | 'gone', rule: string | null, words: string, view: Viewpoint) {
  const reason = view.resettled === null ? words : `${words} (${view.resettled})`
  return { key: 'client', kind: 'clients', was: 'active', to: status, reason, leaves: { status, rule } } as const
}

/** The part as it is, with what waits. */
function waiting(
  stored: ClientRecord,
  part: ClientPart,
  { losses, kept }: Withheld,
  seen: Pick<ClientPart, 'stamps' | 'version'>,
  view: Viewpoint
): ClientRecord | null {
  const open = losses.map(({ key }) => key)
  const next: ClientPart = { ...part, ...seen, open, kept: { ...part.kept, ...kept } }
  const same = part.version === next.version && sameStamps(part.stamps, next.stamps) && sameList(part.open, open)
  return same && !view.restamp ? null : withPart(stored, { ...next, ...written(view) }, view.at, false)
}
