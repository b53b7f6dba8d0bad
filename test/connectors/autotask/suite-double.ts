/** The Autotask double as the connector suite asks for it: accounts of each size, edits, odd answers. */
import type { ConnectorDouble, Edit, Oddity, Size, Spoilt } from '../../conformance/connector-suite.ts'
import {
  type AutotaskAccount,
  type AutotaskServer,
  bigAccount,
  rawJson,
  startAutotask,
  tinyAccount,
  tinyContracts,
  tinyIds
} from '../../doubles/autotask/index.ts'
import { timedEdits } from '../timed-edits.ts'
import { contractsOf, profilesOf } from './contributions.ts'
import { credentialsFor } from './instance.ts'

const accounts = {
  large: () =>
    withOwnContact(bigAccount({ companies: 1700, contactsPerCompany: 1, servicesPerContract: 1, rowsPerService: 2 })),
  small: smallAccount,
  other: () => tinyAccount()
} satisfies Record<Size, () => AutotaskAccount>

/** With what databases have that few have all of: a third address, an ended contract beside one in effect, an agreed price of a bundle, cents, an amount that no float holds. */
function smallAccount(): AutotaskAccount {
  const account = tinyAccount({ bundleMembersRepeat: true })
  const { Contacts, Contracts, ContractServiceBundles, ContractMilestones } = account.tables
  Contacts.put({ ...Contacts.get(32)!, emailAddress3: 'third@firm.example' })
  const ended = { id: 29_684_100, companyID: tinyIds['active customer'], contractName: 'Ended Here' }
  Contracts.put({ ...Contracts.get(tinyContracts.ended)!, ...ended })
  for (const id of ContractServiceBundles.scan())
    ContractServiceBundles.put({ ...ContractServiceBundles.get(id)!, adjustedPrice: 25.5 })
  const [first] = ContractMilestones.scan()
  for (const amount of [0.1, 0.7, rawJson('900719925474099.123456')])
    ContractMilestones.put({ ...ContractMilestones.get(first!)!, id: ContractMilestones.nextId(), amount })
  return withOwnContact(account)
}

/** Of company 0, the MSP itself. */
function withOwnContact(account: AutotaskAccount): AutotaskAccount {
  const { Contacts } = account.tables
  const [first] = Contacts.scan()
  Contacts.put({ ...Contacts.get(first!)!, id: Contacts.nextId(), companyID: 0 })
  return account
}

export async function startSuiteDouble(size: Size): Promise<ConnectorDouble> {
  const { now, timed } = timedEdits()
  const server = await startAutotask({ account: accounts[size](), callsAnHour: false, now })
  if (size === 'other') makeAnother(server)
  const credentials = credentialsFor(server)
  return {
    origin: server.url,
    credentials,
    wrongCredentials: { ...credentials, secret: 'FakeWrongSecret0001' },
    requests: () => server.requests.length,
    expected: syncType => (syncType === 'active-customers' ? profilesOf(server) : contractsOf(server)),
    edits: syncType => [
      ...ofCompanies(server, timed),
      ...(syncType === 'active-customers' ? ofContacts(server, timed) : ofContracts(server, timed)),
      ...ofSetup(server)
    ],
    spoil: spoilt => server.fail(ruleOf(spoilt)),
    close: server.close
  }
}

/** The same names have other numbers, the same ids other records. */
function makeAnother(server: AutotaskServer): void {
  recreateCustomer(server)
  for (const id of server.data.tables.Companies.scan()) server.updateCompany(id, { companyName: `Elsewhere ${id}` })
}

function recreateCustomer({ data, recreateLabel }: AutotaskServer): void {
  const list = 'Companies.companyType'
  recreateLabel(list, data.picklists.get(list)!.find(({ label }) => label === 'Customer')!.value)
}

type Timed = (name: string, edit: () => unknown, costs?: number) => Edit
const active = tinyIds['active customer']
const alone = tinyIds['customer without contacts']
const unbound = tinyIds['customer without contracts']
const { recurring } = tinyContracts

function ofCompanies(server: AutotaskServer, timed: Timed): Edit[] {
  return [
    timed('a customer is renamed', () => server.updateCompany(active, { companyName: 'Renamed & Sons' })),
    timed('a customer becomes inactive', () => server.setActive(alone, false)),
    timed('and active again', () => server.setActive(alone, true)),
    timed('a prospect is renamed', () => server.updateCompany(tinyIds.prospect, { companyName: 'Stranger' }), 3)
  ]
}

