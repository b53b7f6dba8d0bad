/** What people do in the vendor's web interface, drawn by chance. */

import type { Random, Table, VendorRecord } from '../doubles/kit/index.ts'
import { words } from '../doubles/kit/words.ts'
import type { InProcessVendor } from './in-process-vendor.ts'
import { activeStatus } from './random-account.ts'

type Server = InProcessVendor['server']
type Edit = (server: Server, random: Random) => void

const any = (table: Table, random: Random): VendorRecord | undefined => {
  const ids = table.scan()
  return ids.length === 0 ? undefined : table.get(random.pick(ids))
}

/** One that exists, or nothing happens. */
const to =
  (table: keyof Server['data'] & string, act: (id: number, server: Server, random: Random) => void): Edit =>
  (server, random) => {
    const one = any(server.data[table as 'companies'], random)
    if (one) act(one.id, server, random)
  }

/** The same to a share of all of them. */
const bulk =
  (table: keyof Server['data'] & string, act: (id: number, server: Server, random: Random) => void): Edit =>
  (server, random) => {
    const share = random.next() * 0.6
    for (const id of server.data[table as 'companies'].scan()) if (random.chance(share)) act(id, server, random)
  }

const word = (random: Random) => `${random.pick(words.beginnings)}${random.pick(words.endings)}`
const mail = (random: Random) => `${word(random)}.${random.below(1000)}@${word(random)}.example`.toLowerCase()
/** It may have been made anew under its name. */
const customerType = ({ data }: Server) => data.companyTypes.scan({ test: ({ name }) => name === 'Customer' })[0]!
const isVendor = (server: Server, id: number) => server.data.companies.get(id)?.isVendorFlag === true

const rename = (id: number, server: Server, random: Random) =>
  void server.updateCompany(id, { name: `${word(random)} ${random.below(100)}` })
const readdress = (id: number, server: Server, random: Random) => {
  const empty = random.chance(0.4)
  const blank = { addressLine1: '', addressLine2: '', city: '', state: '', zip: '', country: null }
  server.updateCompany(id, empty ? blank : { addressLine1: `${random.below(200)} ${word(random)} Lane` })
}
const website = (id: number, server: Server, random: Random) =>
  void server.updateCompany(id, { website: random.chance(0.4) ? '' : `www.${word(random)}.example`.toLowerCase() })
const changeStatus = (id: number, server: Server, random: Random) =>
  void server.setStatus(id, random.pick([activeStatus, 2, 3]))
const retype = (id: number, server: Server, random: Random) => {
  const customer = customerType(server)
  if (!isVendor(server, id)) server.setTypes(id, random.pick([[customer], [customer, 5], [2], []]))
}
const softDelete = (id: number, server: Server) => void server.deleteCompany(id)
const restore = (id: number, server: Server) =>
  void server.updateCompany(id, { deletedFlag: false, dateDeleted: undefined })
const purge = (id: number, server: Server) => {
  if (!isVendor(server, id)) server.purgeCompany(id)
}
const removeContact = (id: number, server: Server) => void server.removeContact(id)
const removeAgreement = (id: number, server: Server) => void server.removeAgreement(id)
const removeAddition = (id: number, server: Server) => void server.removeAddition(id)
const newMail = (id: number, server: Server, random: Random) => {
  const value = mail(random)
  const type = { id: 1, name: 'Email' }
  const item = { id: id * 10, type, value, defaultFlag: true, communicationType: 'Email' }
  server.updateContact(id, { communicationItems: random.chance(0.15) ? [] : [item] })
}
const leave = (id: number, server: Server, random: Random) =>
  void server.updateContact(id, { inactiveFlag: random.chance(0.7) })
const companyId = (server: Server, random: Random) => any(server.data.companies, random)!.id
const moveContact = (id: number, server: Server, random: Random) =>
  void server.updateContact(id, { companyId: companyId(server, random) })
const moveAgreement = (id: number, server: Server, random: Random) =>
  void server.updateAgreement(id, { companyId: companyId(server, random) })
