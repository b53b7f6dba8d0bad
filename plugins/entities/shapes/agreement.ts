import { type Static, Type } from 'typebox'
import { orNull } from '../../http/schemas/or-null.ts'

/** A decimal number as text, two decimals or more: money never passes through a float. */
export const Money = Type.String({ pattern: '^-?[0-9]+\\.[0-9]{2,}$', examples: ['1234.50'] })

/** What a client has signed, whatever the vendor calls it (agreement, contract). One entry of a contribution. */
export const Agreement = Type.Object(
  {
    externalId: Type.String(),
    vendorName: Type.String({ description: 'The vendor with the largest amount, or the sync type’s stated default' }),
    vendors: Type.Array(Type.String(), { description: 'Every vendor found, the largest amount first' }),
    contractName: orNull(Type.String()),
    overallCost: orNull(Money),
    currency: orNull(Type.String()),
    billingCycle: orNull(Type.String()),
    status: Type.String({
      description:
        'In lower case: active, inactive, cancelled, expired; unknown: the vendor does not say; gone: it no longer has it'
    }),
    startDate: orNull(Type.String()),
    endDate: orNull(Type.String()),
    parentId: orNull(Type.String({ description: 'External id of the agreement that this one belongs to' })),
    billedOnce: Type.Boolean({ description: 'The cost is for once, not for each billing cycle' })
  },
  { additionalProperties: false }
)
export type Agreement = Static<typeof Agreement>
