import type { VendorRecord } from '../records.ts'
import { createTable, type Generated, type Table } from '../table.ts'
import { agreementTypes, communicationTypes, companyTypes, statuses } from './setup.ts'

/** All records of one ConnectWise instance. */
export interface Account {
  readonly companies: Table
  readonly contacts: Table
  readonly agreements: Table
  readonly additions: Table
  readonly catalog: Table
  readonly companyTypes: Table
  readonly statuses: Table
  readonly communicationTypes: Table
  readonly agreementTypes: Table
  /** What the account asks of the server's latency, unless an option says otherwise. */
  readonly latencyMs: number
}

type Source = readonly VendorRecord[] | Generated

/** Builds the tables; setup tables are the shipped ones. */
export function createAccount(records: {
  companies?: Source
  contacts?: Source
  agreements?: Source
  additions?: Source
  catalog?: Source
  latencyMs?: number
}): Account {
  const ofCompany = (record: VendorRecord) => record.company?.id as number | undefined
  return {
    companies: createTable('Company', records.companies ?? []),
    contacts: createTable('Contact', records.contacts ?? [], ofCompany),
    agreements: createTable('Agreement', records.agreements ?? [], ofCompany),
    additions: createTable('Addition', records.additions ?? [], record => record.agreementId),
    catalog: createTable('CatalogItem', records.catalog ?? []),
    companyTypes: createTable('CompanyType', companyTypes),
    statuses: createTable('CompanyStatus', statuses),
    communicationTypes: createTable('CommunicationType', communicationTypes),
    agreementTypes: createTable('AgreementType', agreementTypes),
    latencyMs: records.latencyMs ?? 0
  }
}
