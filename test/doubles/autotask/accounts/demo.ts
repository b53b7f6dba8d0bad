import { createRandom, type Random, type VendorRecord } from '../../kit/index.ts'
import { companyName, words } from '../../kit/words.ts'
import { plusDays, plusMonths, startOfDay, vendorDay, vendorTime } from '../dates.ts'
import { type AutotaskAccount, createAccount } from './account.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { numberOf, type Picklists, shippedPicklists } from './picklists.ts'
import { companyRecord, contactRecord, contractRecord, countries, currencies, serviceRecord } from './records.ts'
import { type RowRules, rowRules } from './unit-rows.ts'

const from = Date.parse('2024-01-01T00:00:00Z')
const until = Date.parse('2026-01-31T00:00:00Z')
const typeChoices = [
  ...Array.from({ length: 14 }, () => 'Customer'),
  'Prospect',
  'Lead',
  'Vendor',
  'Cancelation',
  'Partner'
]
const contractTypes = [
  'Recurring Service',
  'Recurring Service',
  'Recurring Service',
  'Time & Materials',
  'Block Hours',
  'Retainer'
]
const channels = [['email', 'phone'], ['email'], ['phone', 'mobile'], ['email', 'email2'], []] as const
const products = 'Endpoint Watch|Mail Shelter|Backup Vault|Patch Desk|Identity Gate|Phone Line|Office Seats|Network Eye'
const prices = [4.5, 0.1, 19.99, 3.35, 150, 7.25, 28, 45.1, -5]

/** Companies' ids by number: short ones of the first days, then those of today. */
const idOf = (number: number) => (number <= 20 ? number + 5 : number <= 60 ? number + 170 : number + 29683400)

export interface DemoOptions {
  /** The day around which contracts lie. @default today */
  on?: Date
  /** @default with Customer as 1 for odd seeds, 3 for even ones */
  picklists?: Picklists
  rowRules?: RowRules
}

/** An MSP's database as one finds it. The same seed gives the same account on the same day. */
export function demoAccount(seed = 1, size = 200, options: DemoOptions = {}): AutotaskAccount {
  const { on = new Date(), picklists = shippedPicklists(seed % 2 === 1 ? 1 : 3) } = options
  const rules = options.rowRules ?? rowRules
  const random = createRandom(seed)
  const ledger = createLedger(picklists, rules, on, { Contacts: 40, Contracts: 90, ContractServices: 7 })
  const stamp = () => vendorTime(new Date(from + random.next() * (until - from)))
  const typeOf = (label: string) => numberOf(picklists, 'Companies.companyType', label)
  const addCompany = (id: number, name: string, type: string, isActive: boolean) =>
    ledger.add('Companies', companyRecord({ id, name, companyType: typeOf(type), isActive, stamp: stamp() }))

  addCompany(0, 'Fernhollow IT Services', 'Customer', true)
  const companies: VendorRecord[] = []
  for (let number = 1; number <= size; number++) {
    // The first few are vendors, so that the catalogue always has some to name.
    const type = number <= Math.min(6, size / 10) ? 'Vendor' : random.pick(typeChoices)
    const name = companyName(number, type === 'Vendor' ? words.vendorTrades : words.trades)
    companies.push(addCompany(idOf(number), name, type, random.chance(0.9)))
  }
  const vendors = companies.filter(({ companyType }) => companyType === typeOf('Vendor'))
  const services = addServices(ledger, picklists, vendors, random)
  for (const company of companies) {
    const count = random.below(4)
    for (let index = 0; index < count; index++) {
      const id = ledger.nextId('Contacts') + (random.chance(0.02) ? 30_000 : 0)
      const isActive = random.chance(0.88)
      const has = random.pick(channels)
      ledger.add('Contacts', contactRecord({ id, company, isPrimary: index === 0, isActive, has, stamp: stamp() }))
    }
    if (company.companyType !== typeOf('Vendor'))
      addContracts(ledger, picklists, company, { services, random, on, stamp })
  }
  const records = { ...ledger.records, Countries: countries, Currencies: currencies }
  return createAccount({ records, picklists, rowRules: rules })
}

function addServices(ledger: Ledger, picklists: Picklists, vendors: VendorRecord[], random: Random): VendorRecord[] {
  const labels = ['Monthly', 'Monthly', 'Monthly', 'Quarterly', 'Semi-Annual', 'Yearly', 'One-Time']
  return Array.from({ length: 24 }, (_, index) => {
    const name = products.split('|')[index % 8]!
    return ledger.add(
      'Services',
      serviceRecord({
        id: ledger.nextId('Services') + (index === 9 ? 100 : 0),
        name: index < 8 ? name : `${name} ${Math.floor(index / 8) + 1}`,
        periodType: numberOf(picklists, 'Services.periodType', random.pick(labels)),
        unitPrice: random.pick(prices),
        ...(index % 3 === 0 && vendors.length > 0 ? { vendorCompanyID: random.pick(vendors).id } : {}),
        ...(index % 3 === 1 ? { manufacturer: `${name.split(' ')[0]} Works` } : {}),
        stamp: '2024-01-15T09:00:00Z'
      })
    )
  })
}

interface Wares {
  services: VendorRecord[]
  random: Random
  on: Date
  stamp: () => string
}

function addContracts(
  ledger: Ledger,
  picklists: Picklists,
  company: VendorRecord,
  { services, random, on, stamp }: Wares
) {
  const count = random.below(4)
  for (let index = 0; index < count; index++) {
    const type = random.pick(contractTypes)
    // Most are current, some have ended or begin later.
    const start = plusMonths(startOfDay(on), -random.below(30) + 2)
    const contract = ledger.add(
      'Contracts',
      contractRecord({
        id: ledger.nextId('Contracts') + (random.chance(0.02) ? 29_000 : 0),
        companyID: company.id,
        name: random.chance(0.05) ? '' : `${type} ${start.getUTCFullYear()}`,
        contractType: numberOf(picklists, 'Contracts.contractType', type),
        status: random.chance(0.9) ? 1 : 0,
        startDate: vendorDay(start),
        endDate: vendorDay(plusDays(plusMonths(start, random.pick([12, 24, 36])), -1)),
        estimatedRevenue: type === 'Time & Materials' && random.chance(0.5) ? random.below(4000) : 0,
        stamp: stamp()
      })
    )
    const { id: contractID, startDate, endDate } = contract
    if (type === 'Block Hours')
      ledger.add('ContractBlocks', {
        contractID,
        hours: 5 + random.below(20),
        hourlyRate: 85.5,
        startDate,
        endDate,
        status: 1
      })
    if (type === 'Retainer')
      ledger.add('ContractRetainers', { contractID, amount: random.below(9000) / 4, startDate, endDate, status: 1 })
    if (type !== 'Recurring Service') continue
    const lines = random.below(4)
    for (let line = 0; line < lines; line++) {
      const of = random.pick(services)
      const changes = random.chance(0.4)
        ? [{ on: plusDays(on, random.below(120) - 90), units: 1 + random.below(60) }]
        : []
      const discounted = random.chance(0.3) ? { unitPrice: Math.round(of.unitPrice * 90) / 100 } : {}
      ledger.service(contract, { of, units: 1 + random.below(60), changes, ...discounted })
    }
  }
}
