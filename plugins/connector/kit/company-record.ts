import type { Unread } from '../contract.ts'
import type { VendorRecord } from './records.ts'

/** A company as its vendor sent it: what every record of a sync type about companies begins with. */
export interface RecordOfCompany<Facts> {
  readonly company: VendorRecord
  /** What the rules look at, worked out when the company is read: a rule needs neither settings nor tables of names. */
  readonly facts: Facts
  /** What of it could not be read. */
  readonly unread: readonly Unread[]
}

/** What a `Composition` says of such a record, whoever the vendor is. */
export const ofCompanyRecord = {
  id: ({ company }: RecordOfCompany<unknown>) => company.id,
  unread: ({ unread }: RecordOfCompany<unknown>) => unread
}
