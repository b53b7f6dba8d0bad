import type { Static } from 'typebox'
import { Type } from '../../plugins/connector/contract.ts'

const names = (title: string, description: string, fallback: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }), {
    title,
    description,
    default: [fallback],
    minItems: 1,
    maxItems: 50
  })

/** Which of the tenant's own company types and statuses take part: every instance names them as it likes. */
export const settings = Type.Object(
  {
    types: names(
      'Company types',
      'Companies of one of these types take part. Capitals do not matter. Setup Tables > Company Type lists yours.',
      'Customer'
    ),
    statuses: names(
      'Company statuses',
      'Companies in one of these statuses take part. Capitals do not matter. Setup Tables > Company Status lists yours.',
      'Active'
    )
  },
  { title: 'Who counts as an active customer?', additionalProperties: false, default: {} }
)
export type Settings = Static<typeof settings>
