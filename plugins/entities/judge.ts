/**
 * What becomes of a stored client when an installation sees a record, as a pure function: additions and changes are
 * in `next`, losses only named. The store puts `next` in place by compare-and-set; take-away.ts takes what was let go.
 */
import type { LossField, Rule, Stamps, Unread } from '../connector/contract.ts'
import { agreementsAfter } from './agreements-after.ts'
import { type Answer, IN_PART, type Judgement, nothing, restamped, sameList } from './answer.ts'
import { newRecord, partOf, type Viewpoint, withPart, written } from './client-record.ts'
import { failed, missing } from './leaving.ts'
import { nameKeyOf } from './name-key.ts'
import { profileAfter, profileTaken } from './profile-after.ts'
import type { ClientProfile } from './shapes/client.ts'
import { isOfAgreement, isUnread, sameStamps } from './stamps.ts'
import type { ClientPart, ClientRecord, Undone } from './stored-client.ts'
import { sameUndone, stillUndone, waitsWith, withoutUndone } from './undone.ts'
import { isFieldUnread, Withheld } from './withheld.ts'

export function judge(
  stored: ClientRecord | undefined,
  externalId: string,
  answer: Answer,
  view: Viewpoint
): Judgement {
  const part = partOf(stored, view.installationId)
  if (answer.kind === 'takes-part') return matched(stored, part, externalId, answer, view)
  if (answer.kind === 'unread') return part ? restamped(stored!, part, view) : nothing('set-aside')
  if (answer.kind === 'fails') return failed(stored, part, answer, view)
  return missing(stored, part, answer.kind, view)
}

/** The first rule that the record fails, with the words for it; null: it takes part. */
export function firstFailure<S>(rules: readonly Rule<S>[], record: S): { rule: Rule<S>; words: string } | null {
  for (const rule of rules) {
    const verdict = rule.test(record)
    if (verdict !== true) return { rule, words: verdict }
  }
  return null
}

function matched(
  stored: ClientRecord | undefined,
  part: ClientPart | undefined,
  externalId: string,
  answer: Answer & { kind: 'takes-part' },
  view: Viewpoint
): Judgement {
  const { unread, version } = answer
  const hash = unread.length > 0 ? answer.hash + IN_PART : answer.hash
  const takesPart = part?.status === 'active'
  const plain = takesPart && !part.undone && part.open.length === 0 && Object.keys(part.kept).length === 0
  const same = plain && part.hash === hash && part.version === version && unread.length === 0
  if (same && sameStamps(part.stamps, answer.stamps)) return restamped(stored!, part, view)
  if (!part && unread.length > 0) return nothing('set-aside')
  if (part?.undone && !takesPart && part.undone.hash === answer.hash) return stayed(stored!, part, answer, view)

  const { owns, madeOf } = view.syncType
  const base = stored ?? newRecord(externalId, view)
  const withheld = takesPart ? new Withheld(part, answer, madeOf) : null
  const isKept = (field: LossField, id?: string) => isFieldUnread(unread, madeOf, field, id)
  const { contribution, values } =
    withheld && part?.undone
      ? withoutUndone(answer.contribution, stored!, part.undone, { owns, isKept, withheld })
      : { contribution: answer.contribution, values: [] }
  const profile = withheld
    ? profileAfter(base.profile, contribution.client, owns, withheld)
    : profileTaken(base.profile, contribution.client, owns, isKept)
  const { agreements, leftOut } = owns.includes('agreements')
    ? agreementsAfter(base, contribution.agreements ?? [], isKept, withheld, view.at)
    : { agreements: base.agreements, leftOut: [] }

  const stamps = { ...withheld?.stamps, ...seenStamps(answer.stamps, part?.stamps ?? {}, unread) }
  if (leftOut.length > 0)
    for (const key of Object.keys(stamps)) if (leftOut.some(id => isOfAgreement(key, id, madeOf))) delete stamps[key]
  const visible = !takesPart || !sameProfile(profile, base.profile) || !sameList(agreements, base.agreements)
  const nameKey = profile.name === base.profile.name ? base.nameKey : nameKeyOf(profile.name)
  const losses = withheld?.losses ?? []
  const open = losses.map(({ key }) => key)
  const kept = withheld?.kept ?? {}
  // What is less for now may be one odd answer: what was undone is forgotten when it has gone.
  const remembered = part?.undone?.values.filter(value => values.includes(value) || waitsWith(value, open)) ?? []
  const undone = stillUndone(takesPart ? part.undone : undefined, remembered, kept)
  const unchanged =
    !visible &&
    sameUndone(part.undone, undone) &&
    part.hash === hash &&
    part.version === version &&
    sameStamps(part.stamps, stamps)
  if (unchanged && sameList(part.open, open) && sameStamps(part.kept, kept))
    return { ...restamped(stored!, part, view), losses }
  const seen: ClientPart = {
    installationId: view.installationId,
    syncType: view.syncType.name,
    status: 'active',
    statusReason: null,
    statusSince: takesPart ? part.statusSince : view.at,
    standing: 'active',
    standingReason: null,
    standingSince: part?.standing === 'active' ? part.standingSince : view.at,
    hash,
    stamps,
    version,
    changesOn: contribution.changesOn ?? null,
    open,
    kept,
    token: view.token,
    runId: view.runId,
    seenAt: view.at
  }
  const next = withPart(
    { ...base, profile, nameKey, agreements },
    withMemory(seen, undone, part?.lastChange),
    view.at,
    visible
  )
  return { effect: part ? (visible ? 'updated' : 'unchanged') : 'created', next, losses }
}

/** What few parts have comes on top, so that all others are made in one go: each client of a first sync is one. */
function withMemory(part: ClientPart, undone: Undone | undefined, lastChange: string | undefined): ClientPart {
  if (!undone && lastChange === undefined) return part
  return { ...part, ...(undone && { undone }), ...(lastChange !== undefined && { lastChange }) }
}

/** A person has undone its return, and it comes back with the same: it is looked at, and what is stored stays. */
function stayed(
  stored: ClientRecord,
  part: ClientPart,
  { stamps: now, unread, version }: Answer & { kind: 'takes-part' },
  view: Viewpoint
): Judgement {
  const stamps = { ...part.stamps, ...seenStamps(now, part.stamps, unread) }
  if (sameStamps(part.stamps, stamps) && part.version === version) return restamped(stored, part, view)
  const next = withPart(stored, { ...part, stamps, version, ...written(view) }, view.at, false)
  return { effect: 'unchanged', next, losses: [] }
}

/** What could not be read has the stamp of what is stored of it, and none if nothing is. */
function seenStamps(now: Stamps, before: Stamps, unread: readonly Unread[]): Stamps {
  if (unread.length === 0) return now
  const stamps: Record<string, string> = {}
  for (const [key, stamp] of Object.entries(now)) if (!isUnread(key, unread)) stamps[key] = stamp
  for (const [key, stamp] of Object.entries(before)) if (isUnread(key, unread)) stamps[key] = stamp
  return stamps
}

function sameProfile(a: ClientProfile, b: ClientProfile): boolean {
  return a.name === b.name && JSON.stringify(a) === JSON.stringify(b)
}
