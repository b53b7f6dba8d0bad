import { Type } from 'typebox'
import { Time } from '../http/schemas/fields.ts'
import { ListingOf } from '../http/schemas/listing.ts'
import { orNull } from '../http/schemas/or-null.ts'

export const Activity = Type.Object({
  seq: Type.Integer({ description: 'The entry’s number in the tenant’s trail, without a gap' }),
  at: Time,
  actor: orNull(Type.String({ description: '`sub` of the caller; null: the host by itself' })),
  action: Type.String({ examples: ['installation.stop'] }),
  target: orNull(Type.Object({ kind: Type.String(), id: Type.String() })),
  from: orNull(Type.String({ description: 'The caller’s address' })),
  outcome: Type.Enum(['done', 'refused', 'failed']),
  code: orNull(Type.String({ description: 'Of a refusal or failure; docs/errors.md' })),
  requestId: orNull(Type.String()),
  details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))
})

export const Activities = ListingOf(Activity)
