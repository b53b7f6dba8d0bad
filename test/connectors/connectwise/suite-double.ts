/** The ConnectWise double as the connector suite asks for it: accounts of each size, edits, odd answers. */
import type { ConnectorDouble, Edit, Oddity, Size, Spoilt } from '../../conformance/connector-suite.ts'
import {
  type Account,
  bigAccount,
  type ConnectWiseServer,
  demoAccount,
  type FaultRule,
  rawJson,
  startConnectWise,
  type VendorRecord
} from '../../doubles/connectwise/index.ts'
import { timedEdits } from '../timed-edits.ts'
import { contributionsOf } from './contributions.ts'
import { credentialsFor } from './credentials.ts'

const accounts: Readonly<Record<Size, () => Account>> = {
  large: largeAccount,
  small: smallAccount,
  other: () => demoAccount(12, 30, { rich: true })
}

function largeAccount(): Account {
  const account = bigAccount({ companies: 5400, contactsPerCompany: 1, additionsPerAgreement: 1 })
  const [first, second] = account.contacts.scan()
  for (const id of [first!, second!]) account.contacts.put({ ...account.contacts.get(id)!, inactiveFlag: true })
  return account
}

/**
 * An MSP as one finds it, with agreements without a name, or cancelled under another status, one of an amount that no
 * float holds, and a company without an address.
 */
function smallAccount(): Account {
  const account = demoAccount(7, 26, { rich: true })
  const [first, second, third] = account.companies.scan({ test: isCustomer })
  for (const id of account.agreements.children(first!)) {
    const { name: _, ...nameless } = account.agreements.get(id)!
    account.agreements.put({ ...nameless, noEndingDateFlag: true, endDate: '2031-05-31T00:00:00Z' })
  }
  const [large] = countedAgreements(account)
  account.agreements.put({ ...account.agreements.get(large!)!, billAmount: rawJson('900719925474099.123456') })
  for (const id of account.agreements.children(third!))
    account.agreements.put({ ...account.agreements.get(id)!, cancelledFlag: true, agreementStatus: 'Active' })
  const withSeveral = account.companies.scan({ test: isCustomer }).find(id => activeContacts(account, id).length > 1)!
  const defaultContact = { id: activeContacts(account, withSeveral).at(-1)!, name: 'The default contact' }
  account.companies.put({ ...account.companies.get(withSeveral)!, defaultContact })
  const { communicationItems, ...contact } = account.contacts.get(defaultContact.id)!
  const mail = { type: { id: 1, name: 'Email' }, communicationType: 'Email' }
  const mails = ['second@firm.example', 'first@firm.example'].map((value, at) => ({
    ...mail,
    id: 900_001 + at,
    value,
    defaultFlag: at === 1
  }))
  const others = communicationItems.filter(({ communicationType }: VendorRecord) => communicationType !== 'Email')
  account.contacts.put({ ...contact, communicationItems: [...mails, ...others] })
  const blank = { addressLine1: '', addressLine2: '', city: '', state: '', zip: '', country: null }
  account.companies.put({ ...account.companies.get(second!)!, ...blank })
  return account
}

/** With something to show of each. */
function activeContacts({ contacts }: Account, company: number): number[] {
  const shows = ({ inactiveFlag, communicationItems = [] }: VendorRecord) =>
    !inactiveFlag && communicationItems.length > 0
  return contacts.children(company).filter(id => shows(contacts.get(id)!))
}

/** Of customers, with several additions. */
function countedAgreements({ companies, agreements, additions }: Account): number[] {
  const customers = new Set(companies.scan({ test: isCustomer }))
  return agreements.scan({ test: ({ id, company }) => customers.has(company.id) && additions.children(id).length > 1 })
}

const isCustomer = ({ types, status, deletedFlag }: VendorRecord) =>
  types.some(({ name }: VendorRecord) => name === 'Customer') && status.name === 'Active' && deletedFlag !== true

export async function startSuiteDouble(size: Size): Promise<ConnectorDouble> {
  const { now, timed: timedEdit } = timedEdits()
  const server = await startConnectWise({ account: accounts[size](), rateLimit: false, now })
  // In another account the same names have other ids, and the same products other makers.
  if (size === 'other') {
    server.recreateType(1)
    server.recreateStatus(1)
    for (const id of server.data.catalog.scan())
      server.updateCatalogItem(id, { vendor: null, manufacturer: { id: 1, name: `Maker ${id}` } })
  }
  const timed: Timed = (name, edit, costs) => timedEdit(name, () => edit(server), costs)
  const credentials = credentialsFor(server.url)
  return {
    origin: server.url,
    credentials,
    wrongCredentials: { ...credentials, password: 'FakeWrongKey0001' },
    requests: () => server.requests.length,
    expected: syncType => contributionsOf(server.oracle, syncType),
    edits: syncType => [
      ...ofCompanies(server, timed),
      ...(syncType === 'active-customers' ? ofContacts(server, timed) : ofAgreements(server, timed)),
      ...ofSetup(server)
    ],
    spoil: spoilt => server.fail(ruleOf(spoilt, server)),
    close: server.close
  }
}

type Timed = (name: string, edit: (server: ConnectWiseServer) => unknown, costs?: number) => Edit

