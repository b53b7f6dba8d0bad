import { Type } from 'typebox'
import { Agreement } from '../../../plugins/entities/shapes/agreement.ts'
import { ClientProfile } from '../../../plugins/entities/shapes/client.ts'

/** What `map` may return. */
export const Contribution = Type.Object(
  {
    client: Type.Intersect([Type.Object({ name: Type.String({ minLength: 1 }) }), Type.Partial(ClientProfile)]),
    agreements: Type.Optional(Type.Array(Agreement)),
    changesOn: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }))
  },
  { additionalProperties: false }
)
