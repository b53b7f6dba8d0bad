import type { NewRecord, Table, VendorRecord } from '../kit/index.ts'
import type { Account } from './accounts/account.ts'
import { additionRecord, newAgreement } from './accounts/agreement-record.ts'
import { companyRecord } from './accounts/company-record.ts'
import { createReferences } from './accounts/references.ts'
import { type Info, vendorDate } from './records.ts'
import { createSetupMutations } from './setup-mutations.ts'

export interface MutationRules {
  now: () => Date
  additionMovesAgreement: boolean
  contactMovesCompany: boolean
  typeMovesCompany: boolean
  additionExtends: 'quantity' | 'billed quantity'
}

/** Changes as people make them in the vendor's web interface; each moves `_info.lastUpdated` as the vendor does. */
export function createMutations(account: Account, rules: MutationRules) {
  const { companies, contacts, agreements, additions } = account
  const references = createReferences(account)
  const stamp = () => vendorDate(rules.now())
  const need = (table: Table, id: number): VendorRecord => {
    const record = table.get(id)
    if (!record) throw new Error(`The double has no ${table.schema} ${id}`)
    return record
  }
  const put = (table: Table, record: VendorRecord): VendorRecord => {
    table.put(record)
    return record
  }
  const insert = (table: Table, defaults: object, given: NewRecord): VendorRecord => {
    const at = stamp()
    const _info: Info = { lastUpdated: at, updatedBy: 'admin1', dateEntered: at, enteredBy: 'admin1', ...given._info }
    return put(table, { ...defaults, ...given, id: given.id ?? table.nextId(), _info })
  }
  const update = (table: Table, id: number, change: object): VendorRecord => {
    const record = need(table, id)
    return put(table, { ...record, ...change, id, _info: { ...record._info, lastUpdated: stamp() } })
  }
  /** Changes a record as a merge does: its times stay. */
  const move = (table: Table, id: number, change: object) => put(table, { ...need(table, id), ...change })
  const touch = (table: Table, id: number | undefined, moves: boolean) => {
    if (moves && id !== undefined && table.get(id)) update(table, id, {})
  }
  const referenceTo = (id: number) => {
    const { identifier, name } = need(companies, id)
    return { id, identifier, name }
  }
  /** Lets callers write `company: { id }` or `companyId`, and `parentId` for the agreement above. */
  const resolved = ({ companyId, parentId, ...given }: NewRecord): NewRecord => {
    const id = companyId ?? given.company?.id
    const parent = parentId && { parentAgreement: { id: parentId, name: need(agreements, parentId).name } }
    return { ...given, ...parent, ...(id === undefined || given.company?.name ? {} : { company: referenceTo(id) }) }
  }

  return {
    ...createSetupMutations(account, references, {
      stamp,
      insert,
      update,
      change: rules.typeMovesCompany ? update : move
    }),
    /** Adds an active customer unless the record says otherwise; `types` and `status` are references. */
    addCompany: (given: NewRecord = {}) => {
      const id = given.id ?? companies.nextId()
      const { _info, ...defaults } = companyRecord({
        id,
        typeIds: [1],
        statusId: 1,
        lastUpdated: '',
        dateEntered: stamp()
      })
      return insert(companies, defaults, { ...given, id })
    },
    updateCompany: (id: number, change: object) => update(companies, id, change),
    setStatus: (id: number, statusId: number) => update(companies, id, { status: references.status(statusId) }),
    /** Types change by associations with times of their own; the company's lastUpdated stays unless the option says so. */
    setTypes: (id: number, typeIds: readonly number[]) =>
      (rules.typeMovesCompany ? update : move)(companies, id, {
        types: references.types(typeIds),
        isVendorFlag: typeIds.includes(3)
      }),
    /** Soft: the company stays in lists with deletedFlag. */
    deleteCompany: (id: number) =>
      update(companies, id, { deletedFlag: true, dateDeleted: stamp(), deletedBy: 'admin1' }),
    /** The company vanishes; its contacts and agreements stay. */
    purgeCompany: (id: number) => companies.remove(id),
    /** deletedFlag alone changes on the merged company; what belonged to it moves, and no lastUpdated does. */
    merge: (fromId: number, intoId: number) => {
      const company = referenceTo(intoId)
      for (const table of [contacts, agreements]) for (const id of table.children(fromId)) move(table, id, { company })
      move(companies, fromId, { deletedFlag: true })
    },

    addContact: (given: NewRecord) => {
      const defaults = { firstName: 'New', lastName: 'Contact', inactiveFlag: false, defaultFlag: false, types: [] }
      const contact = insert(contacts, defaults, resolved(given))
      touch(companies, contact.company?.id, rules.contactMovesCompany)
      return contact
    },
    updateContact: (id: number, change: object) => {
      const contact = update(contacts, id, resolved(change as NewRecord))
      touch(companies, contact.company?.id, rules.contactMovesCompany)
      return contact
    },
    removeContact: (id: number) => {
      const company = need(contacts, id).company?.id
      contacts.remove(id)
      touch(companies, company, rules.contactMovesCompany)
    },

    /** Adds an active monthly agreement unless the record says otherwise. */
    addAgreement: (given: NewRecord) => insert(agreements, newAgreement(stamp()), resolved(given)),
    /** Another `companyId` gives it to that company. */
    updateAgreement: (id: number, change: object) => update(agreements, id, resolved(change as NewRecord)),
    removeAgreement: (id: number) => {
      for (const addition of additions.children(id)) additions.remove(addition)
      return agreements.remove(id)
    },

    /** Adds a billable addition to `agreementId`; extPrice, extCost and margin are reckoned unless given. */
    addAddition: (given: NewRecord & { agreementId: number }) => {
      need(agreements, given.agreementId)
      const { quantity = 1, lessIncluded = 0, unitPrice = 0, unitCost = 0 } = given
      const { _info, ...defaults } = additionRecord({
        id: 0,
        product: { id: 1, identifier: 'PRODUCT-1' },
        quantity,
        lessIncluded,
        unitPrice,
        unitCost,
        extends: rules.additionExtends,
        agreementId: given.agreementId,
        effectiveDate: stamp(),
        lastUpdated: ''
      })
      const addition = insert(additions, defaults, given)
      touch(agreements, given.agreementId, rules.additionMovesAgreement)
      return addition
    },
    /** Changes an addition as it is told; amounts that follow from others are the caller's to give. */
    updateAddition: (id: number, change: object) => {
      const addition = update(additions, id, change)
      touch(agreements, addition.agreementId, rules.additionMovesAgreement)
      return addition
    },
    removeAddition: (id: number) => {
      const { agreementId } = need(additions, id)
      additions.remove(id)
      touch(agreements, agreementId, rules.additionMovesAgreement)
    },

    updateCatalogItem: (id: number, change: object) => update(account.catalog, id, change)
  }
}

export type Mutations = ReturnType<typeof createMutations>
