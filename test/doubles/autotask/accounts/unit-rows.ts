import { daysBetween, plusDays, plusMonths, startOfDay, vendorDay } from '../dates.ts'

/** What the sources leave open about the rows of `ContractServiceUnits` and `ContractServiceBundleUnits`. */
export interface RowRules {
  /** Whether `price` is the amount of the row, or of one unit. @default 'extended' */
  readonly price: 'extended' | 'unit'
  /** The price of a row that is only a part of its period. @default 'prorated' */
  readonly split: 'whole' | 'prorated'
}

export const rowRules: RowRules = { price: 'extended', split: 'prorated' }

export interface UnitRow {
  readonly startDate: string
  readonly endDate: string
  readonly units: number
  readonly price: number
  readonly cost: number
}

export interface UnitPlan {
  readonly contract: { readonly startDate: string; readonly endDate: string }
  /** Of a billing period; 0: one row for all of it. */
  readonly months: number
  readonly unitPrice: number
  readonly unitCost: number
  /** Units from a day on, in the order of days. */
  readonly changes: readonly { readonly on: Date | string; readonly units: number }[]
  /** Rows that begin after this day are not written yet. */
  readonly until: Date
}

/**
 * One row for each period, in which a change begins another. A row ends with its period, or ON the day of the next
 * change, so that two rows match on that day.
 */
export function unitRows(plan: UnitPlan, rules: RowRules): UnitRow[] {
  const { contract, months, changes, until } = plan
  const begin = startOfDay(contract.startDate)
  const end = startOfDay(contract.endDate)
  const rows: UnitRow[] = []
  for (let period = 0; ; period++) {
    const from = plusMonths(begin, period * months)
    if (from > end || from > until || (months === 0 && period > 0)) return rows
    const next = months === 0 ? plusDays(end, 1) : plusMonths(begin, (period + 1) * months)
    const last = plusDays(next, -1) > end ? end : plusDays(next, -1)
    const days = daysBetween(from, next)
    const inside = changes.filter(({ on }) => startOfDay(on) > from && startOfDay(on) <= last)
    const before = changes.findLast(({ on }) => startOfDay(on) <= from)
    const starts = [...(before ? [{ on: from, units: before.units }] : []), ...inside]
    for (const [index, { on, units }] of starts.entries()) {
      const following = starts[index + 1]
      const share = daysBetween(on, following ? following.on : plusDays(last, 1)) / days
      rows.push({
        startDate: vendorDay(on),
        endDate: vendorDay(following ? following.on : last),
        units,
        price: rowPrice(units, plan.unitPrice, share, rules),
        cost: rowPrice(units, plan.unitCost, share, { ...rules, price: 'extended' })
      })
    }
  }
}

/** @param share of the period that the row covers */
export function rowPrice(units: number, unitPrice: number, share: number, { price, split }: RowRules): number {
  const amount = (price === 'extended' ? units : 1) * unitPrice
  return Math.round(amount * (split === 'prorated' ? share : 1) * 10000) / 10000
}
