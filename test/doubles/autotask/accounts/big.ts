import { type Generated, mix } from '../../kit/index.ts'
import { companyName } from '../../kit/words.ts'
import { plusDays, plusMonths, startOfDay, vendorDay, vendorTime } from '../dates.ts'
import { complete } from '../schema.ts'
import { type AutotaskAccount, createAccount } from './account.ts'
import { numberOf, shippedPicklists } from './picklists.ts'
import { companyRecord, contactRecord, contractRecord, countries, currencies, serviceRecord } from './records.ts'

export interface BigAccountSize {
  companies: number
  /** @default 2 */
  contactsPerCompany?: number
  /** @default 1 */
  contractsPerCompany?: number
  /** @default 2 */
  servicesPerContract?: number
  /** Monthly rows of a contract's service, the last of this month. @default 12 */
  rowsPerService?: number
  /** @default today */
  on?: Date
  latencyMs?: number
}

const begin = Date.parse('2024-01-01T00:00:00Z')
const twoYears = 2 * 365 * 24 * 3600
const timeOf = (id: number) => begin + (mix(id) % twoYears) * 1000
const stampOf = (id: number) => vendorTime(new Date(timeOf(id)))
const catalogue = 40

/** Children numbered in blocks: parent p has (p - 1) * each + 1 ... p * each. */
function block(parents: number, each: number, index: string, make: Generated['make']): Generated {
  const childrenOf = (parent: number) =>
    parent < 1 || parent > parents ? [] : Array.from({ length: each }, (_, number) => (parent - 1) * each + number + 1)
  return {
    ids: Array.from({ length: parents * each }, (_, number) => number + 1),
    timeOf,
    make,
    childrenOf: { [index]: childrenOf }
  }
}
const parentOf = (id: number, each: number) => Math.floor((id - 1) / each) + 1

/** An account for benchmarks: records are made when asked for and are the same each time. Ids have one to seven digits. */
export function bigAccount(size: BigAccountSize): AutotaskAccount {
  const { companies, contactsPerCompany = 2, contractsPerCompany = 1, servicesPerContract = 2, latencyMs = 0 } = size
  const { rowsPerService = 12, on = new Date() } = size
  const picklists = shippedPicklists()
  const type = (label: string) => numberOf(picklists, 'Companies.companyType', label)
  const types = { customer: type('Customer'), prospect: type('Prospect'), vendor: type('Vendor') }
  const recurring = numberOf(picklists, 'Contracts.contractType', 'Recurring Service')
  const contracts = companies * contractsPerCompany
  const held = contracts * servicesPerContract
  const month = new Date(Date.UTC(on.getUTCFullYear(), on.getUTCMonth(), 1))
  const firstMonth = plusMonths(month, 1 - rowsPerService)
  const startDate = vendorDay(firstMonth)
  const endDate = vendorDay(plusDays(plusMonths(month, 12), -1))
  const unitPrice = (id: number) => (id % 900) / 10
  const months = Array.from({ length: rowsPerService }, (_, index) => ({
    startDate: vendorDay(plusMonths(firstMonth, index)),
    endDate: vendorDay(plusDays(plusMonths(firstMonth, index + 1), -1))
  }))
  const serviceOf = (heldId: number) => (heldId % catalogue) + 1

  /** Of ten companies eight are active customers. */
  const company = (id: number) => {
    const companyType = id > 0 && id % 40 === 0 ? types.vendor : id % 10 === 5 ? types.prospect : types.customer
    return companyRecord({ id, name: companyName(id), companyType, isActive: id % 10 !== 7, stamp: stampOf(id) })
  }
  const services = Array.from({ length: catalogue }, (_, index) =>
    serviceRecord({
      id: index + 1,
      name: `Plan ${index + 1}`,
      periodType: numberOf(picklists, 'Services.periodType', 'Monthly'),
      unitPrice: unitPrice(index),
      ...(index % 3 === 0 ? { vendorCompanyID: 40 } : index % 3 === 1 ? { manufacturer: `Works ${index}` } : {}),
      stamp: '2024-01-15T09:00:00Z'
    })
  )
  const units: Generated = {
    ...block(held, rowsPerService, 'contractServiceID', id => {
      const contractServiceID = parentOf(id, rowsPerService)
      const count = 1 + (contractServiceID % 40)
      return complete('ContractServiceUnits', {
        id,
        contractServiceID,
        contractID: parentOf(contractServiceID, servicesPerContract),
        serviceID: serviceOf(contractServiceID),
        units: count,
        price: Math.round(count * unitPrice(contractServiceID) * 100) / 100,
        cost: 0,
        ...months[(id - 1) % rowsPerService]
      })
    })
  }
  units.childrenOf = {
    ...units.childrenOf,
    contractID: block(contracts, servicesPerContract * rowsPerService, 'contractID', units.make).childrenOf!.contractID!
  }
  return createAccount({
    picklists,
    latencyMs,
    records: {
      // Company 0 is the MSP itself.
      Companies: { ids: Array.from({ length: companies + 1 }, (_, id) => id), timeOf, make: company },
      Contacts: block(companies, contactsPerCompany, 'companyID', id => {
        const isPrimary = (id - 1) % contactsPerCompany === 0
        const of = { id: parentOf(id, contactsPerCompany), companyName: companyName(parentOf(id, contactsPerCompany)) }
        return contactRecord({ id, company: of, isPrimary, has: ['email', 'phone'], stamp: stampOf(id) })
      }),
      Contracts: block(companies, contractsPerCompany, 'companyID', id =>
        contractRecord({
          id,
          companyID: parentOf(id, contractsPerCompany),
          name: `Managed ${startOfDay(startDate).getUTCFullYear()}`,
          contractType: recurring,
          status: id % 8 === 0 ? 0 : 1,
          startDate,
          endDate,
          stamp: stampOf(id)
        })
      ),
      ContractServices: block(contracts, servicesPerContract, 'contractID', id =>
        complete('ContractServices', {
          id,
          contractID: parentOf(id, servicesPerContract),
          serviceID: serviceOf(id),
          unitPrice: unitPrice(id),
          unitCost: 0,
          invoiceDescription: `Plan ${serviceOf(id)}`
        })
      ),
      ContractServiceUnits: units,
      Services: services,
      Countries: countries,
      Currencies: currencies
    }
  })
}
