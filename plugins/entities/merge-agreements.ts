import { agreementIdOf } from './client-keys.ts'
import type { Agreement } from './shapes/agreement.ts'
import type { ClientAgreement, ClientRecord } from './stored-client.ts'

/** An agreement that the vendor no longer lists stays, marked gone. */
export function mergeAgreements(record: ClientRecord, listed: readonly Agreement[], at: string): ClientAgreement[] {
  const before = new Map(record.agreements.map(agreement => [agreement.externalId, agreement]))
  const merged = listed.map(agreement => {
    const id = agreementIdOf(record.connectionId, agreement.externalId)
    const known = before.get(agreement.externalId)
    before.delete(agreement.externalId)
    const next: ClientAgreement = { ...agreement, id, updatedAt: at }
    if (!known) return next
    return JSON.stringify({ ...next, updatedAt: known.updatedAt }) === JSON.stringify(known) ? known : next
  })
  for (const lost of before.values())
    merged.push(lost.status === 'gone' ? lost : { ...lost, status: 'gone', updatedAt: at })
  return merged.sort((a, b) => (a.externalId < b.externalId ? -1 : 1))
}