const reprice = (id: number, server: Server, random: Random) =>
  void server.updateAgreement(id, { billAmount: random.below(9000) / 10 })
const restate = (id: number, server: Server, random: Random) => {
  const agreementStatus = random.pick(['Active', 'Inactive', 'Cancelled'])
  server.updateAgreement(id, { agreementStatus, cancelledFlag: agreementStatus === 'Cancelled' })
}
const requantify = (id: number, server: Server, random: Random) => {
  const { unitPrice } = server.data.additions.get(id)!
  const quantity = random.below(20)
  server.updateAddition(id, { quantity, extPrice: Math.round(quantity * unitPrice * 100) / 100 })
}

const edits: readonly (readonly [weight: number, name: string, edit: Edit])[] = [
  [4, 'rename', to('companies', rename)],
  [2, 'address', to('companies', readdress)],
  [2, 'website', to('companies', website)],
  [3, 'status', to('companies', changeStatus)],
  [2, 'types', to('companies', retype)],
  [2, 'delete', to('companies', softDelete)],
  [1, 'restore', to('companies', restore)],
  [1, 'purge', to('companies', purge)],
  [
    2,
    'merge',
    (server, random) => {
      const [from, into] = [any(server.data.companies, random)!, any(server.data.companies, random)!]
      if (from.id !== into.id && !from.isVendorFlag) server.merge(from.id, into.id)
    }
  ],
  [
    2,
    'new company',
    server => {
      const { id } = server.addCompany({ name: `New ${server.data.companies.nextId()}` })
      server.setTypes(id, [customerType(server)])
    }
  ],
  [
    3,
    'new contact',
    (server, random) =>
      void server.addContact({
        companyId: companyId(server, random),
        communicationItems: [
          { id: 1, type: { id: 1, name: 'Email' }, value: mail(random), defaultFlag: true, communicationType: 'Email' }
        ]
      })
  ],
  [
    3,
    'new agreement',
    (server, random) =>
      void server.addAgreement({ companyId: companyId(server, random), billAmount: random.below(500) })
  ],
  [
    3,
    'new addition',
    (server, random) => {
      const one = any(server.data.agreements, random)
      const product = 1 + random.below(4)
      const given = { product: { id: product, identifier: `PRODUCT-${product}` }, quantity: 1 + random.below(9) }
      if (one) server.addAddition({ agreementId: one.id, unitPrice: random.below(90), ...given })
    }
  ],
  [3, 'mail', to('contacts', newMail)],
  [2, 'contact left', to('contacts', leave)],
  [3, 'remove contact', to('contacts', removeContact)],
  [1, 'move contact', to('contacts', moveContact)],
  [3, 'move agreement', to('agreements', moveAgreement)],
  [2, 'reprice', to('agreements', reprice)],
  [2, 'agreement status', to('agreements', restate)],
  [3, 'remove agreement', to('agreements', removeAgreement)],
  [3, 'quantity', to('additions', requantify)],
  [3, 'remove addition', to('additions', removeAddition)],
  [1, 'many statuses', bulk('companies', changeStatus)],
  [1, 'many deleted', bulk('companies', softDelete)],
  [1, 'many contacts removed', bulk('contacts', removeContact)],
  [1, 'many mails', bulk('contacts', newMail)],
  [1, 'many agreements removed', bulk('agreements', removeAgreement)],
  [1, 'many agreements moved', bulk('agreements', moveAgreement)],
  [1, 'many additions removed', bulk('additions', removeAddition)],
  [1, 'type made anew', server => void server.recreateType(customerType(server))],
  [
    1,
    'catalogue',
    to(
      'catalog',
      (id, server, random) =>
        void server.updateCatalogItem(id, { manufacturer: { id: 9, name: `${word(random)} Works` } })
    )
  ]
]

const drawn = edits.flatMap(([weight, name, edit]) => Array.from({ length: weight }, () => ({ name, edit })))

/** @returns what was done, in a word */
export function editAtRandom(server: Server, random: Random): string {
  const { name, edit } = random.pick(drawn)
  edit(server, random)
  return name
}
