/** Under this key a failure says which it is, so that one made by another copy of these classes is told as well. */
const brand = Symbol.for('integration-host.failure')

/** What `instanceof` asks: not by which class it was made, but which brand it bears. */
function bears(this: { readonly kind: string }, value: unknown): boolean {
  // A class that a connector derives from one of these has no brand of its own.
  if (!Object.hasOwn(this, 'kind')) return Function.prototype[Symbol.hasInstance].call(this, value)
  const borne = typeof value === 'object' && value !== null ? (value as { [brand]?: unknown })[brand] : undefined
  return this === ConnectorFailure ? typeof borne === 'string' : borne === this.kind
}

/**
 * What a connector may throw. Which it is decides what the engine does next; the text is shown to people, so it
 * names the cause and the remedy and never holds a value from the credentials.
 */
export abstract class ConnectorFailure extends Error {
  static readonly kind: string = ''
  static override readonly [Symbol.hasInstance] = bears
  abstract readonly [brand]: string
  abstract readonly code: string
}

/** The vendor refuses the credentials: the installation needs attention and nothing is tried until a person acts. */
export class CredentialsRejected extends ConnectorFailure {
  static override readonly kind = 'CredentialsRejected'
  readonly [brand] = CredentialsRejected.kind
  readonly code = 'HOST_ERR_CREDENTIALS_REJECTED'
  override readonly name = 'CredentialsRejected'
}

/** The credentials are good but lack a right: the installation needs attention and is tried again now and then. */
export class PermissionMissing extends ConnectorFailure {
  static override readonly kind = 'PermissionMissing'
  readonly [brand] = PermissionMissing.kind
  readonly code = 'HOST_ERR_PERMISSION_MISSING'
  override readonly name = 'PermissionMissing'
}

/** The vendor does not answer as it should (network, 5xx, throttled): the run ends and comes back with backoff. */
export class SourceUnavailable extends ConnectorFailure {
  static override readonly kind = 'SourceUnavailable'
  readonly [brand] = SourceUnavailable.kind
  override readonly name = 'SourceUnavailable'
  readonly code: string
  /** Milliseconds the vendor asked us to wait, if it did. */
  readonly retryAfterMs: number | undefined
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined
  /** It had not answered completely when its time was over: less might come in time. */
  readonly timedOut: boolean

  constructor(
    message: string,
    detail: { retryAfterMs?: number; status?: number; throttled?: boolean; timedOut?: boolean; cause?: unknown } = {}
  ) {
    super(message, { cause: detail.cause })
    this.code = detail.throttled ? 'HOST_ERR_SOURCE_THROTTLED' : 'HOST_ERR_SOURCE_UNAVAILABLE'
    this.retryAfterMs = detail.retryAfterMs
    this.status = detail.status
    this.timedOut = detail.timedOut === true
  }
}

/** A 2xx answer that is not what the vendor's documents promise (HTML, cut JSON, empty body): never read as "no records". */
export class SourceUnreadable extends ConnectorFailure {
  static override readonly kind = 'SourceUnreadable'
  readonly [brand] = SourceUnreadable.kind
  readonly code = 'HOST_ERR_SOURCE_UNREADABLE'
  override readonly name = 'SourceUnreadable'
  readonly kind: 'html' | 'truncated' | 'empty' | 'shape' | 'too-large'

  constructor(message: string, kind: SourceUnreadable['kind'], cause?: unknown) {
    super(message, { cause })
    this.kind = kind
  }
}

/** A name in the settings means nothing at the vendor (any more): the installation needs attention, and says what there is to choose. */
export class SettingUnresolved extends ConnectorFailure {
  static override readonly kind = 'SettingUnresolved'
  readonly [brand] = SettingUnresolved.kind
  readonly code = 'HOST_ERR_SETTING_UNRESOLVED'
  override readonly name = 'SettingUnresolved'
  /** Names that the vendor has instead. */
  readonly choices: readonly string[]

  constructor(message: string, choices: readonly string[]) {
    super(message)
    this.choices = choices
  }
}

/** The account's calls are used up for now, by whomever: the run goes on later. No failure, nothing to put right. */
export class SourcePostponed extends ConnectorFailure {
  static override readonly kind = 'SourcePostponed'
  readonly [brand] = SourcePostponed.kind
  readonly code = 'HOST_ERR_SOURCE_POSTPONED'
  override readonly name = 'SourcePostponed'
  readonly retryAfterMs: number

  constructor(message: string, retryAfterMs: number) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

/** A complete pass saw fewer records than the vendor counts: the pass is thrown away, never applied. */
export class SourceIncomplete extends ConnectorFailure {
  static override readonly kind = 'SourceIncomplete'
  readonly [brand] = SourceIncomplete.kind
  readonly code = 'HOST_ERR_SOURCE_INCOMPLETE'
  override readonly name = 'SourceIncomplete'
}

/** A host, address or scheme that may not be called. The same words for every cause, so that it tells nothing of our network. */
export class TargetRefused extends ConnectorFailure {
  static override readonly kind = 'TargetRefused'
  readonly [brand] = TargetRefused.kind
  readonly code = 'HOST_ERR_TARGET_REFUSED'
  override readonly name = 'TargetRefused'
}

/** One record cannot become an entity: it is set aside with this reason and the run goes on. */
export class RecordRejected extends ConnectorFailure {
  static override readonly kind = 'RecordRejected'
  readonly [brand] = RecordRejected.kind
  readonly code = 'HOST_ERR_RECORD_REJECTED'
  override readonly name = 'RecordRejected'
}
