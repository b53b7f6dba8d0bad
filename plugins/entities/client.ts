import { type Static, Type } from 'typebox'

/** `null` where the vendor has none; a part that the vendor leaves empty is `null`, never `""`. */
export const Address = Type.Object(
  {
    line1: Type.Union([Type.String(), Type.Null()]),
    line2: Type.Union([Type.String(), Type.Null()]),
    city: Type.Union([Type.String(), Type.Null()]),
    state: Type.Union([Type.String(), Type.Null()]),
    postalCode: Type.Union([Type.String(), Type.Null()]),
    country: Type.Union([Type.String(), Type.Null()])
  },
  { additionalProperties: false }
)
export type Address = Static<typeof Address>

export const Email = Type.Object(
  {
    value: Type.String(),
    label: Type.Union([Type.String(), Type.Null()]),
    primary: Type.Boolean()
  },
  { additionalProperties: false }
)
export type Email = Static<typeof Email>

export const Phone = Type.Object(
  {
    value: Type.String({ description: 'As the vendor has it: unformatted, no country code promised' }),
    extension: Type.Union([Type.String(), Type.Null()]),
    label: Type.Union([Type.String(), Type.Null()]),
    primary: Type.Boolean()
  },
  { additionalProperties: false }
)
export type Phone = Static<typeof Phone>

/** What a customer of the MSP looks like here, whatever the vendor calls it. */
export const ClientProfile = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    address: Type.Union([Address, Type.Null()]),
    emails: Type.Array(Email),
    phones: Type.Array(Phone),
    websites: Type.Array(Type.String())
  },
  { additionalProperties: false }
)
export type ClientProfile = Static<typeof ClientProfile>

/** active: matches the sync's rules; inactive: the vendor still has it but it stopped matching; gone: the vendor no longer has it. */
export const ClientStatus = Type.Union([Type.Literal('active'), Type.Literal('inactive'), Type.Literal('gone')])
export type ClientStatus = Static<typeof ClientStatus>
