import type { Account } from './accounts/account.ts'
import type { Permission } from './answers/permissions.ts'
import type { ChildMatch } from './conditions/compile.ts'

/** How the double behaves; each default is explained in the README of this folder. */
export interface ConnectWiseOptions {
  /** The records. @default demoAccount(1) */
  account?: Account
  /** What signs in, where it differs from `apiAccount`. */
  api?: Partial<ApiAccount>
  /** @default 0 (a free port) */
  port?: number
  /** Serve HTTPS with this key and certificate (PEM). */
  tls?: { key: string | Buffer; cert: string | Buffer }
  /** The clock of `_info.lastUpdated`; the rate limit runs on real time. */
  now?: () => Date
  /** Milliseconds before each answer. @default the account's, else 0 */
  latencyMs?: number
  /** The release path. @default 'v2026_1' */
  release?: string
  /** False: an installation on premises, whose codebase is `v4_6_release`. @default true */
  cloud?: boolean
  /** `IsCloud` as the string "True" instead of a boolean. @default false */
  isCloudAsText?: boolean
  /** `SiteUrl` of companyinfo; 'self' is this server's own host. @default absent */
  siteUrl?: string
  /** What companyinfo answers for an unknown company id. @default 'null' (200 with JSON null) */
  unknownCompany?: 'null' | 'not-found'
  /** Bad credentials through `v4_6_release` are answered 404, as on cloud. @default false */
  hideBadCredentials?: boolean
  /** The status for a missing or unknown clientId. @default 401 */
  clientIdRefusal?: 401 | 403
  /** Rights that the API member's role lacks from the start. @default none */
  revoked?: readonly Permission[]
  /** @default { requests: 1000, perSeconds: 60 }; false switches it off */
  rateLimit?: { requests: number; perSeconds: number } | false
  /** pageSize above 1000. @default 'refuse' (400) */
  oversizePage?: 'refuse' | 'clamp'
  /** Characters of the whole URL. @default 2000 (414 above) */
  maxUrlLength?: number
  /** The origin in `Link` URLs, e.g. the web address instead of the API's. @default as called */
  linkOrigin?: string
  /** The last page of a navigable list still names a next page. @default false */
  nextOnLastPage?: boolean
  /** @default 'any-element' */
  childMatch?: ChildMatch
  /** False: no `POST /system/bundles` (404); a number: answered with this status. @default true */
  bundles?: boolean | 400 | 404
  /** Most requests that one bundle may hold; above: 400. @default no limit */
  bundleLimit?: number
  /** Most rows that a part of a bundle gives, whatever page size it asks for; 25 is the lists' own default. @default no limit */
  bundlePageSize?: number
  /** What an addition's extPrice and extCost multiply if some of it is included. @default 'quantity' */
  additionExtends?: 'quantity' | 'billed quantity'
  /** Whether a change of an addition moves its agreement's lastUpdated. @default false */
  additionMovesAgreement?: boolean
  /** Whether a change of a contact moves its company's lastUpdated. @default false */
  contactMovesCompany?: boolean
  /** Whether a change of a company's types moves its lastUpdated. @default false */
  typeMovesCompany?: boolean
}

/** What a client needs to sign in. The keys are made up. */
export interface ApiAccount {
  readonly companyId: string
  /** @default 'Fernhollow IT Services' */
  readonly companyName?: string
  readonly publicKey: string
  readonly privateKey: string
  readonly clientId: string
}
