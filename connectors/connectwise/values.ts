/** How ConnectWise writes what is not plain: references, flags, when a record was changed. */
import { text } from 'integration-host/connector'
import { idWithin, utc, within } from 'integration-host/connector/kit'

/** The id of `record.company`, `record.product` and the like; references may be null, `{}` or absent. */
export const referredId = (reference: unknown) => idWithin(reference, 'id')

/** The name of a reference (`status`, `country`, `vendor`). */
export const nameOf = (reference: unknown) => text(within(reference, 'name'))

/** `_info.lastUpdated` in UTC; undefined if the record has none that can be read. */
export const lastUpdated = (record: unknown) => utc(within(record, '_info', 'lastUpdated'))

/** True and "True" alike: old models send booleans as text. */
export function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true')
}
