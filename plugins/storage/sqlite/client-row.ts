import type { ClientStatus } from '../../entities/shapes/client.ts'
import { toAgreement, toPart as toPresentPart } from '../former-shapes.ts'
import type { ClientAgreement, ClientPart, ClientRecord } from '../port.ts'
import type { Row } from './database.ts'

/** What queries ask for stands in columns of its own and only there; the rest is `body`. */
export interface ClientColumns {
  readonly partStates: string
  /** JSON text of [installation, day] of each active part that has such a day; null: none has. */
  readonly changing: string | null
  /** JSON text of the different statuses of its agreements; null: there are none. */
  readonly agreementStates: string | null
  readonly body: string
  readonly agreements: string | null
  /** JSON text of the external ids of those that are not gone; no column, see live-agreements.ts. */
  readonly live: string | null
}

/** A client's own status is stored as its place here. */
const statuses: readonly ClientStatus[] = ['active', 'inactive', 'gone']

export const allStatusNumbers: readonly number[] = statuses.map((_, number) => number)

export function statusNumber(status: ClientStatus): number {
  return statuses.indexOf(status)
}

export function statusOf(number: number): ClientStatus {
  return statuses[number]!
}

/** [installation, status] of a part. */
export type PartState = readonly [string, ClientPart['status']]

function partStatesOf(record: ClientRecord): PartState[] {
  return record.parts.map(part => [part.installationId, part.status])
}

export function toColumns(record: ClientRecord): ClientColumns {
  const { connector, profile, statusReason, statusSince, parts, createdAt, agreements } = record
  return {
    partStates: JSON.stringify(partStatesOf(record)),
    changing: textOf(parts.flatMap(changingOf)),
    agreementStates: agreementStatesOf(agreements),
    body: JSON.stringify({
      connector,
      profile,
      statusReason,
      statusSince,
      createdAt,
      parts: parts.map(part => toStoredPart(part, createdAt))
    }),
    agreements: textOf(agreements),
    live: liveOf(agreements)
  }
}

function liveOf(agreements: readonly ClientAgreement[]): string | null {
  if (agreements.length === 0) return null
  return textOf(agreements.filter(({ status }) => status !== 'gone').map(({ externalId }) => externalId))
}

function textOf(list: readonly unknown[]): string | null {
  return list.length ? JSON.stringify(list) : null
}

/** [installation, day] of a part that is to be read again on that day. */
export type ChangingPart = readonly [string, string]

function changingOf({ installationId, status, changesOn }: ClientPart): ChangingPart[] {
  return status === 'active' && changesOn !== null ? [[installationId, changesOn]] : []
}

/**
 * A part as a list, half as long as with its names: every client has one, and few are read. 0 is the moment of the
 * client's createdAt, which all are in a first sync. The stamps' names and values stand at the end, behind a list of
 * what a part written by schema 2 does not have.
 */
function toStoredPart(part: ClientPart, createdAt: string): unknown[] {
  const time = (at: string) => (at === createdAt ? 0 : at)
  const stored: unknown[] = [
    part.installationId,
    part.syncType,
    part.status,
    part.statusReason,
    time(part.statusSince),
    part.standing,
    part.standingReason,
    time(part.standingSince),
    part.hash,
    part.token,
    part.runId,
    time(part.seenAt),
    latestOf(part)
  ]
  for (const name in part.stamps) stored.push(name, part.stamps[name]!)
  return stored
}

/** What few clients have stands last, and not at all if they have none of it. */
function latestOf({ version, changesOn, open, kept, undone, lastChange }: ClientPart): unknown[] {
  const latest: unknown[] = [version, changesOn, open, kept]
  if (undone !== undefined) latest.push(lastChange ?? null, undone)
  else if (lastChange !== undefined) latest.push(lastChange)
  return latest
}

function toPart(stored: readonly any[], createdAt: string): ClientPart {
  const time = (at: string | 0) => (at === 0 ? createdAt : at)
  const stamps: [string, string][] = []
  const [version, changesOn, open, kept, lastChange = null, undone] = Array.isArray(stored[12]) ? stored[12] : []
  for (let at = Array.isArray(stored[12]) ? 13 : 12; at < stored.length; at += 2)
    stamps.push([stored[at], stored[at + 1]])
  return toPresentPart({
    installationId: stored[0],
    syncType: stored[1],
    status: stored[2],
    statusReason: stored[3],
    statusSince: time(stored[4]),
    standing: stored[5],
    standingReason: stored[6],
    standingSince: time(stored[7]),
    hash: stored[8],
    stamps: Object.fromEntries(stamps),
    ...{ version, changesOn, open, kept },
    ...(undone && { undone }),
    ...(lastChange !== null && { lastChange }),
    token: stored[9],
    runId: stored[10],
    seenAt: time(stored[11])
  })
}

/** @param createdAt the client's */
export function toParts(stored: readonly any[][], createdAt: string): ClientPart[] {
  return stored.map(part => toPart(part, createdAt))
}

function agreementStatesOf(agreements: readonly ClientAgreement[]): string | null {
  if (agreements.length === 0) return null
  return textOf([...new Set(agreements.map(({ status }) => status))].sort())
}

/** To be joined with client_owners. */
export const RECORD_COLUMNS = `clients.id, tenant, connection_id, external_id, sort_key, name_key, status, rev, updated_at,
  body, agreements`

/** Takes JSON text of vendor ids, then their connection. */
export const BY_EXTERNAL_IDS = `FROM client_owners CROSS JOIN (SELECT DISTINCT value FROM json_each(?))
  CROSS JOIN clients USING (owner) WHERE connection_id = ? AND external_id = value`

export function toRecord(row: Row): ClientRecord {
  const body = JSON.parse(row.body)
  return {
    id: row.id,
    tenant: row.tenant,
    connector: body.connector,
    connectionId: row.connection_id,
    externalId: row.external_id,
    sortKey: row.sort_key,
    profile: body.profile,
    nameKey: row.name_key,
    agreements: toAgreements(row.agreements),
    status: statusOf(row.status),
    statusReason: body.statusReason,
    statusSince: body.statusSince,
    parts: toParts(body.parts, body.createdAt),
    createdAt: body.createdAt,
    updatedAt: row.updated_at,
    rev: row.rev
  }
}

export function toAgreements(text: string | null): ClientAgreement[] {
  return text === null ? [] : JSON.parse(text).map(toAgreement)
}
