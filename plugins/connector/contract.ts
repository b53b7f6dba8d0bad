/**
 * All that a connector may import from the host: this file, failures.ts and the cleaners in values/. A connector never sees storage, leases
 * or timers; it describes itself, validates credentials, reads pages and maps records.
 */
import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify'
import type { TObject } from 'typebox'
import type { Agreement } from '../entities/shapes/agreement.ts'
import type { ClientProfile } from '../entities/shapes/client.ts'
import type { AnnouncedCheck, FieldGuide, PermissionsIntro, ReadNotes } from './form.ts'

export { Type } from 'typebox'
export * from './failures.ts'
export type * from './form.ts'
export * from './values/index.ts'
export type { Agreement, ClientProfile }

export interface HttpRequest {
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST'
  /** Absolute. Checked against the connector's vendor hosts and the operator's allow-list before anything is sent. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as application/json. Only for reads: a POST is retried like a GET. */
  readonly json?: unknown
  /** Names of JSON number fields to be kept as the text the vendor sent (money), wherever they stand in the body. */
  readonly decimals?: readonly string[]
  /** How often one request is tried on a network fault, 429 or 5xx. @default the client's policy */
  readonly attempts?: number
  /** Largest body that is read; more is SourceUnreadable, `too-large`. @default 32 MiB, and never more */
  readonly maxBytes?: number
  /**
   * Statuses from 500 on that say something here: they come back as answers, with their body, and are not repeated.
   * Others, and 429 always, mean what they mean everywhere.
   */
  readonly answers?: readonly number[]
  /**
   * Several sync types of a connection may ask this, and its answer is the same for all: when they run together it is
   * asked once. For a GET; nobody changes the body.
   */
  readonly shared?: boolean
  /** One of `Connector.rate.lanes`: with others of the same lane it waits for a place in it. */
  readonly lane?: string
  /** As how many requests the vendor may count it (a bundle), for the receipt. @default 1 */
  readonly weight?: number
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * Parsed JSON; undefined if the body of a non-2xx answer was not JSON. A number of more than 64 characters or with an
   * exponent beyond 99 comes as the text `(a number that cannot be used)`.
   */
  readonly body: unknown
  /** Bytes of the decoded body. */
  readonly bytes: number
}

/**
 * The only way out. Answers 2xx, 4xx (without 429) and what `answers` lists; throws SourceUnavailable after the last
 * attempt on network faults, deadline, 429 and 5xx, SourceUnreadable on a 2xx whose body is not JSON or too large,
 * TargetRefused on a target that may not be called (redirects are never followed: a 3xx is SourceUnreadable). Obeys the
 * account's rate budget and `signal`.
 */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>
  /** The vendor's clock at its last answer that had a Date header; undefined before one. Whole seconds, and possibly wrong. */
  readonly vendorDate: Date | undefined
  /** The host's clock when `vendorDate` came. */
  readonly vendorDateTakenAt: Date | undefined
}

/** What one vendor account bears, for all runs, hosts and tenants that call it. */
export interface Rate {
  readonly requests: number
  readonly perMs: number
  /** Under way at once, for each process; a person who waits may have one beside them. */
  readonly concurrency: number
  /** So many may be sent at once after a rest. @default a tenth of `requests` */
  readonly burst?: number
  /** Limits of `concurrency` for some requests, by the name that they give as `lane`. */
  readonly lanes?: Readonly<Record<string, number>>
  /** How long nobody calls after a 429 that does not say it itself. @default from 1 s, growing with each attempt */
  readonly throttlePauseMs?: number
}

/** Facts about the account that the connector found out and wants back on the next call; never a secret. */
export type ConnectionState = Readonly<Record<string, string>>

/** Made by the host for one call. Never kept, never logged. */
export interface CallContext {
  readonly credentials: Readonly<Record<string, any>>
  /** Checked against the connector's `settings` schema, defaults filled in. */
  readonly settings: Readonly<Record<string, any>>
  readonly state: ConnectionState
  /** Keeps changed facts (the instance was upgraded). Merged into `state`, also of this context. */
  saveState(change: ConnectionState): Promise<void>
  readonly http: HttpClient
  readonly log: FastifyBaseLogger
  /** Aborts on lost lease, stop, deadline or close. */
  readonly signal: AbortSignal
  /** The host's clock; a test may turn it. */
  now(): Date
  /** Tells of a check as soon as it has ended, for whoever watches a validation. */
  report?(check: ValidationCheck): void
}

