import { Type } from 'typebox'
import { StringOrNull, Time, TimeOrNull } from '../http/schemas/fields.ts'
import { ListingOf } from '../http/schemas/listing.ts'
import { orNull } from '../http/schemas/or-null.ts'

const Count = Type.Integer({ minimum: 0 })
const CountOrNull = orNull(Count)

export const Receipt = Type.Object({
  id: Type.String(),
  installationId: Type.String(),
  mode: Type.Enum(['full', 'incremental', 'compare']),
  status: Type.Enum(['running', 'succeeded', 'failed', 'interrupted', 'awaiting-approval']),
  continues: orNull(Type.String(), {
    description: 'The run whose complete pass this one went on with'
  }),
  startedAt: Time,
  endedAt: TimeOrNull,
  progress: Type.Object({ read: Count, expected: CountOrNull }),
  counts: Type.Object(
    {
      read: Count,
      created: Count,
      updated: Count,
      unchanged: Count,
      leftOut: Count,
      inactivated: Count,
      gone: Count,
      setAside: Count
    },
    { description: 'read = created + updated + unchanged + leftOut + setAside' }
  ),
  leftOutBy: Type.Record(Type.String(), Count, { description: 'Records left out, by the rule they failed' }),
  source: Type.Object({ count: CountOrNull, requests: Count, throttled: Count, bytes: Count }),
  reconciliation: orNull(
    Type.Object({
      source: Count,
      store: Count,
      differences: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }))
    })
  ),
  error: orNull(Type.Object({ code: Type.String(), detail: Type.String() }))
})

export const ReceiptOrNull = orNull(Receipt)
export const Receipts = ListingOf(Receipt)

export const Rejects = ListingOf(
  Type.Object({
    key: Type.String({ description: "The vendor's id, or a position where it has none" }),
    externalId: StringOrNull,
    reason: Type.String(),
    payload: orNull(Type.String(), {
      description: 'JSON text as the vendor sent it, at most 64 KiB'
    }),
    at: Time
  })
)
