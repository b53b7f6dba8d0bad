import type { Big } from 'big.js'
import { amount, day, text, zero } from 'integration-host/connector'
import type { VendorRecord } from 'integration-host/connector/kit'

export function isBillable({ billCustomer }: VendorRecord): boolean {
  return text(billCustomer)?.toLowerCase() === 'billable'
}

/**
 * What an addition adds to the invoice of a billing cycle on the day `asOf`, if it is billable, in effect and not
 * cancelled; undefined if it is none of these.
 * @param what whose amount it is, for the reason why it cannot be read
 */
export function countedAmount(addition: VendorRecord, asOf: string, what: string): Big | undefined {
  if (!isBillable(addition)) return undefined
  const effective = day(addition.effectiveDate)
  if (effective !== null && effective > asOf) return undefined
  const cancelled = day(addition.cancelledDate)
  if (cancelled !== null && cancelled <= asOf) return undefined
  return billedAmount(addition, what)
}

/**
 * The extended price. Of what an agreement includes, only what is beyond it is billed, and never less than nothing. The
 * vendor does not say whether the extended price has that deducted: one of the whole quantity has not.
 */
function billedAmount(addition: VendorRecord, what: string): Big {
  const extended = amount(addition.extPrice, what)
  const included = amount(addition.lessIncluded, what) ?? zero
  if (extended && included.lte(0)) return extended
  const unitPrice = amount(addition.unitPrice, what) ?? zero
  const quantity = amount(addition.quantity, what) ?? zero
  if (extended && !isRoundedTo(quantity.times(unitPrice), extended)) return extended
  if (included.lte(0)) return quantity.times(unitPrice)
  return included.gt(quantity) ? zero : quantity.minus(included).times(unitPrice)
}

/** `extended` may have been rounded, to cents or finer. */
function isRoundedTo(whole: Big, extended: Big): boolean {
  const decimals = Math.max(2, extended.c.length - 1 - extended.e)
  return whole.eq(extended) || whole.round(decimals).eq(extended)
}

/** The bill amount and what the additions add to it. @param counted the additions' amounts @param what as above */
export function overallCost(agreement: VendorRecord, counted: readonly (Big | undefined)[], what: string): Big {
  const billAmount = amount(agreement.billAmount, what) ?? zero
  const sum = counted.reduce<Big>((sum, one) => (one ? sum.plus(one) : sum), billAmount)
  return amount(sum, what) ?? zero
}
