/** What a write changes of a client that people see, kept beside it: for its history, and to put it back. */
import { randomBytes } from 'node:crypto'
import { partOf } from './client-record.ts'
import type { FieldChange, FormerPart, HistoryEntry } from './history-entry.ts'
import type { Loss } from './loss.ts'
import type { ClientAgreement, ClientPart, ClientRecord } from './stored-client.ts'

/** Who writes, for the entry. */
export interface Writer {
  readonly installationId: string
  readonly runId: string
  readonly at: string
  /** @default the run itself */
  readonly by?: string
}

/** An entry above it could not be kept by every store. In characters of JSON. */
const MOST = 4 * 1024 * 1024

/**
 * The record with its entry, if the write changes what people see of a client that was there before.
 * @param arrives the installation sees it for the first time: what it fills that was empty is new and has no former value
 * @param taken losses that this write takes away
 */
export function withHistory(
  before: ClientRecord | undefined,
  next: ClientRecord,
  writer: Writer,
  { arrives = false, taken = [] }: { readonly arrives?: boolean; readonly taken?: readonly Loss[] } = {}
): { readonly record: ClientRecord; readonly entry?: HistoryEntry } {
  if (!before || before.rev === 0) return { record: next }
  const { installationId, runId, at, by = null } = writer
  const [former, now] = [partOf(before, installationId), partOf(next, installationId)]
  const found = changesBetween(before, next, former, now)
  const changes = arrives ? found.filter(change => !wasEmpty(change.before)) : found
  if (changes.length === 0 || !now) return { record: next }
  const tooLarge = JSON.stringify(changes).length > MOST
  const rev = before.rev + 1
  const entry: HistoryEntry = {
    id: `${entriesOf(next.id).from}${String(rev).padStart(10, '0')}/${randomBytes(9).toString('base64url')}`,
    tenant: next.tenant,
    connectionId: next.connectionId,
    clientId: next.id,
    externalId: next.externalId,
    ...{ installationId, runId, by, rev, at },
    changes: tooLarge ? [] : changes,
    ...(tooLarge && { tooLarge }),
    part: formerPart(before, next, former, now, taken),
    former: former?.lastChange ?? null
  }
  const parts = next.parts.map(part => (part === now ? { ...now, lastChange: entry.id } : part))
  return { record: { ...next, parts }, entry }
}

/** Bounds of the ids of a client's entries. Ids of clients hold no slash. */
export function entriesOf(clientId: string): { readonly from: string; readonly to: string } {
  // '0' is the character behind the slash.
  return { from: `${clientId}/`, to: `${clientId}0` }
}

function changesBetween(
  before: ClientRecord,
  next: ClientRecord,
  former: ClientPart | undefined,
  now: ClientPart | undefined
): FieldChange[] {
  const changes: FieldChange[] = []
  const add = (field: string, was: unknown, is: unknown) => {
    if (was !== is && JSON.stringify(was) !== JSON.stringify(is)) changes.push({ field, before: was, after: is })
  }
  if (before.profile !== next.profile)
    for (const field of ['name', 'address', 'emails', 'phones', 'websites'] as const)
      add(field, before.profile[field], next.profile[field])
  add('status', before.status, next.status)
  if (former && now) add('part', former.status, now.status)
  if (before.agreements !== next.agreements) changes.push(...agreementChanges(before.agreements, next.agreements))
  return changes
}

function agreementChanges(before: readonly ClientAgreement[], next: readonly ClientAgreement[]): FieldChange[] {
  const former = new Map(before.map(agreement => [agreement.externalId, agreement]))
  return next.flatMap((agreement): FieldChange[] => {
    const { externalId } = agreement
    const was = former.get(externalId)
    if (was === agreement) return []
    if (!was) return [{ field: 'agreement', agreement: externalId, before: null, after: fieldsOf(agreement) }]
    const [old, now] = [fieldsOf(was), fieldsOf(agreement)]
    const names = Object.keys({ ...old, ...now }) as (keyof typeof now)[]
    return names
      .filter(name => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
      .map(name => ({ field: name, agreement: externalId, before: old[name] ?? null, after: now[name] ?? null }))
  })
}

/** What of an agreement people see change. */
export function fieldsOf({ id: _id, updatedAt: _at, ...fields }: ClientAgreement) {
  return fields
}

function wasEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function formerPart(
  before: ClientRecord,
  next: ClientRecord,
  former: ClientPart | undefined,
  now: ClientPart,
  taken: readonly Loss[]
): FormerPart {
  if (!former) return {}
  const { status, statusReason, statusSince, standing, standingReason, standingSince } = former
  const stamps = Object.fromEntries(Object.entries(former.stamps).filter(([key]) => !(key in now.stamps)))
  const lost = taken.filter(({ key }) => former.open.includes(key) && !now.open.includes(key))
  const changed = former.status !== now.status || former.standing !== now.standing
  return {
    ...(changed && { state: { status, statusReason, statusSince, standing, standingReason, standingSince } }),
    ...(before.status !== next.status && { statusReason: before.statusReason, statusSince: before.statusSince }),
    ...(Object.keys(stamps).length > 0 && { stamps }),
    ...(lost.length > 0 && { lost: Object.fromEntries(lost.map(({ key, digest }) => [key, digest])) })
  }
}
