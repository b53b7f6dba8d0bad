import { Type } from 'typebox'
import { Agreement, Money } from '../entities/shapes/agreement.ts'

const Count = Type.Integer({ minimum: 0 })
const { currency, billingCycle, billedOnce } = Agreement.properties

export const Vendor = Type.Object({
  vendorName: Agreement.properties.vendorName,
  agreements: Count,
  clients: Type.Integer({ minimum: 0, description: 'Who have at least one of these agreements' }),
  costs: Type.Array(Type.Object({ currency, billingCycle, billedOnce, overallCost: Money, agreements: Count }), {
    description:
      'A sum for each currency and billing cycle, the one of the most agreements first; what is billed once is in no cycle'
  }),
  moreCosts: Type.Integer({
    minimum: 0,
    description: 'Sums that are left out: a vendor has 100 at most, an answer 5,000'
  }),
  withoutCost: Type.Integer({ minimum: 0, description: 'Agreements whose cost is not known, in no sum' })
})

export const Vendors = Type.Object({
  items: Type.Array(Vendor, { description: 'The most agreements first, 500 vendors at most' }),
  vendors: Type.Integer({ minimum: 0, description: 'How many there are' }),
  more: Type.Boolean({ description: 'There are more vendors than these' }),
  agreements: Type.Integer({ minimum: 0, description: 'How many were summed up' }),
  partial: Type.Boolean({ description: 'There are more agreements than are summed up in one answer (100,000)' })
})

export const VendorFilters = Type.Object(
  {
    status: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, default: 'active', description: 'Letter case does not matter' })
    ),
    clientStatus: Type.Optional(
      Type.Enum(['active', 'inactive', 'gone'], {
        default: 'active',
        description: 'Of its client. As it is, the sums are of what is billed: active agreements of active clients'
      })
    )
  },
  { additionalProperties: false }
)
