/**
 * What becomes of a stored client when an installation sees a record, as pure functions: the store only puts the
 * result in place by compare-and-set.
 */
import { hash } from 'node:crypto'
import type { Contribution, Rule, Stamps, SyncType } from '../connector/contract.ts'
import { clientIdOf, sortKeyOf } from './client-keys.ts'
import { mergeAgreements } from './merge-agreements.ts'
import { nameKeyOf } from './name-key.ts'
import type { ClientProfile, ClientStatus } from './shapes/client.ts'
import type { ClientPart, ClientRecord } from './stored-client.ts'

/** Who saw it, when. */
export interface Viewpoint {
  readonly tenant: string
  readonly connector: string
  readonly connectionId: string
  readonly installationId: string
  readonly syncType: SyncType
  readonly token: number
  readonly runId: string
  /** UTC ISO. */
  readonly at: string
  /** A former holder of the lease may still be writing: every record seen is stamped with our token, so that it cannot. */
  readonly restamp: boolean
}

export type Effect = 'created' | 'updated' | 'unchanged' | 'left-out' | 'inactivated' | 'gone'

/** `record` null: nothing to write. */
export interface Change {
  readonly effect: Effect
  readonly record: ClientRecord | null
}

const emptyProfile: ClientProfile = { name: '', address: null, emails: [], phones: [], websites: [] }

/** The first rule that the record fails, with the words for it; null: it takes part. */
export function firstFailure<S>(rules: readonly Rule<S>[], record: S): { rule: Rule<S>; words: string } | null {
  for (const rule of rules) {
    const verdict = rule.test(record)
    if (verdict !== true) return { rule, words: verdict }
  }
  return null
}

/** The record takes part and gives this contribution. */
export function matched(
  stored: ClientRecord | undefined,
  externalId: string,
  contribution: Contribution,
  stamps: Stamps,
  view: Viewpoint
): Change {
  const part = stored && partOf(stored, view.installationId)
  const digest = hash('sha256', JSON.stringify(contribution), 'base64')
  const same = part !== undefined && part.status === 'active' && part.hash === digest
  if (same && !view.restamp && sameStamps(part.stamps, stamps)) return { effect: 'unchanged', record: null }

  const seen: ClientPart = {
    installationId: view.installationId,
    syncType: view.syncType.name,
    status: 'active',
    statusReason: null,
    statusSince: part?.status === 'active' ? part.statusSince : view.at,
    standing: 'active',
    standingReason: null,
    standingSince: part?.standing === 'active' ? part.standingSince : view.at,
    hash: digest,
    stamps,
    token: view.token,
    runId: view.runId,
    seenAt: view.at
  }
  if (stored && same) return { effect: 'unchanged', record: withPart(stored, seen, view.at, false) }
  const base = stored ?? newRecord(externalId, view)
  const next = withPart(withContribution(base, contribution, view), seen, view.at, true)
  return { effect: part ? 'updated' : 'created', record: next }
}

/** The record fails a rule: if it took part before, it leaves with that reason; what it last said is kept. */
export function leftOut(
  stored: ClientRecord | undefined,
  failure: { rule: Rule<any>; words: string },
  stamps: Stamps,
  view: Viewpoint
): Change {
  const part = stored && partOf(stored, view.installationId)
  if (!stored || !part) return { effect: 'left-out', record: null }
  const standing: ClientStatus = failure.rule.about === 'client' ? 'inactive' : 'active'
  const effect = part.status === 'active' ? 'inactivated' : 'left-out'
  const same = part.status === 'inactive' && part.statusReason === failure.words && part.standing === standing
  if (same && !view.restamp) return { effect, record: null }
  const ownsAgreements = failure.rule.about === 'sync-type' && view.syncType.owns.includes('agreements')
  const base = ownsAgreements ? { ...stored, agreements: mergeAgreements(stored, [], view.at) } : stored
  return {
    effect,
    record: withPart(base, leaving(part, 'inactive', standing, failure.words, stamps, view), view.at, !same)
  }
}

/** The vendor no longer has it. */
export function vanished(stored: ClientRecord | undefined, view: Viewpoint): Change {
  const part = stored && partOf(stored, view.installationId)
  if (!stored || !part || part.status === 'gone') return { effect: 'unchanged', record: null }
  const words = 'The vendor no longer has this company'
  return {
    effect: 'gone',
    record: withPart(stored, leaving(part, 'gone', 'gone', words, part.stamps, view), view.at, true)
  }
}

