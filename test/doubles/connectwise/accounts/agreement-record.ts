import type { VendorRecord } from '../../kit/index.ts'
import { agreementTypeReferences, billingCycles, currencies } from './setup.ts'

export type AgreementStatus = 'Active' | 'Cancelled' | 'Expired' | 'Inactive'
export interface AgreementTraits {
  id: number
  company: { id: number; identifier: string; name: string }
  status: AgreementStatus
  billAmount: number | null
  cycle?: number
  currency?: number
  startDate: string
  endDate?: string | undefined
  lastUpdated: string
}

/** An agreement; it has no vendor and no additions of its own, as in the real API. */
export function agreementRecord(traits: AgreementTraits): VendorRecord {
  const { id, company, status, billAmount, cycle = 0, currency = 0, startDate, endDate, lastUpdated } = traits
  const type = agreementTypeReferences.get((id % 4) + 1)!
  return {
    id,
    name: `${type.name} ${startDate.slice(0, 4)}`,
    type,
    company,
    contact: { id: company.id * 10 + 1, name: 'Default contact' },
    site: { id: company.id * 10, name: 'Main' },
    startDate,
    ...(endDate ? { endDate } : {}),
    noEndingDateFlag: !endDate,
    cancelledFlag: status === 'Cancelled',
    ...(status === 'Cancelled' ? { dateCancelled: lastUpdated, reasonCancelled: 'Moved away' } : {}),
    oneTimeFlag: false,
    billOneTimeFlag: false,
    billAmount,
    billingCycle: billingCycles[cycle],
    billStartDate: startDate,
    periodType: 'Current',
    invoicingCycle: 'CalendarYear',
    billTime: 'Billable',
    billExpenses: 'Billable',
    billProducts: 'Billable',
    currency: currencies[currency],
    agreementStatus: status,
    customFields: [],
    _info: { lastUpdated, updatedBy: 'admin1', dateEntered: startDate, enteredBy: 'admin1' }
  }
}

/** What an agreement is when nothing is said of it: active, monthly, without an end. */
export function newAgreement(startDate: string) {
  return {
    name: 'New agreement',
    type: agreementTypeReferences.get(1),
    startDate,
    noEndingDateFlag: true,
    cancelledFlag: false,
    billAmount: 0,
    billingCycle: billingCycles[0],
    currency: currencies[0],
    agreementStatus: 'Active'
  }
}

export interface AdditionTraits {
  id: number
  agreementId: number
  product: { id: number; identifier: string }
  quantity: number
  /** How many of the quantity the agreement's own amount covers. @default 0 */
  lessIncluded?: number
  unitPrice: number
  unitCost: number
  billCustomer?: 'Billable' | 'DoNotBill' | 'NoCharge'
  effectiveDate: string
  cancelledDate?: string | undefined
  agreementStatus?: AgreementStatus
  /** What extPrice and extCost multiply: the vendor's documents do not say. @default 'quantity' */
  extends?: 'quantity' | 'billed quantity'
  lastUpdated: string
}

/** An addition; the double multiplies in cents so that 3 x 0.1 is 0.3, as the vendor's decimals are. */
export function additionRecord(traits: AdditionTraits): VendorRecord {
  const { id, agreementId, product, quantity, unitPrice, unitCost, billCustomer = 'Billable', effectiveDate } = traits
  const { cancelledDate, agreementStatus = 'Active', lastUpdated, lessIncluded = 0 } = traits
  const billedQuantity = Math.max(0, Math.round((quantity - lessIncluded) * 10000) / 10000)
  const extended = traits.extends === 'billed quantity' ? billedQuantity : quantity
  const extPrice = times(extended, unitPrice)
  const extCost = times(extended, unitCost)
  return {
    id,
    product,
    quantity,
    lessIncluded,
    unitPrice,
    unitCost,
    billCustomer,
    effectiveDate,
    ...(cancelledDate ? { cancelledDate } : {}),
    taxableFlag: true,
    invoiceDescription: product.identifier,
    agreementId,
    description: product.identifier,
    billedQuantity,
    uom: 'Each',
    extPrice,
    extCost,
    margin: Math.round((extPrice - extCost) * 10000) / 10000,
    prorateCost: 0,
    proratePrice: 0,
    agreementStatus,
    _info: { lastUpdated, updatedBy: 'admin1', dateEntered: effectiveDate, enteredBy: 'admin1' }
  }
}

/** A product of two decimals with at most four places each, free of binary noise. */
export function times(a: number, b: number): number {
  return Math.round(Math.round(a * 10000) * Math.round(b * 10000)) / 100000000
}
