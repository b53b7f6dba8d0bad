import { Type } from 'typebox'
import { Time } from '../../http/schemas/fields.ts'
import { ListingOf } from '../../http/schemas/listing.ts'
import { orNull } from '../../http/schemas/or-null.ts'
import { Check, validationAnswer } from '../check-schemas.ts'
import { InstallationStatus } from '../status.ts'

export const ConnectionView = Type.Object({
  id: Type.String(),
  connector: Type.String(),
  account: Type.Object({ id: Type.String(), name: Type.String() }),
  display: Type.Record(Type.String(), Type.String(), { description: 'What may be shown of the credentials' }),
  trouble: orNull(
    Type.Object({
      code: Type.String({ description: 'As in docs/errors.md' }),
      detail: Type.String({ description: 'What to do' }),
      since: Time,
      retryAt: orNull(Time, { description: 'When the host tries again by itself; null: not before a person acts' })
    }),
    { description: 'What stops every installation of it; null: nothing does' }
  ),
  workedAt: orNull(Time, { description: 'When the vendor last answered a run as it should' }),
  lastValidation: orNull(Type.Object({ at: Time, checks: Type.Array(Check) })),
  installations: Type.Array(Type.Object({ id: Type.String(), syncType: Type.String(), status: InstallationStatus })),
  createdAt: Time,
  updatedAt: Time
})

export const Connections = ListingOf(ConnectionView)

export const CheckAnswer = Type.Object(validationAnswer)

export const CredentialsChange = Type.Object(
  {
    credentials: Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), {
      minProperties: 1,
      maxProperties: 50,
      description:
        'Fields of the connector’s form; those left out stay as they are. Changing where they are sent needs every secret again'
    })
  },
  { additionalProperties: false }
)
