import { readId, utc } from 'integration-host/connector/kit'

/** The id of `record.company`, `record.product` and the like. */
export function referredId(reference: unknown): string | undefined {
  return typeof reference === 'object' && reference !== null ? readId((reference as { id?: unknown }).id) : undefined
}

/** `_info.lastUpdated` in UTC; undefined if the record has none that can be read. */
export function lastUpdated(record: unknown): string | undefined {
  return utc((record as { _info?: { lastUpdated?: unknown } | null } | null)?._info?.lastUpdated)
}