/** full: everything, first time or after a change of settings; compare: everything, to find what the poll cannot see; incremental: what changed since the checkpoint. */
export type RunMode = 'full' | 'incremental' | 'compare'

/**
 * The vendor's change marks that went into a record, kept with it and compared by the connector alone (for
 * instance `{ company: '2026-…Z', 'contact:7': '2026-…Z' }`), so that a change already seen costs no second read.
 */
export type Stamps = Readonly<Record<string, string>>

/** A flat object of scalars that a later read can go on from. Declared by the sync type's `checkpoint` schema. */
export type Checkpoint = Readonly<Record<string, string | number | boolean>>

export interface ReadContext extends CallContext {
  readonly mode: RunMode
  /**
   * Where to go on. full/compare: the position inside this pass, undefined at its start. incremental: the
   * checkpoint that the last complete pass or incremental run ended with.
   */
  readonly checkpoint: Checkpoint | undefined
  /** The stamps of those ids that the store has for this installation and that still take part; others are absent from the map. */
  known(ids: readonly string[]): Promise<ReadonlyMap<string, Stamps>>
}

/** A record that cannot be used, kept aside with its reason. */
export interface Reject {
  /** The vendor's id, if it could be read; such a record counts as seen. */
  readonly externalId?: string
  readonly reason: string
  /** What the vendor sent, for a person to look at; cut to 64 KiB by the host. */
  readonly payload?: unknown
}

/** The unit of commit: the host makes all of it durable before it keeps the checkpoint. */
export interface Page<S> {
  readonly records: readonly S[]
  readonly rejects?: readonly Reject[]
  /** Ids that the vendor, asked for them by id, does not have any more. */
  readonly gone?: readonly string[]
  /**
   * Complete passes only: all that the vendor has with `after < id <= through` is in this page's records and
   * rejects (null: no bound). Ranges of a pass are disjoint and together cover everything.
   */
  readonly covers?: { readonly after: string | null; readonly through: string | null }
  /** Only if everything up to it has been yielded. A read that is not sorted gives one on its last page alone. */
  readonly checkpoint?: Checkpoint
  /** How many records this run is likely to read in all, for progress. */
  readonly expected?: number
  /**
   * Last page of a complete pass: how many records the vendor counts for what was read, asked at the end. The host
   * refuses a pass that saw fewer.
   */
  readonly sourceCount?: number
}

/** One condition for taking part, asked in order; the first that fails names the reason. Pure. */
export interface Rule<S> {
  /** kebab-case */
  readonly name: string
  /** A sentence, as shown on the card. */
  readonly title: string
  /** Two or three words for those it leaves out ("another type"). @default the title */
  readonly short?: string
  /**
   * client: failing means that the client as such is no longer active (its status at the vendor).
   * sync-type: failing only means that it has nothing for this sync type.
   */
  readonly about: 'client' | 'sync-type'
  /** true, or in words what the record has instead (`Status is "Inactive", not one of "Active"`). */
  test(record: S): true | string
}

/** What one record gives to the store: the fields that the sync type owns. */
export interface Contribution {
  readonly client: Pick<ClientProfile, 'name'> & Partial<ClientProfile>
  /** Sorted by externalId, each id once. */
  readonly agreements?: readonly Agreement[]
}

export interface Preview {
  readonly counts: {
    readonly matched: number
    /** In the order of the rules; a record counts for the first rule it fails. */
    readonly leftOut: readonly { readonly rule: string; readonly count: number }[]
  }
  readonly samples: {
    /** Names. */
    readonly matched: readonly string[]
    readonly leftOut: readonly { readonly name: string; readonly rule: string }[]
  }
  /** Names the tenant has, to choose from in `settings`. */
  readonly types: readonly string[]
  readonly statuses: readonly string[]
  /** Requests of a first full sync. */
  readonly expectedRequests: number
}

