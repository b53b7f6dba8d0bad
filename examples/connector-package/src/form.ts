import { type ContextOf, type PollContextOf, Type } from 'integration-host/connector'

export const credentials = Type.Object(
  {
    key: Type.String({ title: 'API key', writeOnly: true, minLength: 1, examples: ['lantern_1234'] }),
    site: Type.String({
      title: 'Site',
      description: 'The name before .lantern-desk.example, or the address of your own server',
      minLength: 1,
      examples: ['harbour']
    })
  },
  { additionalProperties: false }
)

export const settings = Type.Object({}, { additionalProperties: false })

/** What every call is given, and what a poll is. */
export type Lantern = ContextOf<typeof credentials, typeof settings>
export type LanternPoll = PollContextOf<typeof credentials, typeof settings>
