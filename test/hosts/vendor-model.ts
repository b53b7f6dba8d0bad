/**
 * What the clients of a connection have to be, as GET /v1/clients and GET /v1/agreements answer them, reckoned from the
 * double's own records and not by the connector's code.
 */
import type { Account, VendorRecord } from '../doubles/connectwise/index.ts'

const ownerless = 'MSP Managed Services'

function activeCustomers({ companies }: Account): VendorRecord[] {
  return companies
    .scan({
      test: ({ types, status, deletedFlag }) =>
        types.some(({ id }: { id: number }) => id === 1) && status.id === 1 && !deletedFlag
    })
    .map(id => companies.get(id)!)
}

function contactLines(account: Account, company: VendorRecord, kind: 'Email' | 'Phone') {
  const contacts = account.contacts.children(company.id).map(id => account.contacts.get(id)!)
  const isDefault = ({ id }: VendorRecord) => id === company.defaultContact?.id
  return contacts
    .filter(contact => !contact.inactiveFlag)
    .sort((a, b) => Number(isDefault(b)) - Number(isDefault(a)) || a.id - b.id)
    .flatMap(({ communicationItems = [] }) =>
      communicationItems
        .filter((item: VendorRecord) => item.communicationType === kind)
        .sort((a: VendorRecord, b: VendorRecord) => Number(b.defaultFlag) - Number(a.defaultFlag))
        .map((item: VendorRecord) => ({
          value: item.value as string,
          extension: (item.extension as string | undefined) ?? null,
          label: item.type.name as string
        }))
    )
}

/** Each once, the first of equals. */
function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  const keys = items.map(key)
  return items.filter((_, index) => keys.indexOf(keys[index]!) === index)
}

function customer(account: Account, company: VendorRecord) {
  const phones = [
    { typed: company.phoneNumber as string, extension: null, label: 'Company' },
    ...contactLines(account, company, 'Phone').map(({ value: typed, ...line }) => ({ typed, ...line }))
  ].map(line => ({ value: numberOf(line.typed, company.country.name), ...line }))
  const digits = ({ value, extension }: (typeof phones)[number]) => `${value}x${extension ?? ''}`
  const emails = contactLines(account, company, 'Email')
  return {
    externalId: String(company.id),
    name: company.name,
    address: {
      line1: company.addressLine1,
      line2: company.addressLine2 || null,
      city: company.city,
      state: company.state,
      postalCode: company.zip,
      country: company.country.name
    },
    emails: firstOf(distinct(emails, ({ value }) => value.toLowerCase())).map(
      ({ extension: _extension, ...one }) => one
    ),
    phones: firstOf(distinct(phones, digits)),
    websites: [company.website.startsWith('https://') ? company.website : `https://${company.website}`]
  }
}

/** The double's numbers have the ten digits of the United States, which is a possible length in Ireland too. */
function numberOf(typed: string, country: string): string {
  const digits = typed.replace(/\D/g, '')
  if (digits.length !== 10) return digits
  return country === 'United States' ? `+1${digits}` : `+353${digits}`
}

function firstOf<T extends object>(items: readonly T[]) {
  return items.map((item, index) => ({ ...item, primary: index === 0 }))
}

/** In units of 1/10,000, which hold every amount of the double exactly. */
const units = (amount: number | null) => Math.round((amount ?? 0) * 10_000)

function money(total: number): string {
  const text = (total / 10_000).toFixed(4)
  return text.replace(/(\.\d\d)00$/, '$1').replace(/(\.\d{3})0$/, '$1')
}

function agreement(account: Account, company: VendorRecord, record: VendorRecord, today: string) {
  const additions = account.additions.children(record.id).map(id => account.additions.get(id)!)
  let total = units(record.billAmount)
  const byVendor = new Map<string, number>()
  for (const { billCustomer, effectiveDate, cancelledDate, extPrice, product } of additions) {
    const isInEffect = effectiveDate.slice(0, 10) <= today && !(cancelledDate && cancelledDate.slice(0, 10) <= today)
    const counted = billCustomer === 'Billable' && isInEffect ? units(extPrice) : 0
    total += counted
    const { vendor, manufacturer } = account.catalog.get(product.id)!
    const name = vendor?.name ?? manufacturer?.name
    if (name) byVendor.set(name, (byVendor.get(name) ?? 0) + counted)
  }
  const vendors = [...byVendor].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name)
  return {
    externalId: String(record.id),
    clientName: company.name,
    vendorName: vendors[0] ?? ownerless,
    vendors,
    contractName: record.name,
    overallCost: money(total),
    currency: record.currency.currencyCode,
    billingCycle: record.billingCycle.name,
    status: record.agreementStatus.toLowerCase(),
    startDate: record.startDate.slice(0, 10),
    endDate: record.endDate?.slice(0, 10) ?? null
  }
}

/** Active clients and their agreements, as the sync types that are installed leave them. */
export function expectedOf(account: Account, syncTypes: readonly string[]) {
  const hasContacts = syncTypes.includes('active-customers')
  const hasAgreements = syncTypes.includes('active-agreements')
  const today = new Date().toISOString().slice(0, 10)
  const childrenOf = ({ id }: VendorRecord) => (hasAgreements ? account.agreements.children(id) : [])
  const companies = activeCustomers(account).filter(company => hasContacts || childrenOf(company).length > 0)
  return {
    clients: companies.map(company => ({
      ...(hasContacts ? customer(account, company) : bare(company)),
      agreementCount: childrenOf(company).length
    })),
    agreements: companies.flatMap(company =>
      childrenOf(company).map(id => agreement(account, company, account.agreements.get(id)!, today))
    )
  }
}

function bare({ id, name }: VendorRecord) {
  return { externalId: String(id), name, address: null, emails: [], phones: [], websites: [] }
}
