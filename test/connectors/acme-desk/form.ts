import { type ContextOf, type PollContextOf, Type } from 'integration-host/connector'

export const credentials = Type.Object(
  {
    token: Type.String({ title: 'API token', writeOnly: true, minLength: 1, examples: ['desk_1234'] }),
    region: Type.String({
      title: 'Region',
      description: 'eu or us, or the address of your own server',
      minLength: 1,
      examples: ['eu']
    })
  },
  { additionalProperties: false }
)

export const settings = Type.Object({}, { additionalProperties: false })

/** What every call is given, and what a poll is. */
export type Desk = ContextOf<typeof credentials, typeof settings>
export type DeskPoll = PollContextOf<typeof credentials, typeof settings>