function ofCompanies({ data }: ConnectWiseServer, timed: Timed): Edit[] {
  const customers = data.companies.scan({ test: isCustomer })
  const strangers = data.companies.scan({ test: one => !isCustomer(one) && one.types.length > 0 })
  const [renamed, lost, deleted] = customers.slice(-3)
  return [
    timed('a customer is renamed', server => server.updateCompany(renamed!, { name: 'Renamed & Sons' })),
    timed('a customer becomes inactive', server => server.setStatus(lost!, 2), 1),
    timed('and active again', server => server.setStatus(lost!, 1)),
    timed('a customer is deleted', server => server.deleteCompany(deleted!), 1),
    timed(
      'companies that take no part are renamed',
      server => {
        for (const id of strangers) server.updateCompany(id, { name: `Stranger ${id}` })
      },
      1
    ),
    timed('a customer comes', server => server.addCompany({ name: 'New Here' }))
  ]
}

function ofContacts({ data }: ConnectWiseServer, timed: Timed): Edit[] {
  const customers = data.companies.scan({ test: isCustomer })
  const active = data.contacts.scan({
    test: ({ inactiveFlag, company }) => !inactiveFlag && customers.slice(0, -3).includes(company.id)
  })
  const [changed, left] = active
  const mail = (value: string) => [
    { id: 1, type: { id: 1, name: 'Email' }, value, defaultFlag: true, communicationType: 'Email' }
  ]
  return [
    timed('a contact gets another address', server =>
      server.updateContact(changed!, { communicationItems: mail('other@firm.example') })
    ),
    timed('a contact leaves', server => server.updateContact(left!, { inactiveFlag: true })),
    timed('a contact comes', server =>
      server.addContact({ companyId: customers[0]!, communicationItems: mail('new@firm.example') })
    ),
    timed('a suite is moved out of', server => server.updateCompany(customers[0]!, { addressLine2: '' }))
  ]
}

function ofAgreements({ data }: ConnectWiseServer, timed: Timed): Edit[] {
  const customers = data.companies.scan({ test: isCustomer }).slice(0, -3)
  const agreements = data.agreements.scan({ test: ({ company }) => customers.includes(company.id) })
  const additions = data.additions.scan({ test: ({ agreementId }) => agreements.includes(agreementId) })
  const [priced, cancelled, moved] = agreements
  const [counted, gone] = additions
  return [
    timed('an agreement comes', server => server.addAgreement({ companyId: customers[0]!, billAmount: 12.34 })),
    timed('an agreement costs something else', server => server.updateAgreement(priced!, { billAmount: 0.07 })),
    timed('an agreement is cancelled', server =>
      server.updateAgreement(cancelled!, { agreementStatus: 'Cancelled', cancelledFlag: true })
    ),
    timed('an agreement is given to another customer', server =>
      server.updateAgreement(moved!, { companyId: customers.at(-1)! })
    ),
    timed('an addition is of another quantity', server =>
      server.updateAddition(counted!, { quantity: 3, extPrice: 0.3 })
    ),
    timed('an addition comes', server =>
      server.addAddition({ agreementId: priced!, product: { id: 2, identifier: 'TWO' }, quantity: 3, unitPrice: 0.1 })
    ),
    timed('an addition goes', server => server.removeAddition(gone!))
  ]
}

/** What marks no record: only a pass sees it. */
function ofSetup(server: ConnectWiseServer): Edit[] {
  const unmarked = (name: string, edit: () => unknown): Edit => ({
    name,
    make() {
      edit()
      return null
    }
  })
  const typeId = () => server.data.companyTypes.scan({ test: ({ name }) => name === 'Customer' })[0]!
  return [
    unmarked('a type is deleted and made anew under its name', () => server.recreateType(typeId())),
    unmarked('products get another maker', () => {
      for (const id of server.data.catalog.scan())
        server.updateCatalogItem(id, { vendor: null, manufacturer: { id: 9, name: `New Maker ${id}` } })
    })
  ]
}

/** Children that were not asked for: of companies below and above what the question names. */
const withForeign = (rows: any[]) => [
  ...rows,
  ...[1, 999_999].map((id, index) => ({ ...rows.at(-1), id: 900_000 + index, company: { id } }))
]

function withStray([first, ...rest]: any[]): any[] {
  if (first === undefined) return []
  const { company: _, ...stray } = first
  return [stray, ...rest]
}

/** Of how many agreements, one after the other, the additions are refused: each takes a pass. */
const refusedAtMost = 4

function ruleOf({ how, nth, andAfter }: Spoilt, { data }: ConnectWiseServer): FaultRule {
  const when = andAfter ? { after: nth - 1 } : { nth }
  const parent = countedAgreements(data).slice(0, refusedAtMost)[nth - 1]
  const rules: Readonly<Record<Oddity, FaultRule>> = {
    'refused keys': { kind: 'status', status: 401, ...when },
    forbidden: { kind: 'status', status: 403, ...when },
    fault: { kind: 'status', status: 500, ...when },
    'empty list': { kind: 'emptyPage', ...when },
    'cut list': { kind: 'cutList', ...when },
    'doubled rows': { kind: 'doubledRows', how: 'laps', ...when },
    'foreign rows': {
      kind: 'editList',
      edit: rows => (rows.length === 0 ? rows : withForeign(rows)),
      endpoint: ['contacts', 'agreements'],
      ...when
    },
    'stray row': { kind: 'editList', edit: withStray, endpoint: ['contacts', 'agreements'], ...when },
    'refused children':
      parent === undefined
        ? { kind: 'status', status: 403, when: () => false }
        : { kind: 'badRecord', table: 'additions', parent, status: nth % 2 ? 403 : 404, sparesIds: false }
  }
  return rules[how]
}
