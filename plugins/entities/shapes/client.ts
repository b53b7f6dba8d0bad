import { type Static, Type } from 'typebox'
import { orNull } from '../../http/schemas/or-null.ts'

/** `null` where the vendor has none; a part that the vendor leaves empty is `null`, never `""`. */
export const Address = Type.Object(
  {
    line1: orNull(Type.String()),
    line2: orNull(Type.String()),
    city: orNull(Type.String()),
    state: orNull(Type.String()),
    postalCode: orNull(Type.String()),
    country: orNull(Type.String())
  },
  { additionalProperties: false }
)
export type Address = Static<typeof Address>

export const Email = Type.Object(
  {
    value: Type.String(),
    label: orNull(Type.String()),
    primary: Type.Boolean()
  },
  { additionalProperties: false }
)
export type Email = Static<typeof Email>

export const Phone = Type.Object(
  {
    value: Type.String({
      description: 'E.164 where the country is known (+15550100199), else the digits alone',
      examples: ['+15550100199']
    }),
    typed: orNull(Type.String(), { description: 'As the vendor has it; null if it was stored before this was kept' }),
    extension: orNull(Type.String({ description: 'Digits' })),
    label: orNull(Type.String()),
    primary: Type.Boolean()
  },
  { additionalProperties: false }
)
export type Phone = Static<typeof Phone>

/** What a customer of the MSP looks like here, whatever the vendor calls it. */
export const ClientProfile = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    address: orNull(Address),
    emails: Type.Array(Email),
    phones: Type.Array(Phone),
    websites: Type.Array(Type.String())
  },
  { additionalProperties: false }
)
export type ClientProfile = Static<typeof ClientProfile>

/** active: matches the sync's rules; inactive: the vendor still has it but it stopped matching; gone: the vendor no longer has it. */
export const ClientStatus = Type.Enum(['active', 'inactive', 'gone'])
export type ClientStatus = Static<typeof ClientStatus>
