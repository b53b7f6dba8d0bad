import { type Agreement, day, money, text, zero } from 'integration-host/connector'
import {
  agreementsOn,
  dayAfter,
  firstAfter,
  type VendorRecord,
  vendorsOf,
  within
} from 'integration-host/connector/kit'
import { isTrue, nameOf, referredId } from '../values.ts'
import { countedAmount, isBillable, overallCost } from './overall-cost.ts'

/** An agreement with all that says what it costs and whose products it holds. */
export interface ComposedAgreement {
  readonly agreement: VendorRecord
  readonly additions: readonly VendorRecord[]
  /** By product id, as far as the catalogue has them. */
  readonly products: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** @param asOf the day (`2026-03-01`, UTC) for which the cost is reckoned. */
export function toAgreement({ agreement, additions, products }: ComposedAgreement, asOf: string): Agreement {
  const what = `An amount of agreement ${agreement.id}`
  const counted = additions.map(addition => countedAmount(addition, asOf, what))
  const makerOf = ({ product }: VendorRecord) => {
    const source = products[referredId(product) ?? '']
    return source ? (nameOf(source.vendor) ?? nameOf(source.manufacturer)) : null
  }
  return {
    externalId: agreement.id,
    ...vendorsOf(additions.map((addition, at) => [makerOf(addition), counted[at] ?? zero])),
    contractName: text(agreement.name),
    overallCost: money(overallCost(agreement, counted, what)),
    currency: currencyOf(agreement.currency),
    billingCycle: nameOf(agreement.billingCycle),
    status: statusOf(agreement, asOf),
    startDate: day(agreement.startDate),
    endDate: endOf(agreement),
    parentId: referredId(agreement.parentAgreement) ?? null,
    billedOnce: isTrue(agreement.billOneTimeFlag)
  }
}

/** Throws RecordRejected, naming the agreement whose amounts cannot be read: a cost that is a guess is worse than none. */
export const toAgreements = (composed: readonly ComposedAgreement[], asOf: string) =>
  agreementsOn(composed, asOf, toAgreement, one => firstAfter(turningDays(one), asOf))

/**
 * Days on which a cost or a status is another one by date alone, here or by the vendor's word: a billable addition
 * begins or is cancelled, an agreement begins or has ended. Nothing of it is changed at the vendor on that day.
 */
function turningDays({ agreement, additions }: ComposedAgreement): (string | null)[] {
  const end = endOf(agreement)
  const ofAdditions = additions
    .filter(isBillable)
    .flatMap(({ effectiveDate, cancelledDate }) => [day(effectiveDate), day(cancelledDate)])
  return [day(agreement.startDate), end && dayAfter(end), ...ofAdditions]
}

/** The code if there is one (`USD`), else whatever name the instance gave it. */
function currencyOf(reference: unknown): string | null {
  return text(within(reference, 'currencyCode')) ?? nameOf(reference) ?? text(within(reference, 'currencyIdentifier'))
}

/** Its last day; null: it has no end. */
function endOf({ noEndingDateFlag, endDate }: VendorRecord): string | null {
  return isTrue(noEndingDateFlag) ? null : day(endDate)
}

/** One that has ended is expired, whether the vendor has come to say so or not. */
function statusOf(agreement: VendorRecord, asOf: string): string {
  if (isTrue(agreement.cancelledFlag)) return 'cancelled'
  const status = text(agreement.agreementStatus)?.toLowerCase() ?? ''
  const end = endOf(agreement)
  if (end !== null && end < asOf && !['inactive', 'cancelled'].includes(status)) return 'expired'
  return ['active', 'inactive', 'cancelled', 'expired'].includes(status) ? status : 'unknown'
}
