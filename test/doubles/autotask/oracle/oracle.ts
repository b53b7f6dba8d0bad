import {
  compared,
  decimals,
  type Exact,
  type ExpectedAgreement,
  type ExpectedClient,
  type ExpectedLine,
  nothing,
  type Oracle,
  plus,
  rounded,
  type VendorRecord
} from '../../kit/index.ts'
import type { AutotaskAccount } from '../accounts/account.ts'
import { numberOf } from '../accounts/picklists.ts'
import { type Cost, costOf, filled } from './cost.ts'
import { dayOf, recordsOf, standingOf } from './in-force.ts'

export interface AutotaskSettings {
  /** Labels of company types. */
  readonly types: readonly string[]
  /** Which contracts count: those in effect today, or every one that is listed. */
  readonly contracts: 'current' | 'listed'
  /** Whose addresses and phones a company gets. */
  readonly contacts: 'active' | 'primary'
}

export interface AutotaskOracle extends Oracle<AutotaskSettings> {
  /** Unrounded, with what each line adds. */
  cost: (contractId: number) => Cost
}

const defaults: AutotaskSettings = { types: ['Customer'], contracts: 'current', contacts: 'active' }
const ownName = 'MSP Managed Services'

/** @param now the day, in UTC, on which units are counted */
export function autotaskOracle(account: AutotaskAccount, now: () => Date = () => new Date()): AutotaskOracle {
  const { tables, picklists } = account
  const today = () => now().toISOString().slice(0, 10)
  /** Company 0 is the MSP itself. */
  const taking = ({ types }: AutotaskSettings): VendorRecord[] => {
    const wanted = new Set(types.map(label => label.trim().toLowerCase()))
    const values = (picklists.get('Companies.companyType') ?? []).filter(({ label }) => wanted.has(label.toLowerCase()))
    const numbers = new Set(values.map(({ value }) => value))
    const test = ({ id, companyType, isActive }: VendorRecord) =>
      id !== 0 && isActive === true && numbers.has(companyType)
    return recordsOf(tables.Companies, tables.Companies.scan({ test }))
  }
  return {
    customers: settings => {
      const chosen = { ...defaults, ...settings }
      return taking(chosen).map(company => clientOf(account, company, chosen.contacts))
    },
    agreements: settings => {
      const chosen = { ...defaults, ...settings }
      const inEffect = numberOf(picklists, 'Contracts.status', 'In Effect')
      return taking(chosen).flatMap(company =>
        recordsOf(tables.Contracts, tables.Contracts.children(company.id))
          .map(contract => ({ contract, standing: standingOf(contract, inEffect, today()) }))
          .filter(({ standing }) => chosen.contracts === 'listed' || standing === 'active')
          .map(({ contract, standing }) => agreementOf(account, company, contract, standing, today()))
      )
    },
    cost: contractId => costOf(account, tables.Contracts.get(contractId)!, today())
  }
}

function clientOf(
  { tables }: AutotaskAccount,
  company: VendorRecord,
  whose: AutotaskSettings['contacts']
): ExpectedClient {
  const contacts = recordsOf(tables.Contacts, tables.Contacts.children(company.id)).filter(
    ({ isActive, primaryContact }) => isActive === 1 && (whose === 'active' || primaryContact === true)
  )
  const inOrder = [...contacts.filter(one => one.primaryContact), ...contacts.filter(one => !one.primaryContact)]
  const country = tables.Countries.get(company.countryID)
  const second = [filled(company.address2), filled(company.additionalAddressInformation)].filter(part => part !== null)
  const address = {
    line1: filled(company.address1),
    line2: second.length === 0 ? null : second.join(', '),
    city: filled(company.city),
    state: filled(company.state),
    postalCode: filled(company.postalCode),
    country: filled(country?.displayName) ?? filled(country?.name)
  }
  const website = filled(company.webAddress)
  return {
    externalId: String(company.id),
    name: filled(company.companyName),
    address: Object.values(address).some(part => part !== null) ? address : null,
    emails: inOrder.flatMap(one =>
      linesOf(one, { emailAddress: 'E-mail', emailAddress2: 'E-mail 2', emailAddress3: 'E-mail 3' })
    ),
    phones: [
      ...linesOf(company, { phone: 'Company', alternatePhone1: 'Company', alternatePhone2: 'Company' }),
      ...inOrder.flatMap(one => linesOf(one, { phone: 'Phone', mobilePhone: 'Mobile', alternatePhone: 'Alternate' }))
    ],
    websites: website === null ? [] : [website]
  }
}

function linesOf(record: VendorRecord, fields: Readonly<Record<string, string>>): ExpectedLine[] {
  return Object.entries(fields).flatMap(([field, label]) => {
    const value = filled(record[field])
    const extension = field === 'phone' ? filled(record.extension) : null
    return value === null ? [] : [{ value, extension, label }]
  })
}

function agreementOf(
  account: AutotaskAccount,
  company: VendorRecord,
  contract: VendorRecord,
  status: string,
  day: string
): ExpectedAgreement {
  const { amount, period, lines } = costOf(account, contract, day)
  const byVendor = new Map<string, Exact>()
  for (const line of lines) {
    if (line.vendor !== null) byVendor.set(line.vendor, plus(byVendor.get(line.vendor) ?? nothing, line.amount))
  }
  const vendors = [...byVendor]
    .sort(([a, ofA], [b, ofB]) => compared(ofB, ofA) || (a < b ? -1 : 1))
    .map(([vendor]) => vendor)
  const currency = account.tables.Currencies.get(company.currencyID)
  return {
    externalId: String(contract.id),
    clientId: String(company.id),
    clientName: filled(company.companyName),
    contractName: filled(contract.contractName),
    vendors,
    vendorName: vendors[0] ?? ownName,
    // A third of something has no end: two places are then what a person would write.
    overallCost: amount === null ? null : (decimals(amount) ?? rounded(amount)),
    currency: filled(currency?.name),
    period,
    status,
    startDate: dayOf(contract.startDate) || null,
    endDate: dayOf(contract.endDate) || null,
    parentId: null,
    billedOnce: null
  }
}
