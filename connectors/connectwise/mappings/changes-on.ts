import { day } from '../../../plugins/connector/contract.ts'
import { isBillable } from './overall-cost.ts'
import { type ComposedAgreement, endOf } from './to-agreement.ts'

/**
 * The first day after `asOf` on which a cost or a status is another one by date alone: a billable addition begins or is
 * cancelled, an agreement begins or has ended. Nothing of it is changed at the vendor on that day.
 */
export function changesOn(composed: readonly ComposedAgreement[], asOf: string): { changesOn?: string } {
  let first: string | undefined
  const meet = (date: string | null) => {
    if (date !== null && date > asOf && (first === undefined || date < first)) first = date
  }
  for (const { agreement, additions } of composed) {
    const end = endOf(agreement)
    meet(day(agreement.startDate))
    if (end !== null) meet(dayAfter(end))
    for (const addition of additions) {
      if (!isBillable(addition)) continue
      meet(day(addition.effectiveDate))
      meet(day(addition.cancelledDate))
    }
  }
  return first === undefined ? {} : { changesOn: first }
}

/** `2024-03-01` after `2024-02-29`. */
function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}