function ofContacts(server: AutotaskServer, timed: Timed): Edit[] {
  return [
    timed('a contact gets another address', () => server.updateContact(31, { emailAddress: 'other@firm.example' })),
    timed('a contact leaves', () => server.updateContact(31, { isActive: 0 })),
    timed('a contact comes', () => server.addContact({ companyID: alone, emailAddress: 'new@firm.example' })),
    timed('a customer comes', () => server.addCompany({ companyName: 'New Here' }))
  ]
}

function ofContracts(server: AutotaskServer, timed: Timed): Edit[] {
  const { tables } = server.data
  const [first, second] = tables.ContractServices.children(recurring)
  const services = tables.Services.scan()
  return [
    timed('a contract comes', () => server.addContract({ companyID: unbound, contractName: 'The first' })),
    timed('a contract is renamed', () => server.updateContract(recurring, { contractName: 'Another name' })),
    timed('a contract ends', () => server.updateContract(recurring, { status: 0 })),
    timed('and is taken up again', () => server.updateContract(recurring, { status: 1 })),
    timed('a contract of the MSP itself comes', () => server.addContract({ companyID: 0, contractName: 'Our own' }), 0),
    timed('a contract of a former customer is renamed', () =>
      server.updateContract(tinyContracts['of the cancelled customer'], { contractName: 'Nobody Cares' })
    ),
    timed('a service is of another number of units', () => server.changeUnits(first!, 31)),
    timed('a service comes', () => server.addContractService(recurring, services[0]!, { units: 7 })),
    timed('a service goes', () => server.removeContractService(second!))
  ]
}

/** What marks no record: only a pass sees it. */
function ofSetup(server: AutotaskServer): Edit[] {
  const unmarked = (name: string, edit: () => unknown): Edit => ({
    name,
    make() {
      edit()
      return null
    }
  })
  return [
    unmarked('a type is removed and made anew under its name', () => recreateCustomer(server)),
    unmarked('services get another maker', () => {
      for (const id of server.data.tables.Services.scan())
        server.update('Services', id, { vendorCompanyID: null, manufacturerServiceProvider: `New Maker ${id}` })
    }),
    unmarked('a status of contracts gets another number', () => server.recreateLabel('Contracts.status', 1))
  ]
}

/** What was not asked for: children of companies below and above what the question names, a company that is inactive. */
function withForeign(rows: any[]): any[] {
  const last = rows.at(-1)
  if (!('companyID' in last)) return [...rows, { ...last, id: last.id + 1, isActive: false }]
  return [...rows, ...[1, 999_999_999].map((companyID, index) => ({ ...last, id: 900_000_000 + index, companyID }))]
}

const children = [
  ...['Contacts', 'Contracts', 'ContractServices', 'ContractServiceUnits', 'ContractServiceBundles'],
  ...['ContractServiceBundleUnits', 'ContractBlocks', 'ContractRetainers', 'ContractMilestones']
]

function withStray([first, ...rest]: any[]): any[] {
  if (first === undefined) return []
  const { companyID: _, contractID: __, ...stray } = first
  return [stray, ...rest]
}

type Rule = Parameters<AutotaskServer['fail']>[0]

function ruleOf({ how, nth, andAfter }: Spoilt): Rule {
  const when = andAfter ? { after: nth - 1 } : { nth }
  const rules: Readonly<Record<Oddity, Rule>> = {
    // Zones are told without a sign-in.
    'refused keys': { kind: 'status', status: 401, when: ({ address }) => !/zoneInformation/i.test(address), ...when },
    forbidden: { kind: 'status', status: 403, ...when },
    fault: { kind: 'status', status: 503, ...when },
    'empty list': { kind: 'emptyPage', ...when },
    'cut list': { kind: 'cutList', ...when },
    'doubled rows': { kind: 'doubledRows', how: 'laps', ...when },
    'foreign rows': {
      kind: 'editList',
      edit: rows => (rows.length === 0 ? rows : withForeign(rows)),
      endpoint: ['Companies', 'Contacts', 'Contracts'],
      ...when
    },
    'stray row': { kind: 'editList', edit: withStray, endpoint: children, ...when },
    // Children are asked for by many parents at once.
    'refused children': { kind: 'status', status: 403, when: () => false }
  }
  return rules[how]
}
