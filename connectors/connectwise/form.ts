/** What is asked of people: the install form, and the settings of an installation. */
import { type ContextOf, Type } from 'integration-host/connector'
import { namesField, settingsOf } from 'integration-host/connector/kit'

/**
 * The install form. The username is secret too: by the install instructions a key stands behind its plus sign.
 */
export const credentials = Type.Object(
  {
    username: Type.String({
      title: 'Username',
      description:
        'Your login company ID, a plus sign and one of the two API keys. The company ID is on the sign-in screen of ConnectWise PSA; the keys are under System > Members > API Members > your member > API Keys.',
      examples: ['samplecompany_c+a1bcDEdGHijklmn2'],
      minLength: 1,
      maxLength: 300,
      writeOnly: true
    }),
    password: Type.String({
      title: 'Password',
      description:
        'The other API key of the same pair (System > Members > API Members > your member > API Keys). Either order of the two keys is found out.',
      examples: ['Zy9xWvUtSrQpOn87'],
      minLength: 1,
      maxLength: 300,
      writeOnly: true
    }),
    domain: Type.String({
      title: 'Domain',
      description: 'The web address at which you open ConnectWise PSA.',
      examples: ['https://na.myconnectwise.net'],
      minLength: 1,
      maxLength: 300
    }),
    apiVersion: Type.Optional(
      Type.String({
        title: 'API Version',
        description:
          'The release of your instance, shown under the question mark > About; for v2020.3 enter v2020_3. May stay empty: it is found out, and followed when your instance is upgraded.',
        examples: ['v2020_3'],
        maxLength: 40
      })
    ),
    clientId: Type.String({
      title: 'Client ID',
      description: 'From developer.connectwise.com > ClientID, after signing in: copy the ID of your integration.',
      examples: ['01234567-89ab-cdef-0123-456789abcdef'],
      minLength: 1,
      maxLength: 100,
      writeOnly: true
    })
  },
  { additionalProperties: false }
)

/** One client ID serves all tenants of a host: the operator may set it once. */
export const operator = Type.Object({ clientId: credentials.properties.clientId })

/** Which of the tenant's own company types and statuses take part: every instance names them as it likes. */
export const settings = settingsOf({
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
})

/** What every call is given, as far as these forms say. */
export type Context = ContextOf<typeof credentials, typeof settings>
export type Credentials = Context['credentials']
export type Settings = Context['settings']
