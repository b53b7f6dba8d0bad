/** A small MSP that chance makes: ids of all lengths, gaps between them, people and agreements that some have and others do not. */
import {
  type Account,
  additionRecord,
  agreementRecord,
  companyRecord,
  contactRecord,
  createAccount,
  type VendorRecord,
  vendorDate
} from '../doubles/connectwise/index.ts'
import type { Random } from '../doubles/kit/index.ts'

export const activeStatus = 1
const vendorId = 2
const channels = [['email', 'phone'], ['email'], ['phone'], ['email', 'email', 'phone'], []] as const

/** @param at when the newest of it was changed */
export function randomAccount(random: Random, at: Date): Account {
  const past = () => vendorDate(new Date(at.getTime() - 1000 * random.below(400 * 86_400)))
  // More small ones than large ones: what goes wrong shows in both, and sooner in these.
  const size = 5 + Math.floor(36 * random.next() ** 1.7)
  const companies = [
    companyRecord({ id: vendorId, typeIds: [3], statusId: 1, lastUpdated: past(), dateEntered: past() })
  ]
  for (let id = 3; companies.length <= size; id = nextId(id, random)) {
    const typeIds = random.pick([[1], [1], [1], [1], [1, 5], [2], []])
    const statusId = random.pick([1, 1, 1, 1, 1, 1, 2])
    const traits = { id, typeIds, statusId, lastUpdated: past(), dateEntered: past() }
    companies.push(companyRecord({ ...traits, deleted: random.chance(0.04) }))
  }
  const contacts: VendorRecord[] = []
  const agreements: VendorRecord[] = []
  const additions: VendorRecord[] = []
  const ids = { contact: 1, agreement: 1, addition: 1 }
  const next = (kind: keyof typeof ids) => {
    ids[kind] = nextId(ids[kind], random)
    return ids[kind]
  }
  for (const { id, identifier, name } of companies.slice(1)) {
    const company = { id, identifier, name }
    for (let left = random.below(4); left > 0; left--) {
      const has = random.pick(channels)
      const traits = {
        id: next('contact'),
        company,
        isDefault: left === 1,
        has,
        lastUpdated: past(),
        dateEntered: past()
      }
      contacts.push(contactRecord({ ...traits, inactive: random.chance(0.1) }))
    }
    for (let left = random.below(4); left > 0; left--) {
      const agreement = agreementRecord({
        id: next('agreement'),
        company,
        status: random.pick(['Active', 'Active', 'Active', 'Inactive', 'Cancelled']),
        billAmount: random.chance(0.1) ? null : random.below(9000) / 10,
        currency: random.chance(0.9) ? 0 : 1,
        startDate: '2024-02-01T00:00:00Z',
        lastUpdated: past()
      })
      agreements.push(agreement)
      for (let more = random.below(4); more > 0; more--) {
        const product = 1 + random.below(4)
        additions.push(
          additionRecord({
            id: next('addition'),
            agreementId: agreement.id,
            product: { id: product, identifier: `PRODUCT-${product}` },
            quantity: 1 + random.below(20),
            unitPrice: (random.chance(0.1) ? -1 : 1) * (random.below(500) / 10),
            unitCost: 1,
            billCustomer: random.pick(['Billable', 'Billable', 'Billable', 'DoNotBill']),
            effectiveDate: '2024-02-01T00:00:00Z',
            lastUpdated: past()
          })
        )
      }
    }
  }
  return createAccount({ companies, contacts, agreements, additions, catalog: catalogue(companies[0]!) })
}

/** Ids have gaps, now and then wide ones, so that some are longer than others. */
function nextId(id: number, random: Random): number {
  return random.chance(0.04) && id < 1_000_000 ? id * 9 + random.below(90) : id + 1 + random.below(12)
}

function catalogue({ id, identifier, name }: VendorRecord): VendorRecord[] {
  const _info = { lastUpdated: '2024-01-15T09:00:00Z', updatedBy: 'admin1' }
  return [
    { id: 1, identifier: 'PRODUCT-1', vendor: { id, identifier, name }, _info },
    { id: 2, identifier: 'PRODUCT-2', manufacturer: { id: 1, name: 'Mail Works' }, _info },
    { id: 3, identifier: 'PRODUCT-3', manufacturer: { id: 2, name: 'Vault Works' }, _info },
    { id: 4, identifier: 'PRODUCT-4', _info }
  ]
}
