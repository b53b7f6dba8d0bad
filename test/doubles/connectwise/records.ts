/** `_info`: the only place where the vendor keeps a record's times. */
export interface Info {
  lastUpdated?: string
  updatedBy?: string
  dateEntered?: string
  enteredBy?: string
  [href: string]: string | undefined
}

/** A record in the vendor's shape. Only `id` is safe to require, as in the real API. */
export interface VendorRecord {
  id: number
  _info?: Info
  [field: string]: any
}

/** What a caller may leave out when a record is added: the id and the times are given by the double. */
export type NewRecord = { id?: number; [field: string]: any }

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
