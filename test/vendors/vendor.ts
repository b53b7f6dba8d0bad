/** A vendor as tests of the whole host see it: what is typed to install it, and what people do there, in words that all vendors have. */
import type { Test } from 'tap'
import type { ConnectorPlugin } from '../../plugins/connector/plugin.ts'
import type {
  ExpectedAgreement,
  ExpectedClient,
  FaultHandle,
  FaultRule,
  Hiding,
  LoggedRequest,
  VendorRecord
} from '../doubles/kit/index.ts'

/** What a host needs to install it. */
export interface Installable {
  readonly connector: string
  /** For OUTBOUND_ALLOW. */
  readonly allow: string
  readonly credentials: Readonly<Record<string, string>>
}

/** One vendor's words; nothing runs yet. */
export interface VendorKind {
  readonly connector: string
  readonly title: string
  /** Names of its two sync types. */
  readonly customers: string
  readonly agreements: string
  /** Their titles, in the same order. */
  readonly titles: readonly [string, string]
  /** What its people call what a customer has signed. */
  readonly contract: string
  /** The most rows of a page that a sync asks for. */
  readonly fullPage: number
  /** Refused logins lock the user: they are never repeated by themselves. */
  readonly locksAccounts: boolean
  /** The check that fails where the address cannot be called, and the endpoint by which keys are tried. */
  readonly firstCheck: string
  readonly signInEndpoint: string
  /** What a child is answered that the role may not read while the others can be had. */
  readonly refusesOneBy: 403 | 500
  /** So that a run that finds none is postponed. */
  readonly tellsCallsLeft: boolean
  /** How long nobody calls after a 429 that names no time. */
  readonly throttlePauseMs: number
  /** Of `costEdits`, the one that puts another line beside the first. */
  readonly moreOf: string
  /** Its endpoints, which are its tables too. */
  readonly endpoints: Readonly<Record<Endpoint, string>>
  /** Field names of a company. */
  readonly fields: Readonly<Record<'name' | 'type' | 'status' | 'website' | 'companyOfContact', string>>
  /** Rights that a role may lack: the sync type that then stops, and the words by which the right is found. */
  readonly rights: Readonly<Record<string, { readonly stops: string; readonly words: RegExp }>>
  /** Its connector without a limit of its own: where many runs are asked for and what they cost is no matter. */
  readonly unthrottled: ConnectorPlugin
  /** A server of its own and so an account of its own, closed after the test. */
  start(t: Test, order?: VendorOrder): Promise<TestVendor>
}

export type Endpoint = 'companies' | 'contacts' | 'agreements' | 'lines' | 'catalogue'

export interface VendorOrder {
  /** 'tiny': one company for each rule; a number: an account as one finds it, of so many companies. @default 'tiny' */
  readonly account?: 'tiny' | number | { readonly big: number }
  /** @default 1 */
  readonly seed?: number
  readonly latencyMs?: number
  /** The clock of what is changed there. @default some minutes back, each change in a second of its own */
  readonly now?: () => Date
  readonly tls?: { key: string | Buffer; cert: string | Buffer }
}

/** Credentials that cannot be used, and what is said of them. */
export interface WrongCredentials {
  readonly change: Readonly<Record<string, string>>
  /** The check that fails. */
  readonly check: string
  readonly pointers: readonly string[]
  readonly words: RegExp
}

export interface TestVendor extends Installable {
  readonly kind: VendorKind
  readonly url: string
  /** What no log, answer or file may hold. */
  readonly secrets: readonly string[]
  /** The field of the form that holds the secret, and one that the vendor refuses. */
  readonly secretField: string
  readonly wrong: Readonly<Record<string, WrongCredentials>>
  /** Ids of companies that are left out, each by one rule. */
  readonly known: Readonly<Record<'customer' | 'inactive' | 'prospect', string>>
  readonly oracle: { customers(): ExpectedClient[]; agreements(): ExpectedAgreement[] }
  readonly requests: readonly LoggedRequest[]
  resetLog(): void
  setLatency(ms: number): void
  /** Tables of bad and odd records go by the names of `endpoints`. */
  fail(rule: FaultRule): FaultHandle
  /** Rows that the role may not see: without an error they are nowhere. */
  hide(endpoint: Endpoint, where?: (record: VendorRecord) => boolean): Hiding
  /** Names of `rights`. */
  revoke(right: string): void
  grant(right: string): void
  /** The keys that were given work no more; the field and the value that do. */
  changeSecret(): Readonly<Record<string, string>>
  /** The first line of what makes up an agreement's cost. */
  lineOf(agreementId: string): number
  readonly people: People
  close(): Promise<void>
}

/** What people do at the vendor. Ids are the vendor's, as text. */
export interface People {
  /** An active customer. */
  addCustomer(name: string): string
  rename(id: string, name: string): void
  changeAddress(id: string, address: { line1: string; city: string; postalCode: string }): void
  changePhone(id: string, phone: string): void
  changeWebsite(id: string, website: string): void
  setActive(id: string, isActive: boolean): void
  /** It vanishes, which no list of changes tells. */
  removeCompany(id: string): void
  /** What hangs on the one hangs on the other from now on. */
  merge(fromId: string, intoId: string): void
  addContact(companyId: string, contact: ContactLines): string
  changeContact(id: string, contact: ContactLines): void
  /** In force, costing `amount` a month. */
  addAgreement(companyId: string, name: string, amount: number): string
  renameAgreement(id: string, name: string): void
  moveAgreement(id: string, companyId: string): void
  removeAgreement(id: string): void
  /** Every way in which what it costs, and who sells it, is edited. */
  readonly costEdits: Readonly<Record<string, (agreementId: string) => void>>
  renameType(name: string): void
  /** Deleted and made anew under its name; its companies get the new one. */
  recreateType(): void
  removeType(): void
}

export interface ContactLines {
  readonly email?: string
  readonly phone?: string
  readonly extension?: string
}
