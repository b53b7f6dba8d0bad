import type { ClientStatus } from '../../entities/client.ts'
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
    body: JSON.stringify({ connector, profile, statusReason, statusSince, parts, createdAt, updatedAt }),
    agreements: agreements.length ? JSON.stringify(agreements) : null
  }
}

/** A client as what its row takes: cheaper to bring to another thread than the record. */
export interface ClientRow
  extends ClientColumns,
    Pick<ClientRecord, 'id' | 'tenant' | 'connectionId' | 'externalId' | 'status' | 'nameKey' | 'sortKey'> {}

export function toRow(record: ClientRecord): ClientRow {
  const { id, tenant, connectionId, externalId, status, nameKey, sortKey } = record
  return { id, tenant, connectionId, externalId, status, nameKey, sortKey, ...toColumns(record) }
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
    parts: body.parts,
    createdAt: body.createdAt,
    updatedAt: body.updatedAt,
    rev: row.rev
  }
}
