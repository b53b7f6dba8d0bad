import type { CallContext } from '../connector/contract.ts'

/** How far the vendor's clock is ahead of ours, in milliseconds; null: not known. */
export function vendorAhead({ http }: CallContext): number | null {
  const { vendorDate, vendorDateTakenAt } = http
  return vendorDate && vendorDateTakenAt ? vendorDate.getTime() - vendorDateTakenAt.getTime() : null
}

/** The vendor's clock, in milliseconds since 1970; ours where its own is not known. */
export function vendorNow(now: Date, context: CallContext): number {
  return now.getTime() + (vendorAhead(context) ?? 0)
}
