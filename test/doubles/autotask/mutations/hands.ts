import type { NewRecord, VendorRecord } from '../../kit/index.ts'
import type { AutotaskAccount } from '../accounts/account.ts'
import { vendorTime } from '../dates.ts'
import { complete, type EntityName, entities } from '../schema.ts'

export interface MutationRules {
  now: () => Date
  trackedFields: readonly string[] | 'all'
  contactMovesCompany: boolean
  locationMovesCompany: boolean
  serviceMovesContract: boolean
}

/** What moves when a record is edited. */
const edited: { [entity in EntityName]?: readonly string[] } = {
  Companies: ['lastTrackedModifiedDateTime', 'lastActivityDate'],
  Contacts: ['lastModifiedDate', 'lastActivityDate'],
  Contracts: ['lastModifiedDateTime'],
  Services: ['lastModifiedDate'],
  ServiceBundles: ['lastModifiedDate'],
  Currencies: ['lastModifiedDateTime']
}

/** The few ways in which any record is changed. */
export function createHands({ tables }: AutotaskAccount, rules: MutationRules) {
  const need = (entity: EntityName, id: number): VendorRecord => {
    const record = tables[entity].get(id)
    if (!record) throw new Error(`The double has no ${entity} ${id}`)
    return record
  }
  const stamps = (entity: EntityName) => {
    const at = vendorTime(rules.now())
    return Object.fromEntries((edited[entity] ?? []).map(field => [field, at]))
  }
  const put = (entity: EntityName, record: VendorRecord): VendorRecord => {
    tables[entity].put(record)
    return record
  }
  return {
    need,
    put,
    insert: (entity: EntityName, given: NewRecord): VendorRecord => {
      const createDate = entities[entity].fields.has('createdate') ? { createDate: vendorTime(rules.now()) } : {}
      const id = given.id ?? tables[entity].nextId()
      return put(entity, complete(entity, { ...createDate, ...stamps(entity), ...given, id }))
    },
    update: (entity: EntityName, id: number, change: object): VendorRecord => {
      const moved = stamps(entity)
      const { trackedFields } = rules
      const isTracked = trackedFields === 'all' || Object.keys(change).some(field => trackedFields.includes(field))
      if (entity === 'Companies' && !isTracked) delete moved.lastTrackedModifiedDateTime
      return put(entity, { ...need(entity, id), ...moved, ...change, id })
    },
    /** As the vendor's own jobs and merges do: stamps stay. */
    move: (entity: EntityName, id: number, change: object) => put(entity, { ...need(entity, id), ...change }),
    touch: (entity: EntityName, id: number, moves: boolean) => {
      const record = tables[entity].get(id)
      if (moves && record) put(entity, { ...record, ...stamps(entity) })
    }
  }
}

export type Hands = ReturnType<typeof createHands>
