import { type Generated, mix } from '../../kit/index.ts'
import { companyReference } from '../../kit/words.ts'
import { vendorDate } from '../records.ts'
import { type Account, createAccount } from './account.ts'
import { additionRecord, agreementRecord } from './agreement-record.ts'
import { catalogItems, priceOf } from './catalog.ts'
import { companyRecord } from './company-record.ts'
import { contactRecord } from './contact-record.ts'

export interface BigAccountSize {
  companies: number
  /** @default 2 */
  contactsPerCompany?: number
  /** @default 1 */
  agreementsPerCompany?: number
  /** @default 2 */
  additionsPerAgreement?: number
  /** @default 0 */
  latencyMs?: number
}

const from = Date.parse('2024-01-01T00:00:00Z')
const twoYears = 2 * 365 * 24 * 3600
const timeOf = (id: number) => from + (mix(id) % twoYears) * 1000
const lastUpdatedOf = (id: number) => vendorDate(new Date(timeOf(id)))
const dateEntered = '2023-06-01T08:00:00Z'
const catalogSize = 50

/** Of ten companies eight are active customers; one is a prospect or a vendor, one inactive; one in fifty is deleted. */
function company(id: number) {
  const typeIds = isVendor(id) ? [3] : id % 10 === 5 ? [2] : [1]
  const statusId = id % 10 === 7 ? 2 : 1
  return companyRecord({ id, typeIds, statusId, deleted: id % 50 === 1, lastUpdated: lastUpdatedOf(id), dateEntered })
}

const isVendor = (id: number) => id % 40 === 0
const referenceTo = (id: number) => companyReference(id, isVendor(id))

/** Children numbered in blocks: parent p has (p - 1) * each + 1 ... p * each. @param index by which they are found */
function block(parents: number, each: number, index: string, make: Generated['make']): Generated {
  return {
    ids: Array.from({ length: parents * each }, (_, index) => index + 1),
    timeOf,
    make,
    childrenOf: {
      [index]: parent =>
        parent > parents ? [] : Array.from({ length: each }, (_, number) => (parent - 1) * each + number + 1)
    }
  }
}
const parentOf = (id: number, each: number) => Math.floor((id - 1) / each) + 1

/** An account for benchmarks: records are made when asked for and are the same each time. */
export function bigAccount(size: BigAccountSize): Account {
  const { companies, contactsPerCompany = 2, agreementsPerCompany = 1, additionsPerAgreement = 2, latencyMs = 0 } = size
  const agreementCount = companies * agreementsPerCompany
  const vendors = Array.from({ length: Math.floor(Math.min(companies, 800) / 40) }, (_, index) =>
    referenceTo((index + 1) * 40)
  )
  const catalog = catalogItems(catalogSize, vendors)
  return createAccount({
    companies: block(companies, 1, 'id', company),
    contacts: block(companies, contactsPerCompany, 'company/id', id => {
      const isDefault = (id - 1) % contactsPerCompany === 0
      const reference = referenceTo(parentOf(id, contactsPerCompany))
      return contactRecord({
        id,
        company: reference,
        isDefault,
        has: ['email', 'phone'],
        lastUpdated: lastUpdatedOf(id),
        dateEntered
      })
    }),
    agreements: block(companies, agreementsPerCompany, 'company/id', id =>
      agreementRecord({
        id,
        company: referenceTo(parentOf(id, agreementsPerCompany)),
        status: id % 8 === 0 ? 'Expired' : 'Active',
        billAmount: (id % 5000) / 10,
        startDate: '2024-01-01T00:00:00Z',
        lastUpdated: lastUpdatedOf(id)
      })
    ),
    additions: block(agreementCount, additionsPerAgreement, 'agreementId', id => {
      const item = catalog[id % catalogSize]!
      return additionRecord({
        id,
        agreementId: parentOf(id, additionsPerAgreement),
        product: { id: item.id, identifier: item.identifier },
        quantity: 1 + (id % 40),
        unitPrice: priceOf(id),
        unitCost: priceOf(id) / 2,
        effectiveDate: '2024-01-01T00:00:00Z',
        lastUpdated: lastUpdatedOf(id)
      })
    }),
    catalog,
    latencyMs
  })
}
