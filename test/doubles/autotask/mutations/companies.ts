import type { NewRecord } from '../../kit/index.ts'
import { companyName } from '../../kit/words.ts'
import type { AutotaskAccount } from '../accounts/account.ts'
import { numberOf } from '../accounts/picklists.ts'
import { companyRecord } from '../accounts/records.ts'
import { vendorTime } from '../dates.ts'
import type { Hands, MutationRules } from './hands.ts'

/** Changes to companies and contacts as people make them in the web interface. */
export function companyMutations(account: AutotaskAccount, hands: Hands, rules: MutationRules) {
  const { tables, picklists } = account
  const { insert, update, move, touch, need } = hands
  const typeNumber = (label: string) => numberOf(picklists, 'Companies.companyType', label)

  return {
    /** Adds an active customer unless the record says otherwise. */
    addCompany: (given: NewRecord = {}) => {
      const id = given.id ?? tables.Companies.nextId()
      const stamp = vendorTime(rules.now())
      const name = given.companyName ?? companyName(id % 5000)
      const defaults = companyRecord({ id, name, companyType: typeNumber('Customer'), stamp, createDate: stamp })
      return insert('Companies', { ...defaults, ...given, id })
    },
    updateCompany: (id: number, change: object) => update('Companies', id, change),
    setActive: (id: number, isActive: boolean) => update('Companies', id, { isActive }),
    /** @param label as the picklist has it */
    setType: (id: number, label: string) => update('Companies', id, { companyType: typeNumber(label) }),
    /** A note or a ticket: only the activity moves. */
    noteCompany: (id: number) => move('Companies', id, { lastActivityDate: vendorTime(rules.now()) }),
    /** Companies cannot be deleted by the API, but in the web interface. */
    removeCompany: (id: number) => tables.Companies.remove(id),
    /** What belonged to the source moves without a stamp; the source is set inactive, or vanishes. */
    mergeCompanies: (fromId: number, intoId: number, source: 'deactivated' | 'deleted' = 'deactivated') => {
      need('Companies', intoId)
      for (const entity of ['Contacts', 'Contracts', 'CompanyLocations'] as const) {
        for (const id of tables[entity].children(fromId)) move(entity, id, { companyID: intoId })
      }
      if (source === 'deleted') tables.Companies.remove(fromId)
      else update('Companies', fromId, { isActive: false })
    },

    addContact: (given: NewRecord & { companyID: number }) => {
      need('Companies', given.companyID)
      const defaults = { firstName: 'New', lastName: 'Contact', isActive: 1, primaryContact: false, emailAddress: '' }
      const contact = insert('Contacts', { ...defaults, ...given })
      touch('Companies', given.companyID, rules.contactMovesCompany)
      return contact
    },
    updateContact: (id: number, change: object) => {
      const contact = update('Contacts', id, change)
      touch('Companies', contact.companyID, rules.contactMovesCompany)
      return contact
    },
    removeContact: (id: number) => {
      const { companyID } = need('Contacts', id)
      tables.Contacts.remove(id)
      touch('Companies', companyID, rules.contactMovesCompany)
    },

    addLocation: (given: NewRecord & { companyID: number }) => {
      const location = insert('CompanyLocations', { isActive: true, isPrimary: false, name: 'Branch', ...given })
      touch('Companies', given.companyID, rules.locationMovesCompany)
      return location
    },
    updateLocation: (id: number, change: object) => {
      const location = update('CompanyLocations', id, change)
      touch('Companies', location.companyID, rules.locationMovesCompany)
      return location
    }
  }
}
