import { Type } from 'typebox'
import { StringOrNull, Time, TimeOrNull } from '../rest/fields.ts'
import { ListingOf } from '../rest/listing.ts'

const Count = Type.Integer({ minimum: 0 })
const CountOrNull = Type.Union([Count, Type.Null()])

export const Receipt = Type.Object({
  id: Type.String(),
  installationId: Type.String(),
  mode: Type.Union([Type.Literal('full'), Type.Literal('incremental'), Type.Literal('compare')]),
  status: Type.Union([
    Type.Literal('running'),
    Type.Literal('succeeded'),
    Type.Literal('failed'),
    Type.Literal('interrupted'),
    Type.Literal('awaiting-approval')
  ]),
  continues: Type.Union([Type.String(), Type.Null()], {
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
  reconciliation: Type.Union([
    Type.Object({
      source: Count,
      store: Count,
      differences: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() }))
    }),
    Type.Null()
  ]),
  error: Type.Union([Type.Object({ code: Type.String(), detail: Type.String() }), Type.Null()])
})

export const ReceiptOrNull = Type.Union([Receipt, Type.Null()])
export const Receipts = ListingOf(Receipt)

export const Rejects = ListingOf(
  Type.Object({
    key: Type.String({ description: "The vendor's id, or a position where it has none" }),
    externalId: StringOrNull,
    reason: Type.String(),
    payload: Type.Union([Type.String(), Type.Null()], {
      description: 'JSON text as the vendor sent it, at most 64 KiB'
    }),
    at: Time
  })
)
