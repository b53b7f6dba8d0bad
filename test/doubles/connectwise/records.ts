import type { VendorRecord } from '../kit/index.ts'

/** `_info`: the only place where the vendor keeps a record's times. */
export interface Info {
  lastUpdated?: string
  updatedBy?: string
  dateEntered?: string
  enteredBy?: string
  [href: string]: string | undefined
}

/** The vendor writes times in UTC, to the second, with a `Z`. */
export function vendorDate(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

/** Reads a vendor date in milliseconds; old records hold stray spaces ("2002-08-20T18: 04: 26Z"). NaN when absent. */
export function readDate(text: unknown): number {
  if (typeof text !== 'string') return Number.NaN
  const tight = text.includes(' ') ? text.replaceAll(' ', '') : text
  return Date.parse(tight.includes('T') && !tight.endsWith('Z') ? `${tight}Z` : tight)
}

/** The time that polls ask for. */
export function lastUpdatedOf(record: VendorRecord): number {
  return readDate((record._info as Info | undefined)?.lastUpdated)
}