/** The record without one installation's part and the fields that nobody else owns; null: nobody is left. */
export function withoutPart(
  record: ClientRecord,
  installationId: string,
  syncTypes: readonly SyncType[],
  now: string
): ClientRecord | null {
  const parts = record.parts.filter(part => part.installationId !== installationId)
  if (parts.length === 0) return null
  const kept = new Set(parts.flatMap(part => syncTypes.find(type => type.name === part.syncType)?.owns ?? []))
  const profile: ClientProfile = { ...record.profile }
  for (const field of ['address', 'emails', 'phones', 'websites'] as const) {
    if (!kept.has(field)) Object.assign(profile, { [field]: emptyProfile[field] })
  }
  const agreements = kept.has('agreements') ? record.agreements : []
  return { ...record, profile, agreements, parts, updatedAt: now, ...standingOf(parts, record, now) }
}

function partOf(record: ClientRecord, installationId: string): ClientPart | undefined {
  return record.parts.find(part => part.installationId === installationId)
}

function newRecord(externalId: string, view: Viewpoint): ClientRecord {
  const sortKey = sortKeyOf(view.syncType.idOrder, externalId)
  return {
    id: clientIdOf(view.connectionId, sortKey),
    tenant: view.tenant,
    connector: view.connector,
    connectionId: view.connectionId,
    externalId,
    sortKey,
    profile: emptyProfile,
    nameKey: '',
    agreements: [],
    status: 'active',
    statusReason: null,
    statusSince: view.at,
    parts: [],
    createdAt: view.at,
    updatedAt: view.at,
    rev: 0
  }
}

function withContribution(record: ClientRecord, contribution: Contribution, view: Viewpoint): ClientRecord {
  const { owns } = view.syncType
  const profile: ClientProfile = { ...record.profile }
  for (const field of owns) if (field !== 'agreements') takeOver(profile, field, contribution.client)
  const agreements = owns.includes('agreements')
    ? mergeAgreements(record, contribution.agreements ?? [], view.at)
    : record.agreements
  const nameKey = profile.name === record.profile.name ? record.nameKey : nameKeyOf(profile.name)
  return { ...record, profile, nameKey, agreements }
}

function takeOver<F extends keyof ClientProfile>(
  profile: ClientProfile,
  field: F,
  given: Partial<ClientProfile>
): void {
  const value: ClientProfile[F] | undefined = given[field]
  profile[field] = value ?? emptyProfile[field]
}

function withPart(record: ClientRecord, part: ClientPart, at: string, visible: boolean): ClientRecord {
  const parts = [...record.parts.filter(other => other.installationId !== part.installationId), part]
  const standing = standingOf(parts, record, at)
  return {
    ...record,
    parts,
    ...standing,
    updatedAt: visible || standing.status !== record.status ? at : record.updatedAt
  }
}

function leaving(
  part: ClientPart,
  status: ClientStatus,
  standing: ClientStatus,
  words: string,
  stamps: Stamps,
  view: Viewpoint
): ClientPart {
  return {
    ...part,
    status,
    statusReason: words,
    statusSince: part.status === status ? part.statusSince : view.at,
    standing,
    standingReason: standing === 'active' ? null : words,
    standingSince: part.standing === standing ? part.standingSince : view.at,
    stamps,
    token: view.token,
    runId: view.runId,
    seenAt: view.at
  }
}

/**
 * The client's own status out of its parts: what the latest look at the vendor said of the client as such; if that
 * is active, it is active here as long as one sync type still takes it.
 */
function standingOf(
  parts: readonly ClientPart[],
  before: Pick<ClientRecord, 'status' | 'statusSince'>,
  at: string
): Pick<ClientRecord, 'status' | 'statusReason' | 'statusSince'> {
  const latest = parts.reduce((a, b) => (b.seenAt >= a.seenAt ? b : a))
  const taking = parts.some(part => part.status === 'active')
  const status = latest.standing !== 'active' ? latest.standing : taking ? 'active' : 'inactive'
  const statusReason = status === 'active' ? null : (latest.standingReason ?? latest.statusReason)
  return { status, statusReason, statusSince: status === before.status ? before.statusSince : at }
}

function sameStamps(a: Stamps, b: Stamps): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => a[key] === b[key])
}
