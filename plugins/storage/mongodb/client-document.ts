import type { ObjectId } from 'mongodb'
import { wordsOf } from '../../entities/name-key.ts'
import type { ClientStatus } from '../../entities/shapes/client.ts'
import { toAgreement, toPart } from '../former-shapes.ts'
import type { ClientRecord } from '../port.ts'
import type { ClientDocument } from './documents.ts'

export function partKey(installationId: string, status: ClientStatus): string {
  return `${installationId}/${status}`
}

export function changingKey(installationId: string, day: string): string {
  return `${installationId}/${day}`
}

export function toDocument({ id, ...record }: ClientRecord, rev: number, mark: ObjectId): ClientDocument {
  const live = record.agreements.filter(({ status }) => status !== 'gone').map(({ externalId }) => externalId)
  const changing = record.parts.flatMap(({ installationId, status, changesOn }) =>
    status === 'active' && changesOn !== null ? [changingKey(installationId, changesOn)] : []
  )
  return {
    _id: id,
    ...record,
    rev,
    words: wordsOf(record.nameKey),
    partKeys: record.parts.map(part => partKey(part.installationId, part.status)),
    agreementCount: record.agreements.length,
    // An empty list would be one value of a unique index.
    ...(live.length > 0 && { live }),
    ...(changing.length > 0 && { changing }),
    mark
  }
}

export function toRecord(document: ClientDocument): ClientRecord {
  const { _id: id, words: _words, partKeys: _partKeys, agreementCount: _count, mark: _mark, ...rest } = document
  const { live: _live, changing: _changing, ...record } = rest
  return { id, ...record, agreements: record.agreements.map(toAgreement), parts: record.parts.map(toPart) }
}
