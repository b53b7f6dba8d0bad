import { Type } from 'typebox'
import { Agreement } from '../../../plugins/entities/agreement.ts'
import { ClientProfile } from '../../../plugins/entities/client.ts'

/** What `map` may return. */
export const Contribution = Type.Object(
  {
    client: Type.Intersect([Type.Object({ name: Type.String({ minLength: 1 }) }), Type.Partial(ClientProfile)]),
    agreements: Type.Optional(Type.Array(Agreement))
  },
  { additionalProperties: false }
)
