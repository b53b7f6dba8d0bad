import type { AutotaskAccount } from './accounts/account.ts'
import type { EntityName } from './schema.ts'

/** An API user of the database: an integration signs in as one. The keys are made up. */
export interface ApiUser {
  readonly userName: string
  readonly secret: string
  /** The tracking code that is chosen on the user's form: calls that run at once are counted by it. */
  readonly integrationCode: string
}

/** How the double behaves. What the sources leave open is an option; README.md says which. */
export interface AutotaskOptions {
  /** The records. @default demoAccount(1) */
  account?: AutotaskAccount
  /** The first API user, where it differs from `apiUser`. */
  user?: Partial<ApiUser>
  /** The zone of the database. @default '3' */
  zone?: string
  /** The database's own number, `ci` of zone information. @default 123456 */
  databaseId?: number
  /** @default 0 (a free port) */
  port?: number
  /** Serve HTTPS with this key and certificate (PEM). */
  tls?: { key: string | Buffer; cert: string | Buffer }
  /** The clock of stamps, of the rolling hour and of what is in force. @default real time */
  now?: () => Date
  /** Milliseconds before each answer. @default the account's, else 0 */
  latencyMs?: number

  /** `url` of zone information, e.g. a host that a client must not believe. @default the zone's own address */
  announcedUrl?: string
  /** A call to a zone in which the database is not. @default 401 */
  wrongZone?: 401 | 500
  /** 'old': a wrong user and a wrong integration code are 500 with a text, only a wrong secret is 401. @default 'current' */
  refusals?: 'current' | 'old'
  /** Refused sign-ins in a row that lock the user; false: never. @default 5 */
  lockAfter?: number | false

  /** Calls of all integrations in any hour; false: without limit. @default 10000 */
  callsAnHour?: number | false
  /** From which share of the calls on an answer waits how long, ms. @default [[0.5, 500], [0.75, 1000]] */
  slowdown?: readonly (readonly [share: number, ms: number])[]
  /** What calls above the limit meet. @default { status: 429 } without Retry-After */
  overLimit?: { status: number; retryAfter?: string; errors?: readonly string[] }
  /** Calls at once for each integration code and endpoint; false: without limit. @default 3 */
  threads?: number | false
  /** @default { status: 429 } */
  overThreads?: { status: number; retryAfter?: string }

  /** A condition whose operator is misspelt. @default 'ignored' */
  unknownOperator?: 'ignored' | 'refused'
  /** Most OR conditions of a question, values of `in` among them. @default 500 */
  orLimit?: number
  /** A record that is not there, asked for by its id. @default 404 */
  missingRecord?: 404 | 'null'
  /** An entity that the user's level may not read. @default 403 */
  missingRight?: 403 | 500
  /** Of a GET; a longer one is 404. @default 2048 */
  maxUrlLength?: number
  /** A last page that is full names a next one, which is empty. @default false */
  nextOnFullPage?: boolean
  /** More rows than a page while `IncludeFields` lacks the id: refused, or there is no next page. @default 'refused' */
  pagingWithoutId?: 'refused' | 'stops'
  /** The origin of page links. @default as called */
  linkOrigin?: string
  /** How times are written. @default 'as kept': UTC with a Z and up to three fraction digits */
  times?: 'as kept' | 'no zone' | 'seven digits'
  /** Fields that this zone's release does not have yet. */
  missingFields?: { readonly [entity in EntityName]?: readonly string[] }

  /** The fields of a company whose change moves lastTrackedModifiedDateTime. @default 'all' */
  trackedFields?: readonly string[] | 'all'
  /** Whether a change of a contact moves its company's stamps. @default false */
  contactMovesCompany?: boolean
  /** Whether a change of a location moves its company's stamps. @default false */
  locationMovesCompany?: boolean
  /** Whether a change of its services or units moves a contract's stamp. @default false */
  serviceMovesContract?: boolean
}
