/**
 * What a connector and the host say to each other. A connector imports it as `integration-host/connector` (entry.ts). It never sees
 * storage, leases or timers; it describes itself, validates credentials, reads pages and maps records.
 */
import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify'
import type { TObject } from 'typebox'
import type { Agreement } from '../entities/shapes/agreement.ts'
import type { ClientProfile } from '../entities/shapes/client.ts'
import type { AnnouncedCheck, FieldGuide, PermissionsIntro, ReadNotes } from './form.ts'
import type { Level } from './levels.ts'
import type { Checkpoint, CheckpointOf, Fields, FieldsOf, With } from './typed-fields.ts'
import type { contractVersion } from './version.ts'

export { Type } from 'typebox'
export * from './failures.ts'
export type * from './form.ts'
export * from './values/index.ts'
export type { Agreement, Checkpoint, CheckpointOf, ClientProfile, Fields, FieldsOf, Level }

/** A field that is undefined is as good as one that is absent. */
export interface HttpRequest {
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST' | undefined
  /** Absolute. Checked against the connector's vendor hosts and the operator's allow-list before anything is sent. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as application/json. Only for reads: a POST is retried like a GET. */
  readonly json?: unknown
  /** Names of JSON number fields to be kept as the text the vendor sent (money), wherever they stand in the body. */
  readonly decimals?: readonly string[] | undefined
  /** How often one request is tried on a network fault, 429 or 5xx. @default the client's policy */
  readonly attempts?: number | undefined
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
  readonly lane?: string | undefined
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

/** Made by the host for one call. Never kept, never logged. Of a connector's own schemas: `ContextOf`. */
export interface CallContext<C extends Fields = Fields, S extends Fields = Fields> {
  readonly credentials: C
  /** What the operator of the host has set of the connector's `operator` fields; the same for every tenant. */
  readonly operator: Readonly<Record<string, string>>
  /** Checked against the connector's `settings` schema, defaults filled in. */
  readonly settings: S
  /** What `Connector.resolve` found for these settings; empty before it was first asked. */
  readonly resolved: Resolved
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

/** full: everything, first time or after a change of settings; compare: everything, to find what the poll cannot see; incremental: what changed since the mark. */
export type RunMode = 'full' | 'incremental' | 'compare'

/**
 * The vendor's change marks that went into a record: its own under a word without a colon, those of its children
 * under `kind:id` (`{ company: '2026-…Z', 'contact:7': '2026-…Z', 'addition:12/3': '…' }`). Kept with what was
 * stored and compared by the connector, so that a change already seen costs no second read. A child that is listed
 * stands here even if the vendor gives it no mark (its value is then `''`): by the keys the host tells whether a child
 * is still listed. Values are ISO times where the vendor has such; the host does not keep one as seen that is younger
 * than two seconds by the vendor's clock, since the record may change once more within the same second.
 */
export type Stamps = Readonly<Record<string, string>>

/** What the host remembers of something that a connector has looked at. */
export interface Known {
  readonly stamps: Stamps
  /** It takes part: an active client of this installation. */
  readonly takes: boolean
}

/** What a poll needs besides. The host owns the mark: it decides how far back the poll looks and where the next begins. */
export interface PollContext<C extends Fields = Fields, S extends Fields = Fields, M extends Checkpoint = Checkpoint>
  extends CallContext<C, S> {
  /** Ask for what changed at this moment or later, by the vendor's clock. */
  readonly since: Date
  /** What the last poll that ended handed on (`PollPage.memo`); undefined: nothing. */
  readonly memo: M | undefined
  /**
   * What was kept of these, by the record's id or, for children that lead to no record, by their stamp key
   * (`contact:7`). Those never looked at are absent from the map.
   */
  known(keys: readonly string[]): Promise<ReadonlyMap<string, Known>>
  /**
   * The clients that take part, in the vendor's order of ids, with the agreements that are live here: to ask in
   * rotation what no list of changes shows. `after`: the last one's `id`; null: from the beginning.
   */
  roster(after: string | null, limit: number): Promise<readonly RosterEntry[]>
}

export interface RosterEntry {
  readonly id: string
  readonly agreements: readonly string[]
  readonly stamps: Stamps
}

/** A record that cannot be used, kept aside with its reason. Its client, if there is one, stays as it is. */
export interface Reject {
  /** The vendor's id of the record, if it could be read; such a record counts as seen. Absent for what is no record of its own (a child). */
  readonly externalId?: string
  readonly reason: string
  /** So that the same version is not read again by each poll. */
  readonly stamps?: Stamps
  /** What the vendor sent, for a person to look at; cut to 64 KiB by the host. */
  readonly payload?: unknown
  /** It is a note about a child and not counted as a record read. */
  readonly child?: boolean
}

/** The unit of commit: the host makes all of it durable before it keeps a position. */
export interface Page<R> {
  readonly records: readonly R[]
  readonly rejects?: readonly Reject[]
  /** Ids that the vendor, asked for them by id, does not have any more. */
  readonly gone?: readonly string[]
}

/** One page of a complete pass. */
export interface PassPage<R, P extends Checkpoint = Checkpoint> extends Page<R> {
  /**
   * All that the vendor has with `after < id <= through` is in this page's records and rejects (null: no bound).
   * Ranges of a pass are disjoint and together cover everything.
   */
  readonly covers: { readonly after: string | null; readonly through: string | null }
  /** Where the pass goes on after this page. */
  readonly position: P
  /** How many entries of each counted list this page has brought, what is set aside included. */
  readonly seen: ListCounts
}

/** One page of a poll. */
export interface PollPage<R, M extends Checkpoint = Checkpoint> extends Page<R> {
  /** Things looked at that lead to no record, by their stamp key (`contact:7`) or record id. */
  readonly looked?: readonly { readonly key: string; readonly stamps: Stamps }[]
  /** Last page: handed to the next poll. */
  readonly memo?: M
  /** For the receipt: how old, in seconds, the oldest look in rotation is that this installation relies on. */
  readonly oldestLookSeconds?: number
}

/** Entries of lists that one question can count whole, by the list's name. */
export type ListCounts = Readonly<Record<string, number>>

/** How a complete pass begins. */
export interface PassStart<P extends Checkpoint = Checkpoint> {
  readonly position: P
  /** What the vendor counts, asked before the first page. */
  readonly counts: ListCounts
  /** How many records the pass is likely to read, for progress; `counts` of the first list if absent. */
  readonly expected?: number
}

/** One condition for taking part, asked in order; the first that fails names the reason. Pure. */
export interface Rule<R> {
  /** kebab-case */
  readonly name: string
  /** A sentence, as shown on the card. */
  readonly title: string
  /** Two or three words for those it leaves out ("another type"). @default the title */
  readonly short?: string
  /**
   * existence: failing means that the vendor has deleted the record, or merged it into another.
   * client: failing means that the client as such is no longer active (its status at the vendor).
   * sync-type: failing only means that it has nothing for this sync type.
   */
  readonly about: 'existence' | 'client' | 'sync-type'
  /** It is asked by names of the settings: they are resolved again before a loss by this rule is applied. */
  readonly bySettings?: boolean
  /** true, or in words what the record has instead (`Status is "Inactive", not one of "Active"`). */
  test(record: R): true | string
}

/** What one record gives to the store: the fields that the sync type owns. */
export interface Contribution {
  readonly client: Pick<ClientProfile, 'name'> & Partial<ClientProfile>
  /** Sorted by externalId, each id once. */
  readonly agreements?: readonly Agreement[]
  /** First day (`2026-12-01`, UTC) on which the same record gives something else: it is read again then. */
  readonly changesOn?: string
}

/** A part of a record that the vendor refused or that cannot be read: what was made of it keeps its former value. */
export interface Unread {
  /** A stamp key (`agreement:7`: that one child), or a kind (`contact`: all of them), or kind and parent (`addition:12`: all of agreement 12's). */
  readonly key: string
  readonly reason: string
}

/** Fields in which a client can lose something. cost and vendor are those of single agreements. */
export type LossField = 'address' | 'emails' | 'phones' | 'websites' | 'agreements' | 'cost' | 'vendor'

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
  /** Names the tenant has, to choose from, by field of `settings`. */
  readonly choices: Readonly<Record<string, readonly string[]>>
  /** Requests of a first full sync. */
  readonly expectedRequests: number
  /** Not everything could be counted in time: the counts are at least these. */
  readonly partial?: boolean
}

/** A sync type without the schemas of its checkpoints, from which the types of `P` and `M` come. */
export interface SyncTypeParts<R, P extends Checkpoint, M extends Checkpoint, C extends Fields, S extends Fields> {
  /** kebab-case, unique within the connector, part of stored data: never renamed. */
  readonly name: string
  readonly title: string
  /** Card texts, one sentence each. */
  readonly conditions: readonly string[]
  readonly data: readonly string[]
  readonly triggers: readonly string[]
  /** Names of sync types worth installing beside this one. */
  readonly recommends: readonly string[]
  readonly rules: readonly Rule<NoInfer<R>>[]
  /** Fields of the connector's `settings` that it looks at: no others are asked for it. @default all of them */
  readonly settings?: readonly string[]
  /** What it writes. Only `name` may be owned by several sync types of a connector. */
  readonly owns: readonly (keyof ClientProfile | 'agreements')[]
  /**
   * Of which children each field is made, by the kind that their stamp keys begin with (`{ emails: ['contact'] }`);
   * a field that is not named is made of the record itself. Children of an agreement are keyed `kind:agreement/id`.
   */
  readonly madeOf: Readonly<Partial<Record<LossField, readonly string[]>>>
  /** How the vendor orders ids, for `PassPage.covers`. */
  readonly idOrder: 'numeric' | 'text'
  /** The vendor's id, the same on every read. */
  id(record: R): string
  /** Change marks that went into the record. */
  stamps(record: R): Stamps
  /** Text by which two versions of the vendor's record can be told older and newer; null: unknown. */
  version(record: R): string | null
  /** What of the record could not be read. @default nothing */
  unread?(record: R): readonly Unread[]
  /** Pure: no clock, no I/O, no credentials; the keys of the result always in the same order. Throws RecordRejected. */
  map(record: NoInfer<R>): Contribution
  /** The begin of a complete pass: what it needs to know of the account, and what the vendor counts now. */
  begin(context: CallContext<C, S>): Promise<PassStart<P>>
  /** Reads every record from `position` on. A consumer that stops reading stops the vendor calls. */
  pass(context: CallContext<C, S>, position: P): AsyncIterable<PassPage<R, P>>
  /** The same counts as `begin` gave, asked when the pass has read everything. @param position of the last page */
  count(context: CallContext<C, S>, position: P): Promise<ListCounts>
  /** Reads what changed since `context.since` and was not looked at in this version. */
  poll(context: PollContext<C, S, M>): AsyncIterable<PollPage<R, M>>
  /** Reads these ids whatever their state, with all of their children, those too that take no part; ids that the vendor does not have come back as `gone`. */
  lookup(context: CallContext<C, S>, ids: readonly string[]): AsyncIterable<Page<R>>
  /** Records whose name is or begins with `name`, whatever their state; 10 at most. */
  search(context: CallContext<C, S>, name: string): Promise<readonly R[]>
  /** For "why is it (not) here?": what the vendor says of the record, in plain names. */
  facts(
    record: NoInfer<R>
  ): Readonly<Record<string, string | number | boolean | null | readonly string[]>> & { readonly name: string }
  preview(context: CallContext<C, S>): Promise<Preview>
}

/** `R`: its record. `P`, `M`: its position and memo. `C`, `S`: the credentials and settings that it works with. */
export interface SyncType<
  R = any,
  P extends Checkpoint = Checkpoint,
  M extends Checkpoint = Checkpoint,
  C extends Fields = Fields,
  S extends Fields = Fields
> extends SyncTypeParts<R, P, M, C, S> {
  /** Where a pass goes on. Flat: strings, numbers, booleans. */
  readonly position: TObject
  /** What polls hand on to each other, beside the mark, which is the host's. Flat. */
  readonly memo: TObject
}

/** What names in the settings mean at the vendor (`{ 'types:Customer': '17' }`): flat, kept with the installation, never a secret. */
export type Resolved = Readonly<Record<string, string>>

export interface SettingsResolution {
  readonly resolved: Resolved
  /** Names that mean nothing there (any more), each with those that would. */
  readonly problems: readonly {
    /** JSON pointer into the settings: `/types/1`. */
    readonly pointer: string
    readonly message: string
    readonly choices: readonly string[]
  }[]
}

export interface ValidationProblem {
  readonly pointer: string
  readonly message: string
  /** What could be there instead. */
  readonly choices?: readonly string[]
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
  /** `id` is the vendor's own for the account, whoever signs in to it; `origin` the one that answered (`https://api-na.vendor.example`). */
  readonly account?: { readonly id: string; readonly name: string; readonly origin: string }
  readonly checks: readonly ValidationCheck[]
  /** JSON pointers into the credentials (`/password`) or settings (`/settings/types/1`). */
  readonly problems: readonly ValidationProblem[]
  /** Sentences about what was put right by itself, shown beside the account's name. */
  readonly remarks?: readonly string[]
  /** Further fields of the answer, as declared by `Connector.validationDetails`. */
  readonly details?: Readonly<Record<string, string>>
  /** Kept with the connection, if one is made. */
  readonly state?: ConnectionState
}

/** `C`, `S`: what its forms of credentials and settings hold. */
export interface Connector<C extends Fields = Fields, S extends Fields = Fields> {
  /** Major version of the contract that it was written for; a host of another refuses it. */
  readonly contract: typeof contractVersion
  /** kebab-case: folder, route prefix, storage key; never renamed. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** What its own test holds it to (`npm run connector:check`), shown on its card. @default none, as long as it is being written */
  readonly level?: Level
  /** Host names that may be called: exact, or `*.` for any name below. */
  readonly vendorHosts: readonly string[]
  readonly rate: Rate
  /** The vendor locks an account after refused logins: a refusal is final until a person acts. @default false */
  readonly locksAccounts?: boolean
  /** The install form. Secrets carry `writeOnly: true`; each field a title, a description and examples. */
  readonly credentials: TObject
  /**
   * What the operator of a host may set once for all tenants, each under a variable of its own: `CONNECTOR_MY_DESK_APP_KEY`
   * is my-desk's `appKey`. Strings with titles; secrets carry `writeOnly: true`. A credential of the same name may then
   * stay empty in the form, and comes to the connector with the operator's value.
   */
  readonly operator?: TObject
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
  /** Written for these schemas, or for any. */
  readonly syncTypes: readonly SyncType<any, any, any, C, S>[]
  /** Routes of this vendor, below /v1/integrations/{name}; each declares `config.permission`. */
  readonly routes?: FastifyPluginAsync
  /** What may be shown of the credentials, as they were typed: a field that is the operator's may be absent. */
  describe(credentials: C): Readonly<Record<string, string>>
  /** Ends within the signal's deadline (10 s); a refused credential is a value, not an exception. */
  validate(context: CallContext<C, S>): Promise<Validation>
  /**
   * Looks up what the settings' names mean: by the id in `context.resolved` if the vendor still has it, else by name.
   * Absent: the settings name nothing of the vendor's.
   */
  resolve?(context: CallContext<C, S>): Promise<SettingsResolution>
}

/** The context of a connector with these schemas, for functions of its own: `ContextOf<typeof credentials, typeof settings>`. */
export type ContextOf<C extends TObject, S extends TObject> = CallContext<FieldsOf<C>, FieldsOf<S>>

/** The same for polls; `M`: the schema of `memo`, if it is read. */
export type PollContextOf<C extends TObject, S extends TObject, M extends TObject = TObject> = PollContext<
  FieldsOf<C>,
  FieldsOf<S>,
  CheckpointOf<M>
>

/**
 * Types the declaration by its schemas; the host checks it again at boot (plugins/connector/declaration.ts). A sync type
 * that works with other credentials or settings than are declared here is an error.
 */
export function defineConnector<C extends TObject, S extends TObject>(
  connector: With<
    Connector<FieldsOf<NoInfer<C>>, FieldsOf<NoInfer<S>>>,
    { readonly credentials: C; readonly settings: S }
  >
): Connector {
  return connector
}

/** Types the declaration by its schemas, and by the record that `id` takes. With `R` alone (`defineSyncType<Account>`) positions and memos are flat objects. */
export function defineSyncType<
  R,
  P extends TObject = TObject,
  M extends TObject = TObject,
  C extends Fields = Fields,
  S extends Fields = Fields
>(
  syncType: SyncTypeParts<R, CheckpointOf<P>, CheckpointOf<M>, C, S> & { readonly position: P; readonly memo: M }
): SyncType<R, CheckpointOf<P>, CheckpointOf<M>, C, S> {
  return syncType
}
