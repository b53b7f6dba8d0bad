import { createRandom, type Random, type VendorRecord } from '../../kit/index.ts'
import { vendorDate } from '../records.ts'
import { type Account, createAccount } from './account.ts'
import { type AgreementStatus, additionRecord, agreementRecord } from './agreement-record.ts'
import { catalogItems } from './catalog.ts'
import { companyRecord } from './company-record.ts'
import { contactRecord } from './contact-record.ts'
import { enrich } from './enrich.ts'

const from = Date.parse('2024-01-01T00:00:00Z')
const until = Date.parse('2026-01-31T00:00:00Z')
const typeChoices = [...Array.from({ length: 14 }, () => [1]), [1, 5], [1, 2], [2], [2], [3], [5], [4], []]
const statusChoices = [...Array.from({ length: 20 }, () => 1), 2, 2, 3, 4]
const channelChoices = [
  ['email', 'phone'],
  ['email'],
  ['phone'],
  ['email', 'phone', 'fax'],
  ['email', 'email', 'phone'],
  []
] as const
const agreementStatuses: AgreementStatus[] = ['Active', 'Active', 'Active', 'Expired', 'Cancelled', 'Inactive']

/** Two times in order, at the second: when a record was entered and when it was last changed. */
function span(random: Random): { dateEntered: string; lastUpdated: string } {
  const start = from + random.next() * (until - from)
  return {
    dateEntered: vendorDate(new Date(start)),
    lastUpdated: vendorDate(new Date(start + random.next() * (until - start)))
  }
}

function referenceTo({ id, identifier, name }: VendorRecord) {
  return { id, identifier, name }
}

/**
 * An MSP's account as one finds it: most companies are active customers; the rest are prospects, vendors, partners,
 * of several types or none, inactive, not approved or deleted. The same seed gives the same account.
 * @param rich with included quantities, agreements below others, ones that are billed once, and discounts
 */
export function demoAccount(seed = 1, size = 500, { rich = false } = {}): Account {
  const random = createRandom(seed)
  const companies: VendorRecord[] = []
  for (let id = 1; id <= size; id++) {
    // The first ten are vendors, so that the catalogue always has some to name.
    const typeIds = id <= Math.min(10, size / 10) ? [3] : random.pick(typeChoices)
    companies.push(
      companyRecord({
        id: id + 1,
        typeIds,
        statusId: random.pick(statusChoices),
        deleted: random.chance(0.03),
        ...span(random)
      })
    )
  }
  const vendors = companies.filter(company => company.isVendorFlag).map(referenceTo)
  const catalog = catalogItems(40, vendors)
  const contacts = companies.flatMap(company => contactsOf(company, random))
  const agreements = companies.flatMap(company => agreementsOf(company, random))
  const additions = agreements.flatMap(agreement => additionsOf(agreement, catalog, random))
  if (rich) enrich(agreements, additions, seed)
  return createAccount({ companies, contacts, agreements, additions, catalog })
}

function contactsOf(company: VendorRecord, random: Random): VendorRecord[] {
  return Array.from({ length: random.below(5) }, (_, index) =>
    contactRecord({
      id: company.id * 10 + 1 + index,
      company: referenceTo(company),
      isDefault: index === 0,
      inactive: random.chance(0.12),
      has: random.pick(channelChoices),
      ...span(random)
    })
  )
}

function agreementsOf(company: VendorRecord, random: Random): VendorRecord[] {
  if (company.isVendorFlag) return []
  return Array.from({ length: random.below(5) }, (_, index) => {
    const { dateEntered, lastUpdated } = span(random)
    const status = random.pick(agreementStatuses)
    return agreementRecord({
      id: company.id * 10 + 1 + index,
      company: referenceTo(company),
      status,
      billAmount: random.chance(0.1) ? null : random.below(40000) / 10,
      cycle: random.chance(0.7) ? 0 : random.below(3),
      currency: random.chance(0.9) ? 0 : random.below(3),
      startDate: `${dateEntered.slice(0, 10)}T00:00:00Z`,
      endDate: status === 'Expired' ? lastUpdated : random.chance(0.5) ? '2027-12-31T00:00:00Z' : undefined,
      lastUpdated
    })
  })
}

function additionsOf(agreement: VendorRecord, catalog: VendorRecord[], random: Random): VendorRecord[] {
  return Array.from({ length: random.below(6) }, (_, index) => {
    const item = random.pick(catalog)
    return additionRecord({
      id: agreement.id * 10 + 1 + index,
      agreementId: agreement.id,
      product: { id: item.id, identifier: item.identifier },
      quantity: 1 + random.below(60),
      unitPrice: item.price,
      unitCost: item.cost,
      billCustomer: random.chance(0.8) ? 'Billable' : random.pick(['DoNotBill', 'NoCharge'] as const),
      effectiveDate: random.chance(0.05) ? '2999-01-01T00:00:00Z' : agreement.startDate,
      cancelledDate: random.chance(0.1) ? '2025-12-31T00:00:00Z' : undefined,
      agreementStatus: agreement.agreementStatus,
      lastUpdated: agreement._info!.lastUpdated!
    })
  })
}
