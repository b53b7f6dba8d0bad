import type { ClientStatus } from '../../entities/shapes/client.ts'
import type { ClientAgreement, ClientPart, ClientRecord } from '../port.ts'
import type { Row } from './database.ts'

/** What queries ask for stands in columns of its own and only there; the rest is `body`. */
export interface ClientColumns {
  readonly partStates: string
  readonly agreementStates: string | null
  readonly body: string
  readonly agreements: string | null
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
  const { connector, profile, statusReason, statusSince, parts, createdAt, updatedAt, agreements } = record
  return {
    partStates: JSON.stringify(partStatesOf(record)),
    agreementStates: agreements.length ? agreementStatesOf(agreements) : null,
    body: JSON.stringify({
      connector,
      profile,
      statusReason,
      statusSince,
      createdAt,
      updatedAt,
      parts: parts.map(part => toStoredPart(part, createdAt))
    }),
    agreements: agreements.length ? JSON.stringify(agreements) : null
  }
}

/**
 * A part as a list, half as long as with its names: every client has one, and few are read. 0 is the moment of the
 * client's createdAt, which all are in a first sync. The stamps' names and values stand at the end.
 */
function toStoredPart(part: ClientPart, createdAt: string): (string | number | null)[] {
  const time = (at: string) => (at === createdAt ? 0 : at)
  const stored = [
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
    time(part.seenAt)
  ]
  for (const name in part.stamps) stored.push(name, part.stamps[name]!)
  return stored
}

function toPart(stored: readonly any[], createdAt: string): ClientPart {
  const time = (at: string | 0) => (at === 0 ? createdAt : at)
  const stamps: [string, string][] = []
  for (let at = 12; at < stored.length; at += 2) stamps.push([stored[at], stored[at + 1]])
  return {
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
    token: stored[9],
    runId: stored[10],
    seenAt: time(stored[11])
  }
}

/** `|active|expired|`: lets a list of agreements by status pass a client over without reading it. */
function agreementStatesOf(agreements: readonly ClientAgreement[]): string {
  return `|${[...new Set(agreements.map(agreement => agreement.status))].sort().join('|')}|`
}

/** To be joined with client_owners. */
export const RECORD_COLUMNS = `clients.id, tenant, connection_id, external_id, sort_key, name_key, status, rev, body,
  agreements`

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
    agreements: row.agreements === null ? [] : JSON.parse(row.agreements),
    status: statusOf(row.status),
    statusReason: body.statusReason,
    statusSince: body.statusSince,
    parts: body.parts.map((part: any[]) => toPart(part, body.createdAt)),
    createdAt: body.createdAt,
    updatedAt: body.updatedAt,
    rev: row.rev
  }
}
