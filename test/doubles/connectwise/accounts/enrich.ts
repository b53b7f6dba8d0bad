import { createRandom, type VendorRecord } from '../../kit/index.ts'
import { times } from './agreement-record.ts'

/**
 * What many accounts have and a simple one has not: additions of which some is included, agreements below others,
 * agreements that are billed once, discounts. Uses random numbers of its own, so the records stay those of the plain
 * account otherwise.
 */
export function enrich(agreements: readonly VendorRecord[], additions: readonly VendorRecord[], seed: number): void {
  const random = createRandom(seed + 77)
  let above: VendorRecord | undefined
  for (const agreement of agreements) {
    if (random.chance(0.05)) agreement.billOneTimeFlag = true
    if (above && above.company.id === agreement.company.id && random.chance(0.3)) {
      agreement.parentAgreement = { id: above.id, name: above.name }
    } else above = agreement
  }
  for (const addition of additions) {
    if (random.chance(0.15)) {
      addition.lessIncluded = random.below(addition.quantity + 5)
      addition.billedQuantity = Math.max(0, addition.quantity - addition.lessIncluded)
    }
    if (random.chance(0.05)) {
      addition.unitPrice = -addition.unitPrice
      addition.extPrice = times(addition.quantity, addition.unitPrice)
    }
  }
}
