import { type ContextOf, type PollContextOf, Type } from 'integration-host/connector'

// To do 2: a field for each thing that the vendor's login needs, with its words; secrets are writeOnly.
export const credentials = Type.Object(
  {
    key: Type.String({ title: 'API key', writeOnly: true, minLength: 1 }),
    site: Type.String({ title: 'Site', description: 'Your site’s name, or an address', minLength: 1 })
  },
  { additionalProperties: false }
)

export const settings = Type.Object({}, { additionalProperties: false })

/** What every call is given, and what a poll is. */
export type MyVendor = ContextOf<typeof credentials, typeof settings>
export type MyVendorPoll = PollContextOf<typeof credentials, typeof settings>
