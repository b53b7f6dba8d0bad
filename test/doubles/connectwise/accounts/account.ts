import { createTable, type Generated, type Table, type VendorRecord } from '../../kit/index.ts'
import { lastUpdatedOf } from '../records.ts'
import { agreementTypes, communicationTypes, companyTypes, statuses } from './setup.ts'

/** The kinds of records that an instance holds; endpoints have the same names. */
export const tableNames = [
  'companies',
  'contacts',
  'agreements',
  'additions',
  'catalog',
  'companyTypes',
  'statuses',
  'communicationTypes',
  'agreementTypes'
] as const
export type TableName = (typeof tableNames)[number]

/** All records of one ConnectWise instance. */
export interface Account extends Readonly<Record<TableName, Table>> {
  /** What the account asks of the server's latency, unless an option says otherwise. */
  readonly latencyMs: number
}

export type Source = readonly VendorRecord[] | Generated

/** A table whose records keep their times in `_info`. @param parents indexes by name: see the kit */
export function infoTable(
  schema: string,
  source: Source,
  parents: Readonly<Record<string, (record: VendorRecord) => number | undefined>> = {}
): Table {
  return createTable(schema, source, { parents, timeOf: lastUpdatedOf })
}

/** Builds the tables; setup tables are the shipped ones unless given. */
export function createAccount(records: { [name in TableName]?: Source } & { latencyMs?: number }): Account {
  const ofCompany = { 'company/id': (record: VendorRecord) => record.company?.id as number | undefined }
  return {
    companies: infoTable('Company', records.companies ?? []),
    contacts: infoTable('Contact', records.contacts ?? [], ofCompany),
    agreements: infoTable('Agreement', records.agreements ?? [], ofCompany),
    additions: infoTable('Addition', records.additions ?? [], { agreementId: record => record.agreementId }),
    catalog: infoTable('CatalogItem', records.catalog ?? []),
    companyTypes: infoTable('CompanyType', records.companyTypes ?? companyTypes),
    statuses: infoTable('CompanyStatus', records.statuses ?? statuses),
    communicationTypes: infoTable('CommunicationType', records.communicationTypes ?? communicationTypes),
    agreementTypes: infoTable('AgreementType', records.agreementTypes ?? agreementTypes),
    latencyMs: records.latencyMs ?? 0
  }
}
