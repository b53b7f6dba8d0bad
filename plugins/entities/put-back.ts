/** Puts back what one run has changed of a client, if it is still as the run left it. Pure. */
import { isDeepStrictEqual } from 'node:util'
import { IN_PART } from './answer.ts'
import { partOf, withPart } from './client-record.ts'
import { fieldsOf } from './history.ts'
import type { FieldChange, FormerPart, HistoryEntry } from './history-entry.ts'
import { nameKeyOf } from './name-key.ts'
import type { ClientAgreement, ClientPart, ClientRecord, Undone, UndoneValue } from './stored-client.ts'
import { lossKeyOf } from './undone.ts'

/**
 * Why a client is left as it is. changed-since: something of what the run changed is another by now; waits: something
 * of it waits for a person, or one has kept it; erased: it is not stored any more; agreement-elsewhere: another client
 * has an agreement of it now; too-large: there was too much of it to be kept. other-sync-type: it was put back, but by
 * what another sync type knows it is not yet what it was.
 */
export const leftReasons = [
  'changed-since',
  'waits',
  'erased',
  'agreement-elsewhere',
  'too-large',
  'other-sync-type'
] as const
export type LeftReason = (typeof leftReasons)[number]

export interface Undoing {
  readonly installationId: string
  /** The run that is undone. */
  readonly runId: string
  /** `sub` of who wants it. */
  readonly by: string
  /** UTC ISO. */
  readonly at: string
  /** Of the lease under which it is done. */
  readonly token: number
}

export interface PutBack {
  /** null: nothing to write. */
  readonly record: ClientRecord | null
  /** back: it is as it was before the run; nothing: the run has left it as it was. */
  readonly result: 'back' | 'nothing' | LeftReason
}

/** @param entries of this client and run, in the order of their revisions; at least one */
export function putBack(stored: ClientRecord | undefined, entries: readonly HistoryEntry[], undoing: Undoing): PutBack {
  const part = partOf(stored, undoing.installationId)
  if (!stored || !part) return { record: null, result: 'erased' }
  const changes = netChanges(entries)
  const status = changes.find(({ field }) => field === 'status')
  const resultOf = (record: ClientRecord) =>
    status && record.status !== status.before ? ('other-sync-type' as const) : ('back' as const)
  if (part.undone?.runId === undoing.runId) return { record: null, result: resultOf(stored) }
  const why = whyNot(stored, part, entries, changes)
  if (why) return { record: null, result: why }
  const former = formerOf(entries)
  const changed = withFormerValues(stored, changes, undoing.at)
  const given = changes.flatMap(({ field, agreement, after }) =>
    field === 'part' || field === 'status' ? [] : [{ field, ...(agreement !== undefined && { agreement }), is: after }]
  )
  const comesBack = former.state !== undefined && former.state.status !== 'active' && part.status === 'active'
  const own: ClientPart = {
    ...part,
    ...former.state,
    stamps: { ...former.stamps, ...part.stamps },
    undone: undoneOf(part, given, undoing, comesBack ? plainHash(part.hash) : null)
  }
  // What the other sync types see of the same record is not to be applied by them either.
  const parts = changed.parts.map(other =>
    other === part || other.status !== 'active' ? other : remembering(other, given, former, undoing)
  )
  const next = remembering(own, given, former, undoing)
  const record = withPart({ ...changed, parts }, { ...next, token: undoing.token }, undoing.at, true)
  const result = resultOf(record)
  if (!status || result !== 'back') return { record, result }
  const { statusReason = record.statusReason, statusSince = record.statusSince } = former
  return { record: { ...record, statusReason, statusSince }, result }
}

function whyNot(
  stored: ClientRecord,
  part: ClientPart,
  entries: readonly HistoryEntry[],
  changes: readonly FieldChange[]
): Exclude<PutBack['result'], 'back'> | null {
  if (entries.some(({ tooLarge }) => tooLarge)) return 'too-large'
  if (changes.length === 0) return 'nothing'
  if (!changes.every(change => isDeepStrictEqual(storedValue(stored, part, change), change.after)))
    return 'changed-since'
  // Of what waits or is kept, what is stored is not what the vendor gives: nobody could tell when that changes.
  const isKept = (change: FieldChange) => {
    const key = lossKeyOf(change)
    const isKnown = part.undone?.values.some(
      value => keyOf(value.field, value.agreement) === keyOf(change.field, change.agreement)
    )
    return part.open.includes(key) || (key in part.kept && !isKnown)
  }
  return changes.some(isKept) ? 'waits' : null
}

