import type { ObjectId } from 'mongodb'
import { wordsOf } from '../../entities/name-key.ts'
import type { ClientStatus } from '../../entities/shapes/client.ts'
import type { ClientRecord } from '../port.ts'
import type { ClientDocument } from './documents.ts'

export function partKey(installationId: string, status: ClientStatus): string {
  return `${installationId}/${status}`
}

export function toDocument({ id, ...record }: ClientRecord, rev: number, mark: ObjectId): ClientDocument {
  return {
    _id: id,
    ...record,
    rev,
    words: wordsOf(record.nameKey),
    partKeys: record.parts.map(part => partKey(part.installationId, part.status)),
    agreementCount: record.agreements.length,
    mark
  }
}

export function toRecord(document: ClientDocument): ClientRecord {
  const { _id: id, words: _words, partKeys: _partKeys, agreementCount: _count, mark: _mark, ...record } = document
  return { id, ...record }
}
