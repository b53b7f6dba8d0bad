import { Type } from 'typebox'
import { Time } from '../../http/schemas/fields.ts'
import { ListingOf } from '../../http/schemas/listing.ts'

export const ConnectionView = Type.Object({
  id: Type.String(),
  connector: Type.String(),
  account: Type.Object({ id: Type.String(), name: Type.String() }),
  display: Type.Record(Type.String(), Type.String(), { description: 'What may be shown of the credentials' }),
  installations: Type.Array(Type.String(), { description: 'Ids' }),
  createdAt: Time,
  updatedAt: Time
})

export const Connections = ListingOf(ConnectionView)

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
