import { Type } from 'typebox'
import { ByKind } from '../entities/loss-schemas.ts'
import { type LeftReason, leftReasons } from '../entities/put-back.ts'
import { StringOrNull, Time, TimeOrNull } from '../http/schemas/fields.ts'
import { before, ListingOf, ListQuery, TwoWayListingOf } from '../http/schemas/listing.ts'
import { orNull } from '../http/schemas/or-null.ts'

const Count = Type.Integer({ minimum: 0 })
const CountOrNull = orNull(Count)

export const Receipt = Type.Object({
  id: Type.String(),
  installationId: Type.String(),
  mode: Type.Enum(['full', 'incremental', 'compare']),
  status: Type.Enum(['running', 'succeeded', 'failed', 'interrupted', 'postponed'], {
    description: 'postponed: the account’s calls are used up for now; no failure'
  }),
  continues: orNull(Type.String(), {
    description: 'The run whose complete pass this one went on with'
  }),
  runs: Type.Integer({
    minimum: 1,
    description:
      'How many it tells of: polls of a day that found nothing are one receipt, from the first one’s start to the last one’s end, with counts and requests added up'
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
      setAside: Count,
      held: Count
    },
    {
      description:
        'read = created + updated + unchanged + leftOut + setAside; held: clients of which something waits for a person'
    }
  ),
  leftOutBy: Type.Record(Type.String(), Count, { description: 'Records left out, by the rule they failed' }),
  took: ByKind(Count, 'What the run took away, by kind'),
  oldestLookSeconds: orNull(Type.Number({ minimum: 0 }), {
    description: 'How old the oldest look at what no list of changes shows is; null: nothing is looked at in rotation'
  }),
  notes: Type.Array(Type.String(), { description: 'What to know beside the counts, a sentence each' }),
  source: Type.Object({ count: CountOrNull, requests: Count, throttled: Count, bytes: Count }),
  reconciliation: orNull(
    Type.Object({
      source: Count,
      store: Count,
      differences: Type.Array(
        Type.Object({
          reason: Type.String(),
          rule: orNull(Type.String(), { description: 'The rule that left them out; null: another reason' }),
          count: Type.Integer()
        })
      )
    })
  ),
  undone: orNull(
    Type.Object({
      by: Type.String(),
      at: Time,
      endedAt: orNull(Time, { description: 'null: it is under way, or was cut and can be repeated' }),
      putBack: Type.Integer({ minimum: 0, description: 'Clients that are as they were before the run' }),
      left: Type.Partial(
        Type.Object(Object.fromEntries(leftReasons.map(reason => [reason, Count])) as Record<LeftReason, typeof Count>),
        { description: 'Clients that were left as they are, by reason' }
      )
    }),
    { description: 'A person has undone the run; what it added stays' }
  ),
  error: orNull(Type.Object({ code: Type.String(), detail: Type.String() }))
})

export const ReceiptOrNull = orNull(Receipt)
export const Receipts = ListingOf(Receipt)
export const AllReceipts = TwoWayListingOf(Receipt)

export const RunDays = Type.Object({
  items: Type.Array(
    Type.Object({
      day: Type.String({ description: 'Of UTC', examples: ['2026-11-28'] }),
      ended: Type.Integer({ minimum: 0, description: 'Runs that began on it and have ended' }),
      failed: Type.Integer({ minimum: 0, description: 'How many of them failed' })
    }),
    { description: 'The oldest first, today the last' }
  ),
  partial: Type.Boolean({ description: 'There were too many runs: the oldest days are left out' })
})

export const RunDaysQuery = Type.Object(
  {
    installationId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    days: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]?$', default: '30', description: 'How many, today among them; up to 99' })
    )
  },
  { additionalProperties: false }
)

export const RunFilters = ListQuery({
  installationId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  kind: Type.Optional(
    Type.Enum(['changes', 'problems'], {
      description: 'changes: clients changed; problems: it failed, set records aside, or something waits for a person'
    })
  ),
  day: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 20,
      description: 'Those that began on this day of UTC',
      examples: ['2026-11-28']
    })
  ),
  before
})

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
