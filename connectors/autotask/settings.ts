import { Type } from 'integration-host/connector'
import { namesField } from 'integration-host/connector/kit'
import type { Static } from 'typebox'

/** What takes part. The numbers behind the labels differ from database to database. */
export const settings = Type.Object(
  {
    types: namesField(
      'Company types',
      'Companies of one of these types take part, if they are active. Capitals do not matter. Autotask may call companies organizations, clients or accounts.',
      'Customer'
    ),
    contacts: Type.Enum(['active', 'primary'], {
      title: 'Contacts',
      description:
        'Autotask keeps no e-mail address with a company: they come from its contacts, with their phones. Of all active ones, or of the primary contact alone.',
      default: 'active'
    }),
    contracts: Type.Enum(['current', 'listed'], {
      title: 'Contracts',
      description:
        'Which contracts make a customer take part in Active Customer Contracts: one in effect today, or any that Autotask lists, ended ones too.',
      default: 'current'
    })
  },
  { title: 'Who counts as an active customer?', additionalProperties: false, default: {} }
)
export type Settings = Static<typeof settings>
