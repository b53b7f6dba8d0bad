import { SourceUnreadable } from '../failures.ts'

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

/** So many entries of one answer that all cannot be used are an odd answer, not odd entries. */
export const suspicious = 10

/** Whole numbers as ids can be; anything else never came from a vendor that numbers its records. */
export function isId(id: string): boolean {
  return /^\d{1,15}$/.test(id)
}

/** An id as text: a safe integer, or digits. Undefined for anything else. */
export function readId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined
  return typeof value === 'string' && isId(value.trim()) ? String(Number(value)) : undefined
}

/**
 * The records of a list, and what stands in it but is none.
 * @param what the list in words, after the vendor's name: "Desk: contacts"
 * @throws SourceUnreadable if it is not a list
 */
export function readRecords(entries: unknown, what: string): { records: VendorRecord[]; unusable: Unusable[] } {
  if (!Array.isArray(entries)) throw new SourceUnreadable(`${what}: the answer is no list.`, 'shape')
  const records: VendorRecord[] = []
  const unusable: Unusable[] = []
  for (const entry of entries) {
    const id = typeof entry === 'object' && entry !== null ? readId(entry.id) : undefined
    if (id === undefined) unusable.push({ id, reason: `${what}: a record has no id that can be used.`, payload: entry })
    else {
      // An answer that is shared is nobody's to change; copying each one would cost too much.
      const record = Object.isFrozen(entry) ? { ...entry } : entry
      record.id = id
      records.push(record)
    }
  }
  return { records, unusable }
}

/** The number of entries that a vendor counts. @throws SourceUnreadable */
export function readCount(value: unknown, what: string): number {
  // Of an empty text or list Number would make a nought, which nothing falls short of.
  const isWritten = typeof value === 'string' && /^\s*\d+\s*$/.test(value)
  const count = typeof value === 'number' || isWritten ? Number(value) : Number.NaN
  if (Number.isSafeInteger(count) && count >= 0) return count
  throw new SourceUnreadable(`${what}: the answer is no count.`, 'shape')
}

/** Records of some mark first (the primary contact), then by id. */
export function firstThenById(
  records: readonly VendorRecord[],
  isFirst: (record: VendorRecord) => boolean
): readonly VendorRecord[] {
  if (records.length < 2) return records
  return records.toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)) || Number(a.id) - Number(b.id))
}

export function joined(parts: readonly Found[]): Found {
  return parts.length === 1
    ? parts[0]!
    : { records: parts.flatMap(({ records }) => records), unusable: parts.flatMap(({ unusable }) => unusable) }
}