function remembering(
  part: ClientPart,
  given: readonly UndoneValue[],
  { lost }: FormerPart,
  undoing: Undoing
): ClientPart {
  const undone = part.undone?.runId === undoing.runId ? part.undone : undoneOf(part, given, undoing, null)
  return { ...part, kept: { ...part.kept, ...lost }, undone }
}

/** What was undone before of the same fields is what the vendor gives now. */
function undoneOf(
  part: ClientPart,
  given: readonly UndoneValue[],
  { runId, by, at }: Undoing,
  hash: string | null
): Undone {
  const values = new Map(given.map(value => [keyOf(value.field, value.agreement), value]))
  for (const value of part.undone?.values ?? []) values.set(keyOf(value.field, value.agreement), value)
  return { values: [...values.values()], hash, runId, by, at }
}

/** What could not be read whole counts as what it would have been. */
const plainHash = (hash: string) => (hash.endsWith(IN_PART) ? hash.slice(0, -IN_PART.length) : hash)

/** From what was there before the run to what it left: values that came back are no change. */
function netChanges(entries: readonly HistoryEntry[]): FieldChange[] {
  const net = new Map<string, FieldChange>()
  for (const change of entries.flatMap(({ changes }) => changes)) {
    const whole = change.agreement === undefined ? undefined : net.get(keyOf('agreement', change.agreement))
    // Of an agreement that the run brought, what it changed later is part of what it brought.
    if (whole && change.field !== 'agreement') {
      const after = { ...(whole.after as object), [change.field]: change.after }
      net.set(keyOf('agreement', change.agreement), { ...whole, after })
      continue
    }
    const key = keyOf(change.field, change.agreement)
    net.set(key, { ...change, before: (net.get(key) ?? change).before })
  }
  return [...net.values()].filter(({ before, after }) => !isDeepStrictEqual(before, after))
}

const keyOf = (field: string, agreement: string | undefined) => JSON.stringify([field, agreement ?? null])

/** The oldest of what each entry had, all that was lost. */
function formerOf(entries: readonly HistoryEntry[]): FormerPart {
  const parts = entries.map(({ part }) => part).toReversed()
  const stamps = Object.assign({}, ...parts.map(part => part.stamps ?? {}))
  const lost = Object.assign({}, ...parts.toReversed().map(part => part.lost ?? {}))
  return { ...Object.assign({}, ...parts), stamps, lost }
}

function storedValue(stored: ClientRecord, part: ClientPart, { field, agreement: id, after }: FieldChange): unknown {
  if (id === undefined) {
    if (field === 'status') return stored.status
    if (field === 'part') return part.status
    return stored.profile[field as keyof ClientRecord['profile']]
  }
  const agreement = stored.agreements.find(({ externalId }) => externalId === id)
  if (!agreement) return field === 'agreement' ? null : undefined
  if (field !== 'agreement') return agreement[field as keyof ClientAgreement] ?? null
  // In whatever order its fields stand, and without those that are known only since.
  const fields: Record<string, unknown> = fieldsOf(agreement)
  return Object.fromEntries(Object.keys(after as object).map(name => [name, fields[name]]))
}

function withFormerValues(stored: ClientRecord, changes: readonly FieldChange[], at: string): ClientRecord {
  const profile = { ...stored.profile } as Record<string, unknown>
  const agreements = new Map<string, ClientAgreement>(stored.agreements.map(one => [one.externalId, one]))
  for (const { field, agreement: id, before } of changes) {
    if (id !== undefined && field === 'agreement') agreements.delete(id)
    else if (id !== undefined) agreements.set(id, { ...agreements.get(id)!, [field]: before, updatedAt: at })
    else if (field !== 'part' && field !== 'status') profile[field] = before
  }
  const name = profile.name as string
  return {
    ...stored,
    profile: profile as unknown as ClientRecord['profile'],
    nameKey: name === stored.profile.name ? stored.nameKey : nameKeyOf(name),
    agreements: [...agreements.values()]
  }
}
