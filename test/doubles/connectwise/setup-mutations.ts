import type { NewRecord, Table, VendorRecord } from '../kit/index.ts'
import type { Account } from './accounts/account.ts'
import type { References } from './accounts/references.ts'

interface Hands {
  stamp: () => string
  insert: (table: Table, defaults: object, given: NewRecord) => VendorRecord
  update: (table: Table, id: number, change: object) => VendorRecord
  /** Changes a company as the vendor does when what it refers to changes: its times may stay. */
  change: (table: Table, id: number, change: object) => VendorRecord
}

/** Company types and statuses as MSPs edit them under Setup Tables; companies show a new name at once. */
export function createSetupMutations(
  { companies, companyTypes, statuses }: Account,
  references: References,
  { insert, update, change }: Hands
) {
  const typeIdsOf = (company: VendorRecord) => (company.types ?? []).map(({ id }: VendorRecord) => id as number)
  const ofType = (typeId: number) => companies.scan({ test: company => typeIdsOf(company).includes(typeId) })
  const ofStatus = (statusId: number) => companies.scan({ test: company => company.status?.id === statusId })
  const retype = (ids: readonly number[], from: number, to: number) => {
    for (const id of ids) {
      const typeIds: number[] = typeIdsOf(companies.get(id)!).map((typeId: number) => (typeId === from ? to : typeId))
      change(companies, id, { types: references.types(typeIds) })
    }
  }
  const restatus = (ids: readonly number[], to: number) => {
    for (const id of ids) change(companies, id, { status: references.status(to) })
  }
  const flags = { defaultFlag: false, vendorFlag: false, serviceAlertFlag: false }

  return {
    addType: (name: string) => insert(companyTypes, flags, { name }),
    /** The id stays. */
    renameType: (id: number, name: string) => {
      update(companyTypes, id, { name })
      retype(ofType(id), id, id)
    },
    /** Companies keep naming it. */
    removeType: (id: number) => companyTypes.remove(id),
    /** Deleted and made anew under its name; its companies get the new one. Returns the new id. */
    recreateType: (id: number): number => {
      const { name, ...rest } = companyTypes.get(id)!
      const fresh = insert(companyTypes, {}, { ...rest, name, id: companyTypes.nextId() })
      companyTypes.remove(id)
      retype(ofType(id), id, fresh.id)
      return fresh.id
    },
    addStatus: (name: string) => insert(statuses, { defaultFlag: false, inactiveFlag: false }, { name }),
    /** The id stays. */
    renameStatus: (id: number, name: string) => {
      update(statuses, id, { name })
      restatus(ofStatus(id), id)
    },
    /** Companies keep naming it. */
    removeStatus: (id: number) => statuses.remove(id),
    /** Deleted and made anew under its name; its companies get the new one. Returns the new id. */
    recreateStatus: (id: number): number => {
      const { name, ...rest } = statuses.get(id)!
      const fresh = insert(statuses, {}, { ...rest, name, id: statuses.nextId() })
      statuses.remove(id)
      restatus(ofStatus(id), fresh.id)
      return fresh.id
    }
  }
}
