import { Type } from 'integration-host/connector'
import { namesField } from 'integration-host/connector/kit'
import type { Static } from 'typebox'

/** Which of the tenant's own company types and statuses take part: every instance names them as it likes. */
export const settings = Type.Object(
  {
    types: namesField(
      'Company types',
      'Companies of one of these types take part. Capitals do not matter. Setup Tables > Company Type lists yours.',
      'Customer'
    ),
    statuses: namesField(
      'Company statuses',
      'Companies in one of these statuses take part. Capitals do not matter. Setup Tables > Company Status lists yours.',
      'Active'
    )
  },
  { title: 'Who counts as an active customer?', additionalProperties: false, default: {} }
)
export type Settings = Static<typeof settings>
