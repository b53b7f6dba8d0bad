/**
 * A ConnectWise PSA (Manage) REST API that behaves as the vendor's documents say, for tests, the demo and benchmarks.
 * `startConnectWise(options)` listens on 127.0.0.1 and returns what a test needs to look at it and to change it.
 */
export {
  type Distortion,
  type FaultHandle,
  type LoggedRequest,
  type NewRecord,
  nestedJson,
  rawJson,
  type VendorRecord
} from '../kit/index.ts'
export { type Account, createAccount, type TableName } from './accounts/account.ts'
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
export type { ConnectWiseRule as FaultRule, Fault } from './faults.ts'
export { type Oddity, oddities } from './oddities.ts'
export type { ApiAccount, ConnectWiseOptions } from './options.ts'
export { type ConnectWiseSettings, connectWiseOracle } from './oracle.ts'
export { vendorDate } from './records.ts'
export { apiAccount, type ConnectWiseServer, startConnectWise, startConnectWiseCloud } from './server.ts'
