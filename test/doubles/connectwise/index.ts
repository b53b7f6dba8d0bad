/**
 * A ConnectWise PSA (Manage) REST API that behaves as the vendor's documents say, for tests, the demo and benchmarks.
 * `startConnectWise(options)` listens on 127.0.0.1 and returns what a test needs to look at it and to change it.
 */
export { type Account, createAccount } from './accounts/account.ts'
export {
  type AdditionTraits,
  type AgreementTraits,
  additionRecord,
  agreementRecord
} from './accounts/agreement-record.ts'
export { type BigAccountSize, bigAccount } from './accounts/big.ts'
export { type CompanyTraits, companyRecord, typeList } from './accounts/company-record.ts'
export { type ContactTraits, contactRecord } from './accounts/contact-record.ts'
export { demoAccount } from './accounts/demo.ts'
export { statusReferences, typeReferences } from './accounts/setup.ts'
export { tinyAccount, tinyIds } from './accounts/tiny.ts'
export type { Permission } from './answers/permissions.ts'
export type { Distortion } from './answers/record-writer.ts'
export { type Oddity, oddities } from './faults/oddities.ts'
export type { Fault, FaultHandle, FaultRule } from './faults/rules.ts'
export type { ApiAccount, ConnectWiseOptions } from './options.ts'
export { type NewRecord, type VendorRecord, vendorDate } from './records.ts'
export type { LoggedRequest } from './request-log.ts'
export { apiAccount, type ConnectWiseServer, startConnectWise } from './server.ts'
