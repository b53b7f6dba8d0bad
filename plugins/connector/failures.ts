/**
 * What a connector may throw. The class decides what the engine does next; the text is shown to people, so it
 * names the cause and the remedy and never holds a value from the credentials.
 */
export abstract class ConnectorFailure extends Error {
  abstract readonly code: string
}

/** The vendor refuses the credentials: the installation needs attention and nothing is tried until a person acts. */
export class CredentialsRejected extends ConnectorFailure {
  readonly code = 'HOST_ERR_CREDENTIALS_REJECTED'
  override readonly name = 'CredentialsRejected'
}

/** The credentials are good but lack a right: the installation needs attention and is tried again now and then. */
export class PermissionMissing extends ConnectorFailure {
  readonly code = 'HOST_ERR_PERMISSION_MISSING'
  override readonly name = 'PermissionMissing'
}

/** The vendor does not answer as it should (network, 5xx, throttled): the run ends and comes back with backoff. */
export class SourceUnavailable extends ConnectorFailure {
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
  readonly code = 'HOST_ERR_SOURCE_INCOMPLETE'
  override readonly name = 'SourceIncomplete'
}

/** A host, address or scheme that may not be called. The same words for every cause, so that it tells nothing of our network. */
export class TargetRefused extends ConnectorFailure {
  readonly code = 'HOST_ERR_TARGET_REFUSED'
  override readonly name = 'TargetRefused'
}

/** One record cannot become an entity: it is set aside with this reason and the run goes on. */
export class RecordRejected extends ConnectorFailure {
  readonly code = 'HOST_ERR_RECORD_REJECTED'
  override readonly name = 'RecordRejected'
}
