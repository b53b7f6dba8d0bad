import type { Big } from 'big.js'
import type { VendorRecord } from '../api/records.ts'
import { day } from './date.ts'
import { amount, zero } from './money.ts'
import { text } from './text.ts'

export function isBillable({ billCustomer }: VendorRecord): boolean {
  return text(billCustomer)?.toLowerCase() === 'billable'
}

/**
 * What an addition adds to the invoice of a billing cycle on the day `asOf`: its extended price if it is billable, in
 * effect and not cancelled; undefined if it is none of these.
 */
export function countedAmount(addition: VendorRecord, asOf: string): Big | undefined {
  if (!isBillable(addition)) return undefined
  const effective = day(addition.effectiveDate)
  if (effective !== null && effective > asOf) return undefined
  const cancelled = day(addition.cancelledDate)
  if (cancelled !== null && cancelled <= asOf) return undefined
  const extended = amount(addition.extPrice)
  if (extended) return extended
  return (amount(addition.unitPrice) ?? zero).times(amount(addition.quantity) ?? zero)
}

/** The bill amount and what the additions add to it. @param counted the additions' amounts */
export function overallCost(agreement: VendorRecord, counted: readonly (Big | undefined)[]): Big {
  return counted.reduce<Big>((sum, one) => (one ? sum.plus(one) : sum), amount(agreement.billAmount) ?? zero)
}
