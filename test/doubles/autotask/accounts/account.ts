import { createTable, type Generated, type Table, type VendorRecord } from '../../kit/index.ts'
import { readTime } from '../dates.ts'
import { complete, type EntityName, entityNames } from '../schema.ts'
import { type Picklists, shippedPicklists } from './picklists.ts'
import { type RowRules, rowRules } from './unit-rows.ts'

export interface UserDefinedField {
  readonly name: string
  readonly dataType: 'string' | 'decimal' | 'datetime'
  readonly length?: number
}

/** All records of one Autotask database. */
export interface AutotaskAccount {
  readonly tables: Readonly<Record<EntityName, Table>>
  readonly picklists: Picklists
  readonly userDefinedFields: Partial<Record<EntityName, UserDefinedField[]>>
  /** What unit rows of services say, where the sources leave it open. */
  readonly rowRules: RowRules
  /** What the account asks of the server's latency, unless an option says otherwise. */
  readonly latencyMs: number
}

type Source = readonly VendorRecord[] | Generated

/** Fields that poll questions ask; the latest of them is the time by which a table finds what changed. */
export const stampFields = [
  'lastTrackedModifiedDateTime',
  'lastActivityDate',
  'lastModifiedDate',
  'lastModifiedDateTime'
]

export function stampOf(record: VendorRecord): number {
  const times = stampFields.map(field => readTime(record[field])).filter(time => !Number.isNaN(time))
  return times.length === 0 ? Number.NaN : Math.max(...times)
}

/** The references by which lists are asked; the first is the parent. */
const parents: Partial<Record<EntityName, readonly string[]>> = {
  CompanyLocations: ['companyID'],
  Contacts: ['companyID'],
  Contracts: ['companyID'],
  ContractServices: ['contractID', 'serviceID'],
  ContractServiceUnits: ['contractID', 'contractServiceID'],
  ContractServiceBundles: ['contractID', 'serviceBundleID'],
  ContractServiceBundleUnits: ['contractID', 'contractServiceBundleID'],
  ContractBlocks: ['contractID'],
  ContractRetainers: ['contractID'],
  ContractMilestones: ['contractID'],
  ContractCharges: ['contractID'],
  ContractBillingRules: ['contractID'],
  ServiceBundleServices: ['serviceBundleID', 'serviceID']
}

export interface AccountParts {
  records: { [entity in EntityName]?: Source }
  picklists?: Picklists
  userDefinedFields?: Partial<Record<EntityName, UserDefinedField[]>>
  rowRules?: RowRules
  latencyMs?: number
}

export function createAccount({ records, picklists, userDefinedFields, ...rest }: AccountParts): AutotaskAccount {
  const tables = Object.fromEntries(
    entityNames.map(entity => {
      const source = records[entity] ?? []
      const indexes = (parents[entity] ?? []).map(field => [
        field,
        (record: VendorRecord): number | undefined => record[field] ?? undefined
      ])
      const given = 'make' in source ? source : source.map(record => complete(entity, record))
      return [entity, createTable(entity, given, { parents: Object.fromEntries(indexes), timeOf: stampOf })]
    })
  ) as Record<EntityName, Table>
  return {
    tables,
    picklists: picklists ?? shippedPicklists(),
    userDefinedFields: userDefinedFields ?? {},
    rowRules: rest.rowRules ?? rowRules,
    latencyMs: rest.latencyMs ?? 0
  }
}
