import { type Static, Type } from 'typebox'

/** A decimal number as text, two decimals or more: money never passes through a float. */
export const Money = Type.String({ pattern: '^-?[0-9]+\\.[0-9]{2,}$', examples: ['1234.50'] })

export const AgreementStatus = Type.Union(
  ['active', 'inactive', 'cancelled', 'expired', 'unknown', 'gone'].map(status => Type.Literal(status)),
  { description: 'gone: the vendor no longer has it; unknown: the vendor does not say' }
)

/** What a client has signed, whatever the vendor calls it (agreement, contract). One entry of a contribution. */
export const Agreement = Type.Object(
  {
    externalId: Type.String(),
    vendorName: Type.String({ description: 'The vendor with the largest amount, or the sync type’s stated default' }),
    vendors: Type.Array(Type.String(), { description: 'Every vendor found, the largest amount first' }),
    contractName: Type.Union([Type.String(), Type.Null()]),
    overallCost: Money,
    currency: Type.Union([Type.String(), Type.Null()]),
    billingCycle: Type.Union([Type.String(), Type.Null()]),
    status: Type.String(),
    startDate: Type.Union([Type.String(), Type.Null()]),
    endDate: Type.Union([Type.String(), Type.Null()])
  },
  { additionalProperties: false }
)
export type Agreement = Static<typeof Agreement>
