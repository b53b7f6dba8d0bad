import { type HttpResponse, SourceUnreadable } from '../../../plugins/connector/contract.ts'
import { utc } from './utc.ts'

/** One object of a list. The id is text whatever the vendor sent; nothing else of it may be relied on. */
export type VendorRecord = Readonly<Record<string, unknown>> & { readonly id: string }

/** An entry of a list that cannot be used. */
export interface Unusable {
  /** undefined: it has none that can be read. */
  readonly id: string | undefined
  readonly reason: string
  /** What came of it. */
  readonly payload: unknown
}

/** What a list was found to hold. */
export interface Found {
  readonly records: readonly VendorRecord[]
  readonly unusable: readonly Unusable[]
}

/** An id as text: a safe integer, or digits. Undefined for anything else. */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined
  if (typeof value !== 'string') return undefined
  return /^\d{1,15}$/.test(value.trim()) ? String(Number(value)) : undefined
}

/** The id of `record.company`, `record.product` and the like. */
export function referredId(reference: unknown): string | undefined {
  return typeof reference === 'object' && reference !== null ? readId((reference as { id?: unknown }).id) : undefined
}

/** The records of a list, and what stands in it but is none. Throws SourceUnreadable if it is not a list. */
export function readRecords(body: unknown, what: string): { records: VendorRecord[]; unusable: Unusable[] } {
  if (!Array.isArray(body))
    throw new SourceUnreadable(`ConnectWise answered ${what} with something that is no list.`, 'shape')
  const records: VendorRecord[] = []
  const unusable: Unusable[] = []
  for (const entry of body) {
    const id = typeof entry === 'object' && entry !== null ? readId(entry.id) : undefined
    if (id === undefined)
      unusable.push({ id, reason: `A record of ${what} has no id that can be used.`, payload: entry })
    else {
      // An answer that is shared is nobody's to change; copying each one would cost too much.
      const record = Object.isFrozen(entry) ? { ...entry } : entry
      record.id = id
      records.push(record)
    }
  }
  return { records, unusable }
}

/** `{ "count": 12 }` of a count endpoint. */
export function readCount(response: HttpResponse, what: string): number {
  const count = Number((response.body as { count?: unknown } | null)?.count ?? Number.NaN)
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new SourceUnreadable(`ConnectWise answered the count of ${what} with something that is no count.`, 'shape')
  }
  return count
}

/** `_info.lastUpdated` in UTC; undefined if the record has none that can be read. */
export function lastUpdated(record: unknown): string | undefined {
  return utc((record as { _info?: { lastUpdated?: unknown } | null } | null)?._info?.lastUpdated)
}
