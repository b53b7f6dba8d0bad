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
  /** Companies' ids lie ever wider apart, as in accounts that imported others: half of ten thousand are below 31,000, the last is 666,100. @default false */
  gaps?: boolean
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

/** Ids by number, from 1: each thousand begins further from the last one. */
const gapBefore = (number: number) => 100 * Math.floor((number - 1) / 1000) ** 4
const spread = {
  idOf: (number: number) => number + gapBefore(number),
  /** 0 for an id that is in a gap. */
  numberOf: (id: number) => {
    let first = 1
    while (first + 1000 + gapBefore(first + 1000) <= id) first += 1000
    const number = id - gapBefore(first)
    return number >= first && number < first + 1000 ? number : 0
  }
}
const dense = { idOf: (number: number) => number, numberOf: (id: number) => id }

interface Block {
  parents: number
  each: number
  /** By which the children of a parent are found. */
  index: string
  numberOf?: (parentId: number) => number
}

/** Children numbered in blocks: the parent of number p has (p - 1) * each + 1 ... p * each. */
function block({ parents, each, index, numberOf = dense.numberOf }: Block, make: Generated['make']): Generated {
  const childrenOf = (parentId: number) => {
    const parent = numberOf(parentId)
    if (parent < 1 || parent > parents) return []
    return Array.from({ length: each }, (_, number) => (parent - 1) * each + number + 1)
  }
  const ids = Array.from({ length: parents * each }, (_, number) => number + 1)
  return { ids, timeOf, make, childrenOf: { [index]: childrenOf } }
}
const parentOf = (id: number, each: number) => Math.floor((id - 1) / each) + 1

/** An account for benchmarks: records are made when asked for and are the same each time. */
export function bigAccount(size: BigAccountSize): Account {
  const { companies, contactsPerCompany = 2, agreementsPerCompany = 1, additionsPerAgreement = 2, latencyMs = 0 } = size
  const { idOf, numberOf } = size.gaps ? spread : dense
  const agreementCount = companies * agreementsPerCompany
  const vendors = Array.from({ length: Math.floor(Math.min(companies, 800) / 40) }, (_, index) =>
    referenceTo((index + 1) * 40)
  )
  const catalog = catalogItems(catalogSize, vendors)
  return createAccount({
    companies: {
      ids: Array.from({ length: companies }, (_, index) => idOf(index + 1)),
      timeOf,
      make: company
    },
    contacts: block({ parents: companies, each: contactsPerCompany, index: 'company/id', numberOf }, id => {
      const isDefault = (id - 1) % contactsPerCompany === 0
      const reference = referenceTo(idOf(parentOf(id, contactsPerCompany)))
      return contactRecord({
        id,
        company: reference,
        isDefault,
        has: ['email', 'phone'],
        lastUpdated: lastUpdatedOf(id),
        dateEntered
      })
    }),
    agreements: block({ parents: companies, each: agreementsPerCompany, index: 'company/id', numberOf }, id =>
      agreementRecord({
        id,
        company: referenceTo(idOf(parentOf(id, agreementsPerCompany))),
        status: id % 8 === 0 ? 'Expired' : 'Active',
        billAmount: (id % 5000) / 10,
        startDate: '2024-01-01T00:00:00Z',
        lastUpdated: lastUpdatedOf(id)
      })
    ),
    additions: block({ parents: agreementCount, each: additionsPerAgreement, index: 'agreementId' }, id => {
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
