/**
 * An Autotask PSA REST API that behaves as its sources say, for tests, the demo and benchmarks.
 * `startAutotask(options)` listens on 127.0.0.1 and returns what a test needs to look at it and to change it.
 */
export {
  createClock,
  type FaultHandle,
  type LoggedRequest,
  type NewRecord,
  nestedJson,
  rawJson,
  type VendorRecord
} from '../kit/index.ts'
export { type AutotaskAccount, createAccount, type UserDefinedField } from './accounts/account.ts'
export { type BigAccountSize, bigAccount } from './accounts/big.ts'
export { type DemoOptions, demoAccount } from './accounts/demo.ts'
export { numberOf, type Picklists, shippedPicklists } from './accounts/picklists.ts'
export { companyRecord, contactRecord, contractRecord, serviceRecord } from './accounts/records.ts'
export { type TinyOptions, tinyAccount } from './accounts/tiny.ts'
export { tinyContracts, tinyIds } from './accounts/tiny-ids.ts'
export { apiUser } from './database.ts'
export type { ApiUser, AutotaskOptions } from './options.ts'
export { type AutotaskOracle, type AutotaskSettings, autotaskOracle } from './oracle/oracle.ts'
export { type EntityName, entityNames } from './schema.ts'
export { type AutotaskServer, startAutotask, startAutotaskCloud } from './server.ts'
