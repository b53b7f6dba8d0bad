import {
  compared,
  decimals,
  type Exact,
  type ExpectedAgreement,
  type ExpectedClient,
  type ExpectedLine,
  exact,
  nothing,
  type Oracle,
  plus,
  type Table,
  times,
  type VendorRecord
} from '../kit/index.ts'
import type { Account } from './accounts/account.ts'

export interface ConnectWiseSettings {
  /** Names of company types; case and blanks around do not matter. */
  readonly types: readonly string[]
  readonly statuses: readonly string[]
}

const defaults: ConnectWiseSettings = { types: ['Customer'], statuses: ['Active'] }
const ownName = 'MSP Managed Services'

/** @param now the day, in UTC, for which additions count */
export function connectWiseOracle(account: Account, now: () => Date = () => new Date()): Oracle<ConnectWiseSettings> {
  const { companies, contacts, agreements, companyTypes, statuses } = account
  const taking = (settings: Partial<ConnectWiseSettings> = {}): VendorRecord[] => {
    const { types, statuses: wantedStatuses } = { ...defaults, ...settings }
    const typeIds = idsNamed(companyTypes, types)
    const statusIds = idsNamed(statuses, wantedStatuses)
    const test = (company: VendorRecord) =>
      (company.types ?? []).some(({ id }: VendorRecord) => typeIds.has(id)) &&
      statusIds.has(company.status?.id) &&
      company.deletedFlag !== true
    return records(companies, companies.scan({ test }))
  }
  return {
    customers: settings =>
      taking(settings).map(company => clientOf(company, records(contacts, contacts.children(company.id)))),
    agreements: settings => {
      const day = now().toISOString().slice(0, 10)
      return taking(settings).flatMap(company =>
        records(agreements, agreements.children(company.id)).map(agreement =>
          agreementOf(account, company, agreement, day)
        )
      )
    }
  }
}

function records(table: Table, ids: readonly number[]): VendorRecord[] {
  return ids.map(id => table.get(id)!)
}

function idsNamed(setup: Table, names: readonly string[]): Set<number> {
  const wanted = new Set(names.map(name => name.trim().toLowerCase()))
  return new Set(setup.scan({ test: ({ name }) => wanted.has(String(name).trim().toLowerCase()) }))
}

function filled(value: unknown): string | null {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return text === '' ? null : text
}

/** Addresses and phones of active contacts only, those of the default contact first. */
function clientOf(company: VendorRecord, all: readonly VendorRecord[]): ExpectedClient {
  const defaultId = company.defaultContact?.id
  const isDefault = (contact: VendorRecord) =>
    defaultId === undefined ? contact.defaultFlag === true : contact.id === defaultId
  const active = all.filter(({ inactiveFlag }) => inactiveFlag !== true)
  const inOrder = [...active.filter(isDefault), ...active.filter(contact => !isDefault(contact))]
  const lines = (kind: 'Email' | 'Phone') => inOrder.flatMap(contact => linesOf(contact, kind))
  const address = {
    line1: filled(company.addressLine1),
    line2: filled(company.addressLine2),
    city: filled(company.city),
    state: filled(company.state),
    postalCode: filled(company.zip),
    country: filled(company.country?.name)
  }
  const own = filled(company.phoneNumber)
  const website = filled(company.website)
  return {
    externalId: String(company.id),
    name: filled(company.name),
    address: Object.values(address).some(part => part !== null) ? address : null,
    emails: lines('Email'),
    phones: [...(own === null ? [] : [{ value: own, extension: null, label: 'Company' }]), ...lines('Phone')],
    websites: website === null ? [] : [website]
  }
}

function linesOf({ communicationItems = [] }: VendorRecord, kind: 'Email' | 'Phone'): ExpectedLine[] {
  const ofKind = communicationItems.filter((item: VendorRecord) => item.communicationType === kind)
  const first = ofKind.filter((item: VendorRecord) => item.defaultFlag === true)
  const others = ofKind.filter((item: VendorRecord) => item.defaultFlag !== true)
  return [...first, ...others].flatMap((item: VendorRecord) => {
    const value = filled(item.value)
    return value === null ? [] : [{ value, extension: filled(item.extension), label: filled(item.type?.name) }]
  })
}

function agreementOf(account: Account, company: VendorRecord, agreement: VendorRecord, day: string): ExpectedAgreement {
  const { additions, catalog } = account
  let total = exact(agreement.billAmount ?? 0)
  const byVendor = new Map<string, Exact>()
  for (const addition of records(additions, additions.children(agreement.id))) {
    const amount = amountOf(addition, day)
    total = plus(total, amount)
    const product = catalog.get(addition.product?.id)
    const vendor = filled(product?.vendor?.name) ?? filled(product?.manufacturer?.name)
    if (vendor !== null) byVendor.set(vendor, plus(byVendor.get(vendor) ?? nothing, amount))
  }
  const vendors = [...byVendor]
    .sort(([a, ofA], [b, ofB]) => compared(ofB, ofA) || (a < b ? -1 : 1))
    .map(([vendor]) => vendor)
  const endDate = agreement.noEndingDateFlag === true ? null : dayOf(agreement.endDate)
  return {
    externalId: String(agreement.id),
    clientId: String(company.id),
    clientName: filled(company.name),
    contractName: filled(agreement.name),
    vendors,
    vendorName: vendors[0] ?? ownName,
    overallCost: decimals(total)!,
    currency: filled(agreement.currency?.currencyCode),
    period: filled(agreement.billingCycle?.name),
    status: agreement.cancelledFlag === true ? 'cancelled' : String(agreement.agreementStatus).toLowerCase(),
    startDate: dayOf(agreement.startDate),
    endDate,
    parentId: filled(agreement.parentAgreement?.id),
    billedOnce: agreement.billOneTimeFlag === true
  }
}

/**
 * What an addition adds to the invoice. The vendor bills quantity less what is included, never below nothing; where
 * extPrice is of the whole quantity, that has still to be taken off.
 */
function amountOf(addition: VendorRecord, day: string): Exact {
  const { billCustomer, quantity, lessIncluded = 0, unitPrice, extPrice } = addition
  const begins = dayOf(addition.effectiveDate)
  const ends = dayOf(addition.cancelledDate)
  if (billCustomer !== 'Billable' || (begins !== null && begins > day) || (ends !== null && ends <= day)) return nothing
  const whole = times(exact(quantity), exact(unitPrice))
  if (!(lessIncluded > 0) || compared(exact(extPrice), whole) !== 0) return exact(extPrice)
  const left = plus(exact(quantity), times(exact(lessIncluded), exact(-1)))
  return compared(left, nothing) > 0 ? times(left, exact(unitPrice)) : nothing
}

function dayOf(date: unknown): string | null {
  return typeof date === 'string' && date !== '' ? date.replaceAll(' ', '').slice(0, 10) : null
}
