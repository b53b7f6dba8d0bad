import { Type } from 'typebox'
import { Client } from '../../clients/schemas.ts'
import type { Connector } from '../../connector/contract.ts'
import { LossItem } from '../../entities/loss-schemas.ts'
import { StringOrNull, Time, TimeOrNull } from '../../http/schemas/fields.ts'
import { ListingOf, ListQuery } from '../../http/schemas/listing.ts'
import { orNull } from '../../http/schemas/or-null.ts'
import { ReceiptOrNull } from '../../runs/schemas.ts'
import { validationAnswer } from '../check-schemas.ts'
import { closed, partial } from '../settings.ts'
import { InstallationStatus } from '../status.ts'
import { HoldView } from './loss-schemas.ts'
import { Schedule, ScheduleWish } from './schedule.ts'

const Count = Type.Integer({ minimum: 0 })
const CountOrNull = orNull(Count)
const Id = Type.String({ minLength: 1, maxLength: 100 })

export const InstallationView = Type.Object({
  id: Type.String(),
  connector: Type.String(),
  connectionId: Type.String(),
  syncType: Type.String(),
  status: InstallationStatus,
  statusReason: StringOrNull,
  schedule: Schedule,
  settings: Type.Record(Type.String(), Type.Unknown()),
  nextRunAt: TimeOrNull,
  nextCompareAt: TimeOrNull,
  poll: orNull(
    Type.Object({
      mark: Type.String({
        description: 'When the last look for changes began that ended: the next one asks from here'
      }),
      deepAt: orNull(Type.String(), { description: 'When the last look that went back 24 hours ended' }),
      alwaysDeep: Type.Boolean({ description: 'This account shows changes late: each look goes back 24 hours' })
    }),
    { description: 'null: there was none yet' }
  ),
  pass: orNull(
    Type.Object({ mode: Type.Enum(['full', 'compare']), startedAt: Time, read: Count, expected: CountOrNull }),
    {
      description: 'The complete pass under way, over as many runs as it takes'
    }
  ),
  lastPass: orNull(Type.Object({ runId: Type.String(), startedAt: Time }), {
    description: 'The last complete pass that succeeded; null: the first import is not whole'
  }),
  hold: HoldView,
  misfits: orNull(Type.Object({ count: Count, detail: Type.String(), since: Time }), {
    description: 'Complete passes in a row that did not fit what the vendor counts; null: the last one did'
  }),
  resettled: orNull(Type.String(), {
    description: 'Settings that were changed, in words, until everything was read by them; what leaves names it'
  }),
  currentRun: ReceiptOrNull,
  lastRun: ReceiptOrNull,
  counts: Type.Object({ active: Count, inactive: Count, gone: Count }),
  createdAt: Time,
  updatedAt: Time
})

export const Installations = ListingOf(InstallationView)
export const InstallationFilters = ListQuery({
  connector: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  connectionId: Type.Optional(Id)
})

export const ReconfigurationBody = Type.Object(
  {
    schedule: Type.Optional(ScheduleWish),
    settings: Type.Optional(
      Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
        maxProperties: 50,
        description: 'Put over the saved ones, field by field; everything is then read again'
      })
    )
  },
  { additionalProperties: false, minProperties: 1 }
)

export const RunAccepted = Type.Object({ runId: Type.String() })

export const PreviewAnswer = Type.Object({
  counts: Type.Object({
    matched: Count,
    leftOut: Type.Array(Type.Object({ rule: Type.String(), count: Count }))
  }),
  samples: Type.Object({
    matched: Type.Array(Type.String()),
    leftOut: Type.Array(Type.Object({ name: Type.String(), rule: Type.String() }))
  }),
  choices: Type.Record(Type.String(), Type.Array(Type.String()), {
    description: 'Names the tenant has, to choose from, by field of the settings'
  }),
  expectedRequests: Count,
  partial: Type.Boolean({ description: 'Not everything could be counted in 20 s: the counts are at least these' })
})

export const InstallAnswer = Type.Object({
  connectionId: Type.String(),
  installations: Type.Array(Type.Object({ id: Type.String(), syncType: Type.String(), status: InstallationStatus })),
  recommends: Type.Array(Type.String())
})

export const ExplainQuery = Type.Object(
  {
    connectionId: Id,
    id: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'The vendor’s id; either this or `name`' })
    ),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'The name or its beginning; either this or `id`' })
    )
  },
  { additionalProperties: false }
)

export const Explanation = Type.Object({
  found: Type.Boolean({ description: 'Whether the vendor has it now' }),
  verdict: Type.String({ description: 'One sentence' }),
  externalId: StringOrNull,
  name: StringOrNull,
  facts: Type.Record(Type.String(), Type.Unknown(), { description: 'What the vendor says of it now' }),
  rules: Type.Array(
    Type.Object({
      syncType: Type.String(),
      name: Type.String(),
      title: Type.String(),
      passed: Type.Boolean(),
      message: Type.String()
    })
  ),
  syncTypes: Type.Array(
    Type.Object({
      syncType: Type.String(),
      installationId: StringOrNull,
      status: orNull(Type.String({ description: 'Of the client, as this sync type has it' })),
      verdict: Type.String(),
      reject: orNull(Type.String(), { description: 'Why the vendor’s record cannot be used now' }),
      unread: Type.Array(Type.Object({ key: Type.String(), reason: Type.String() }), {
        description: 'What of it the vendor does not let us read now'
      }),
      setAside: orNull(Type.Object({ reason: Type.String(), at: Time }), {
        description: 'Why it was set aside when a run last looked at it'
      }),
      losses: Type.Array(
        Type.Object({ ...LossItem.properties, since: Time, waitsFor: Type.Enum(['second-look', 'approval']) })
      ),
      refused: Type.Array(Type.String(), { description: 'Losses that a person has refused, by their keys' }),
      undone: orNull(Type.Object({ runId: Type.String(), by: Type.String(), at: Time }), {
        description: 'The run that a person has undone here, if the vendor still gives what it brought'
      })
    }),
    { description: 'What each installed sync type makes of it; empty if the vendor does not have it' }
  ),
  client: orNull(Client),
  lastRun: ReceiptOrNull,
  others: Type.Array(Type.Object({ externalId: Type.String(), name: Type.String() }))
})

/** The bodies and answers whose shape the connector has a part in. */
export function connectorSchemas(connector: Connector) {
  const credentials = closed(connector.credentials)
  const settings = Type.Optional(partial(connector.settings))
  const syncType = Type.Enum(connector.syncTypes.map(type => type.name))
  const source = { credentials: Type.Optional(credentials), connectionId: Type.Optional(Id) }
  const strict = { additionalProperties: false }
  const oneSource = { ...strict, oneOf: [{ required: ['credentials'] }, { required: ['connectionId'] }] }
  return {
    validate: Type.Object({ credentials, settings }, strict),
    validateAnswer: {
      ...Type.Object({ ...validationAnswer, ...connector.validationDetails?.properties }),
      // A validation that failed early knows none of the connector's details.
      required: ['valid', 'checks', 'problems', 'remarks']
    },
    preview: Type.Object({ ...source, syncType, settings }, oneSource),
    install: Type.Object(
      {
        ...source,
        syncTypes: Type.Array(syncType, { minItems: 1, uniqueItems: true }),
        settings,
        schedule: Type.Optional(ScheduleWish)
      },
      oneSource
    )
  }
}
