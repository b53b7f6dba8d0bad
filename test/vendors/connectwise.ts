import { connectwise as connector } from '../../connectors/connectwise/index.ts'
import { connectorPlugin } from '../../plugins/connector/plugin.ts'
import { credentialsFor } from '../connectors/connectwise/credentials.ts'
import {
  bigAccount,
  type ConnectWiseServer,
  demoAccount,
  type FaultRule,
  startConnectWise,
  tinyAccount,
  tinyIds
} from '../doubles/connectwise/index.ts'
import { commonTo, startOptions } from './double.ts'
import type { People, TestVendor, VendorKind } from './vendor.ts'

const tables = {
  companies: 'companies',
  contacts: 'contacts',
  agreements: 'agreements',
  lines: 'additions',
  catalogue: 'catalog'
} as const

const accounts = {
  tiny: tinyAccount,
  demo: demoAccount,
  big: (companies: number) => bigAccount({ companies, contactsPerCompany: 1 })
}

export const connectwise: VendorKind = {
  unthrottled: connectorPlugin({ ...connector, rate: { ...connector.rate, requests: 10_000_000 } }),
  connector: 'connectwise',
  title: 'ConnectWise PSA',
  customers: 'active-customers',
  agreements: 'active-agreements',
  titles: ['Sync Active Customers', 'Sync Active Customer Agreements'],
  contract: 'agreement',
  fullPage: 1000,
  locksAccounts: false,
  firstCheck: 'host-reachable',
  signInEndpoint: 'info',
  refusesOneBy: 403,
  tellsCallsLeft: false,
  throttlePauseMs: 1000,
  moreOf: 'an addition more, of a vendor',
  endpoints: tables,
  fields: { name: 'name', type: 'types', status: 'status', website: 'website', companyOfContact: 'company' },
  rights: {
    company: { stops: 'active-customers', words: /"Companies > Company Maintenance"/ },
    contacts: { stops: 'active-customers', words: /"Companies > Contacts"/ },
    agreements: { stops: 'active-agreements', words: /"Finance > Agreements"/ },
    catalog: { stops: 'active-agreements', words: /"Procurement > Product Catalog"/ }
  },
  async start(t, order = {}) {
    const server = await startConnectWise({ rateLimit: false, ...startOptions(order, accounts) })
    t.teardown(() => server.close())
    return running(server)
  }
}

function running(server: ConnectWiseServer): TestVendor {
  const { publicKey, privateKey, clientId } = server.account
  const credentials = credentialsFor(server.url)
  return {
    ...commonTo(connectwise, server, tinyIds),
    credentials,
    secrets: [publicKey, privateKey, clientId, credentials.username],
    secretField: 'password',
    wrong: {
      'a wrong key': {
        change: { password: 'FakeWrongKey0001' },
        check: 'credentials-accepted',
        pointers: ['/username', '/password'],
        words: /refuses the keys in either order/
      },
      'an unknown company ID': {
        change: { username: `nobody+${publicKey}` },
        check: 'company-id-known',
        pointers: ['/username'],
        words: /does not know the company ID/
      },
      'an unknown client ID': {
        change: { clientId: '00000000-0000-4000-8000-0000000000ff' },
        check: 'client-id-accepted',
        pointers: ['/clientId'],
        words: /refuses the client ID/
      }
    },
    fail: rule => server.fail(rule as FaultRule),
    hide: (endpoint, where) => server.hide(tables[endpoint], where),
    revoke: right => server.revoke(right as Parameters<typeof server.revoke>[0]),
    grant: right => server.grant(right as Parameters<typeof server.grant>[0]),
    changeSecret() {
      const next = { ...server.account, privateKey: 'FakePrivateKey99' }
      Object.assign(server.account, next)
      return { password: next.privateKey }
    },
    lineOf: id => server.data.additions.children(Number(id))[0]!,
    people: peopleAt(server)
  }
}

const typeId = 1
const communication = { email: { id: 2, name: 'Direct' }, phone: { id: 1, name: 'Direct' } }

function peopleAt(server: ConnectWiseServer): People {
  const { data } = server
  const linesOf = ({ email, phone, extension }: Parameters<People['addContact']>[1]) => ({
    communicationItems: [
      ...(email === undefined
        ? []
        : [{ id: 1, type: communication.email, value: email, communicationType: 'Email', defaultFlag: true }]),
      ...(phone === undefined
        ? []
        : [
            { id: 2, type: communication.phone, value: phone, extension, communicationType: 'Phone', defaultFlag: true }
          ])
    ]
  })
  const line = { quantity: 1, effectiveDate: '2024-02-01T00:00:00Z' }
  return {
    addCustomer: name => String(server.addCompany({ name }).id),
    rename: (id, name) => void server.updateCompany(Number(id), { name }),
    changeAddress: (id, { line1, city, postalCode }) =>
      void server.updateCompany(Number(id), { addressLine1: line1, city, zip: postalCode }),
    changePhone: (id, phoneNumber) => void server.updateCompany(Number(id), { phoneNumber }),
    changeWebsite: (id, website) => void server.updateCompany(Number(id), { website }),
    setActive: (id, isActive) => void server.setStatus(Number(id), isActive ? 1 : 2),
    removeCompany: id => void server.purgeCompany(Number(id)),
    merge: (from, into) => void server.merge(Number(from), Number(into)),
    addContact: (companyId, lines) => String(server.addContact({ companyId: Number(companyId), ...linesOf(lines) }).id),
    changeContact(id, lines) {
      const { communicationItems } = linesOf(lines)
      const changed = new Set(communicationItems.map(item => item.communicationType))
      const kept = (data.contacts.get(Number(id))!.communicationItems ?? []).filter(
        (item: { communicationType: string }) => !changed.has(item.communicationType)
      )
      server.updateContact(Number(id), { communicationItems: [...kept, ...communicationItems] })
    },
    addAgreement: (companyId, name, billAmount) =>
      String(server.addAgreement({ companyId: Number(companyId), name, billAmount }).id),
    renameAgreement: (id, name) => void server.updateAgreement(Number(id), { name }),
    moveAgreement: (id, companyId) => void server.updateAgreement(Number(id), { companyId: Number(companyId) }),
    removeAgreement: id => void server.removeAgreement(Number(id)),
    costEdits: {
      'another amount': id => void server.updateAgreement(Number(id), { billAmount: 77.7 }),
      'an addition more, of a vendor': id => {
        const product = data.catalog.scan({}).find(item => data.catalog.get(item)!.vendor)!
        const { identifier } = data.catalog.get(product)!
        server.addAddition({ agreementId: Number(id), product: { id: product, identifier }, unitPrice: 12.5, ...line })
      },
      'an addition that is changed': id => {
        const { id: addition } = server.addAddition({ agreementId: Number(id), unitPrice: 1, ...line })
        server.updateAddition(addition, { quantity: 3, unitPrice: 2, extPrice: 6 })
      }
    },
    renameType: name => void server.renameType(typeId, name),
    recreateType: () => void server.recreateType(typeId),
    removeType: () => void server.removeType(typeId)
  }
}
