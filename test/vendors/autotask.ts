import { autotask as connector } from '../../connectors/autotask/index.ts'
import { connectorPlugin } from '../../plugins/connector/plugin.ts'
import {
  type AutotaskServer,
  bigAccount,
  demoAccount,
  type EntityName,
  numberOf,
  startAutotask,
  tinyAccount,
  tinyIds
} from '../doubles/autotask/index.ts'
import type { VendorRecord } from '../doubles/kit/index.ts'
import { commonTo, startOptions } from './double.ts'
import type { People, TestVendor, VendorKind } from './vendor.ts'

const entities = {
  companies: 'Companies',
  contacts: 'Contacts',
  agreements: 'Contracts',
  lines: 'ContractServices',
  catalogue: 'Services'
} as const

const accounts = {
  tiny: tinyAccount,
  demo: demoAccount,
  big: (companies: number) => bigAccount({ companies, contactsPerCompany: 1, rowsPerService: 2 })
}

export const autotask: VendorKind = {
  unthrottled: connectorPlugin({ ...connector, rate: { ...connector.rate, requests: 10_000_000 } }),
  connector: 'autotask',
  title: 'Autotask PSA',
  customers: 'active-customers',
  agreements: 'active-contracts',
  titles: ['Sync Active Customers', 'Sync Active Customer Contracts'],
  contract: 'contract',
  fullPage: 500,
  locksAccounts: true,
  firstCheck: 'zone-found',
  signInEndpoint: 'version',
  refusesOneBy: 500,
  tellsCallsLeft: true,
  throttlePauseMs: 60_000,
  moreOf: 'a service more, of a vendor',
  endpoints: entities,
  fields: {
    name: 'companyName',
    type: 'companyType',
    status: 'isActive',
    website: 'webAddress',
    companyOfContact: 'companyID'
  },
  rights: {
    Companies: { stops: 'active-customers', words: /"CRM > Company: Customer & Cancelation"/ },
    Contacts: { stops: 'active-customers', words: /"CRM > Company: Customer & Cancelation"/ },
    Contracts: { stops: 'active-contracts', words: /"Contracts"/ },
    Services: { stops: 'active-contracts', words: /"Admin data: services and service bundles"/ }
  },
  async start(t, order = {}) {
    const server = await startAutotask({ callsAnHour: false, ...startOptions(order, accounts) })
    t.teardown(() => server.close())
    return running(server)
  }
}

function running(server: AutotaskServer): TestVendor {
  const { user } = server
  return {
    ...commonTo(autotask, server, tinyIds),
    credentials: { ...user, zoneUrl: server.url },
    secrets: [user.secret, user.integrationCode],
    secretField: 'secret',
    wrong: {
      'a wrong secret': {
        change: { secret: 'Fake#Wrong-0001' },
        check: 'login-accepted',
        pointers: ['/userName', '/secret', '/integrationCode'],
        words: /secret or the integration code is wrong/
      },
      'an unknown user name': {
        change: { userName: 'nobody@fernhollow.example' },
        check: 'zone-found',
        pointers: ['/userName'],
        words: /no database of this user name/
      }
    },
    fail: rule => server.fail(rule as Parameters<typeof server.fail>[0]),
    hide: (endpoint, where) => server.hide(entities[endpoint], where),
    revoke: right => server.revoke(right as EntityName),
    grant: right => server.grant(right as EntityName),
    changeSecret() {
      server.changeSecret(user.userName, 'Fake#Secret-0099')
      return { secret: 'Fake#Secret-0099' }
    },
    lineOf: id => server.data.tables.ContractServices.children(Number(id))[0]!,
    people: peopleAt(server)
  }
}

const types = 'Companies.companyType'

function peopleAt(server: AutotaskServer): People {
  const { tables, picklists } = server.data
  const monthly = numberOf(picklists, 'Services.periodType', 'Monthly')
  const monthlyService = (hasVendor: boolean) => {
    const test = ({ periodType, vendorCompanyID }: VendorRecord) =>
      periodType === monthly && Boolean(vendorCompanyID) === hasVendor
    return tables.Services.scan({ test }, 1)[0]!
  }
  const customer = numberOf(picklists, types, 'Customer')
  const linesOf = ({ email, phone, extension }: Parameters<People['addContact']>[1]) => ({
    ...(email !== undefined && { emailAddress: email }),
    ...(phone !== undefined && { phone, extension })
  })
  return {
    addCustomer: companyName => String(server.addCompany({ companyName }).id),
    rename: (id, companyName) => void server.updateCompany(Number(id), { companyName }),
    changeAddress: (id, { line1, city, postalCode }) =>
      void server.updateCompany(Number(id), { address1: line1, city, postalCode }),
    changePhone: (id, phone) => void server.updateCompany(Number(id), { phone }),
    changeWebsite: (id, webAddress) => void server.updateCompany(Number(id), { webAddress }),
    setActive: (id, isActive) => void server.setActive(Number(id), isActive),
    removeCompany: id => void server.removeCompany(Number(id)),
    merge: (from, into) => server.mergeCompanies(Number(from), Number(into)),
    addContact: (companyId, lines) => String(server.addContact({ companyID: Number(companyId), ...linesOf(lines) }).id),
    changeContact: (id, lines) => void server.updateContact(Number(id), linesOf(lines)),
    addAgreement(companyId, contractName, unitPrice) {
      const { id } = server.addContract({ companyID: Number(companyId), contractName })
      server.addContractService(id, monthlyService(false), { units: 1, unitPrice })
      return String(id)
    },
    renameAgreement: (id, contractName) => void server.updateContract(Number(id), { contractName }),
    moveAgreement: (id, companyId) => void server.updateContract(Number(id), { companyID: Number(companyId) }),
    removeAgreement: id => void server.removeContract(Number(id)),
    costEdits: {
      'other units': id => server.changeUnits(tables.ContractServices.children(Number(id))[0]!, 9),
      'a service more, of a vendor': id => void server.addContractService(Number(id), monthlyService(true)),
      'another type of contract': id => {
        const contractType = numberOf(picklists, 'Contracts.contractType', 'Time & Materials')
        server.updateContract(Number(id), { contractType, estimatedRevenue: 250.5 })
      }
    },
    renameType: name => server.renameLabel(types, customer, name),
    recreateType: () => void server.recreateLabel(types, customer),
    removeType: () => server.removeLabel(types, customer)
  }
}
