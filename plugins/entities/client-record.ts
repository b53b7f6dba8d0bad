/** The parts of a stored client: whose they are, and what is left when one goes. */
import type { SyncType } from '../connector/contract.ts'
import { clientIdOf, sortKeyOf } from './client-keys.ts'
import { emptyProfile } from './profile-after.ts'
import type { ClientProfile, ClientStatus } from './shapes/client.ts'
import { standingOf } from './standing.ts'
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
  /** Settings were changed (in words) and no complete pass has ended since: what leaves by a rule leaves for that reason. */
  readonly resettled: string | null
}

export function partOf(record: ClientRecord | undefined, installationId: string): ClientPart | undefined {
  return record?.parts.find(part => part.installationId === installationId)
}

export function takesPart(record: ClientRecord | undefined, installationId: string): boolean {
  return partOf(record, installationId)?.status === 'active'
}

export function newRecord(externalId: string, view: Viewpoint): ClientRecord {
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

/** @param visible people see a difference; a change of status is one by itself */
export function withPart(record: ClientRecord, part: ClientPart, at: string, visible: boolean): ClientRecord {
  const parts = [...record.parts.filter(other => other.installationId !== part.installationId), part]
  const standing = standingOf(parts, record, at)
  const seen = visible || standing.status !== record.status
  return { ...record, parts, ...standing, updatedAt: seen ? at : record.updatedAt }
}

/** The part has left, with the words for it. */
export function left(
  stored: ClientRecord,
  part: ClientPart,
  status: ClientStatus,
  standing: ClientStatus,
  words: string,
  view: Pick<Viewpoint, 'at' | 'token' | 'runId'>
): ClientRecord {
  const { undone: _undone, ...rest } = part
  const gone: ClientPart = {
    ...rest,
    status,
    statusReason: words,
    statusSince: part.status === status ? part.statusSince : view.at,
    standing,
    standingReason: standing === 'active' ? null : words,
    standingSince: part.standing === standing ? part.standingSince : view.at,
    open: [],
    kept: {},
    ...written(view)
  }
  return withPart(stored, gone, view.at, true)
}

export const written = ({ token, runId, at }: Pick<Viewpoint, 'at' | 'token' | 'runId'>) => ({
  token,
  runId,
  seenAt: at
})

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
