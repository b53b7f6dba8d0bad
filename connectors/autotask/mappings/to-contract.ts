import { type Agreement, day, money, text } from 'integration-host/connector'
import { agreementsOn, dayAfter, firstChange, vendorsOf } from 'integration-host/connector/kit'
import { type ComposedContract, costOf, type Standing, standingOf } from './terms.ts'

/** One that has ended is expired whether or not Autotask still calls it in effect; one that has not begun is not active yet. */
const statuses: Readonly<Record<Standing, string>> = {
  active: 'active',
  inactive: 'inactive',
  coming: 'inactive',
  ended: 'expired',
  unknown: 'unknown'
}

/** @param on the day (`2026-03-01`, UTC) for which the cost is reckoned */
export function toContract(composed: ComposedContract, on: string): Agreement {
  const { contract, currency } = composed
  const cost = costOf(composed, on)
  const isMonthly = cost.period === 'month'
  return {
    externalId: contract.id,
    ...vendorsOf(cost.lines.map(({ vendor, twelfths }) => [vendor, twelfths])),
    contractName: text(contract.contractName),
    overallCost: cost.amount && money(cost.amount),
    currency,
    billingCycle: isMonthly ? 'Monthly' : null,
    status: statuses[standingOf(composed, on)],
    startDate: day(contract.startDate),
    endDate: day(contract.endDate),
    parentId: null,
    billedOnce: !isMonthly
  }
}

export const toContracts = (composed: readonly ComposedContract[], asOf: string) =>
  agreementsOn(composed, asOf, toContract, one => firstChange(turningDays(one), asOf, date => toContract(one, date)))

/** Days on which something of a contract begins or ends, and those after. */
function turningDays({ contract, lines, parts }: ComposedContract): (string | null)[] {
  const dated = [contract, ...parts, ...lines.flatMap(({ rows }) => rows)]
  return dated.flatMap(({ startDate, endDate }) => {
    const end = day(endDate)
    return [day(startDate), end, end && dayAfter(end)]
  })
}