export interface SyncType<S = any> {
  /** kebab-case, unique within the connector, part of stored data: never renamed. */
  readonly name: string
  readonly title: string
  /** Card texts, one sentence each. */
  readonly conditions: readonly string[]
  readonly data: readonly string[]
  readonly triggers: readonly string[]
  /** Names of sync types worth installing beside this one. */
  readonly recommends: readonly string[]
  readonly rules: readonly Rule<S>[]
  /** What it writes; a field may be owned by several sync types of a connector if they read it from the same place. */
  readonly owns: readonly (keyof ClientProfile | 'agreements')[]
  /** How the vendor orders ids, for `Page.covers`. */
  readonly idOrder: 'numeric' | 'text'
  /** Flat: strings, numbers, booleans. */
  readonly checkpoint: TObject
  /** The vendor's id, the same on every read. */
  id(record: S): string
  /** Change marks that went into the record. */
  stamps(record: S): Stamps
  /** Pure: no clock, no I/O, no credentials; the keys of the result always in the same order. Throws RecordRejected. */
  map(record: S): Contribution
  /** A consumer that stops reading stops the vendor calls. */
  read(context: ReadContext): AsyncIterable<Page<S>>
  /** Reads these ids whatever their state; ids that the vendor does not have come back as `gone`. */
  lookup(context: CallContext, ids: readonly string[]): AsyncIterable<Page<S>>
  /** Records whose name is or begins with `name`, whatever their state; 10 at most. */
  search(context: CallContext, name: string): Promise<readonly S[]>
  /** For "why is it (not) here?": what the vendor says of the record, in plain names. */
  facts(
    record: S
  ): Readonly<Record<string, string | number | boolean | null | readonly string[]>> & { readonly name: string }
  preview(context: CallContext): Promise<Preview>
}

export interface ValidationCheck {
  readonly name: string
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly message: string
  /** In plain words what to do, naming the place in the vendor's product. */
  readonly fix?: string
}

export interface Validation {
  readonly valid: boolean
  readonly account?: { readonly id: string; readonly name: string }
  readonly checks: readonly ValidationCheck[]
  /** JSON pointers into the credentials (`/password`) or settings (`/settings/types`). */
  readonly problems: readonly { readonly pointer: string; readonly message: string }[]
  /** Sentences about what was put right by itself, shown beside the account's name. */
  readonly remarks?: readonly string[]
  /** Further fields of the answer, as declared by `Connector.validationDetails`. */
  readonly details?: Readonly<Record<string, string>>
  /** Kept with the connection, if one is made. */
  readonly state?: ConnectionState
}

export interface Connector {
  /** kebab-case: folder, route prefix, storage key; never renamed. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** Host names that may be called: exact, or `*.` for any name below. */
  readonly vendorHosts: readonly string[]
  readonly rate: Rate
  /** The install form. Secrets carry `writeOnly: true`; each field a title, a description and examples. */
  readonly credentials: TObject
  /** Credential fields that say where secrets are sent: changing one needs every secret typed again. */
  readonly endpointFields: readonly string[]
  readonly settings: TObject
  /** What `validate` checks, in the order shown; each is told through `context.report` as it ends. */
  readonly checks?: readonly AnnouncedCheck[]
  /** Help for fields of `credentials`. */
  readonly guide?: Readonly<Record<string, FieldGuide>>
  /** For people who have copied everything into one text. */
  readonly readNotes?: ReadNotes
  readonly permissionsIntro?: PermissionsIntro
  /** What the vendor's administrator has to grant, and where. */
  readonly vendorPermissions: readonly { readonly name: string; readonly level: string; readonly reason: string }[]
  /** Schemas of the extra fields in validate's answer. */
  readonly validationDetails?: TObject
  readonly syncTypes: readonly SyncType[]
  /** Routes of this vendor, below /v1/integrations/{name}; each declares `config.permission`. */
  readonly routes?: FastifyPluginAsync
  /** Which vendor account these credentials mean, independent of how they are spelled. Never throws, holds no secret. */
  accountKey(credentials: Readonly<Record<string, any>>): string
  /** What may be shown of the credentials. */
  describe(credentials: Readonly<Record<string, any>>): Readonly<Record<string, string>>
  /** Ends within the signal's deadline (10 s); a refused credential is a value, not an exception. */
  validate(context: CallContext): Promise<Validation>
}

/** Types the declaration; the host checks it again at boot (plugins/connector/declaration.ts). */
export function defineConnector(connector: Connector): Connector {
  return connector
}

export function defineSyncType<S>(syncType: SyncType<S>): SyncType<S> {
  return syncType
}
