/** The Autotask double as the connector suite asks for it: accounts of each size, edits, odd answers. */
import type { ConnectorDouble, Edit, Oddity, Size, Spoilt } from '../../conformance/connector-suite.ts'
import {
  type AutotaskServer,
  bigAccount,
  startAutotask,
  tinyAccount,
  tinyContracts,
  tinyIds
} from '../../doubles/autotask/index.ts'
import { contractsOf, profilesOf } from './contributions.ts'
import { credentialsFor } from './instance.ts'

const accounts = {
  large: () => bigAccount({ companies: 1700, contactsPerCompany: 1, servicesPerContract: 1, rowsPerService: 2 }),
  small: () => tinyAccount(),
  other: () => tinyAccount()
} satisfies Record<Size, unknown>

export async function startSuiteDouble(size: Size): Promise<ConnectorDouble> {
  let at = Date.now() - 15 * 60_000
  const now = () => new Date(at)
  const server = await startAutotask({ account: accounts[size](), callsAnHour: false, now })
  if (size === 'other') makeAnother(server)
  /** Each change lies in a second of its own. */
  const timed = (name: string, edit: () => unknown, costs?: number): Edit => ({
    name,
    ...(costs !== undefined && { costs }),
    make() {
      at += 1000
      edit()
      return now()
    }
  })
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

/** Children that were not asked for: of companies below and above what the question names. */
const withForeign = (rows: any[]) => [
  ...rows,
  ...[1, 999_999_999].map((companyID, index) => ({ ...rows.at(-1), id: 900_000_000 + index, companyID }))
]

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
      endpoint: ['Contacts', 'Contracts'],
      ...when
    }
  }
  return rules[how]
}
