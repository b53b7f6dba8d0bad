/**
 * Every failure that leaves the host, in one table: code, HTTP status (0: never an answer, only a start that stops
 * or a run that ends) and message. docs/errors.md has a row for each; a test keeps the two equal.
 */
import createError from '@fastify/error'

const table = {
  HOST_ERR_BAD_REQUEST: [400, 'The request is not what this route takes. See "problems".'],
  HOST_ERR_BAD_CURSOR: [400, 'This cursor was not given out by this list. Start again without a cursor.'],
  HOST_ERR_SECRET_REQUIRED: [
    400,
    'Where credentials are sent has changed, so every secret has to be typed again. See "problems".'
  ],
  HOST_ERR_UNAUTHENTICATED: [401, 'Send a valid bearer token: %s.'],
  HOST_ERR_FORBIDDEN: [403, 'Your token lacks the permission "%s".'],
  HOST_ERR_SIGN_IN: [401, 'The sign-in was not finished: %s. Begin it again.'],
  HOST_ERR_SIGN_IN_REFUSED: [403, 'This account is not let in: %s. Ask whoever runs the accounts of your company.'],
  HOST_ERR_FORM_EXPIRED: [403, 'This page was open for too long, or was not sent by itself. Load it again and repeat.'],
  HOST_ERR_NOT_FOUND: [404, 'There is no %s with this id.'],
  HOST_ERR_ROUTE_NOT_FOUND: [404, 'There is no %s. The routes are listed at /openapi.json.'],
  HOST_ERR_ALREADY_INSTALLED: [
    409,
    '%s is already installed for this account. Use the installation that exists, or uninstall it first.'
  ],
  HOST_ERR_ACCOUNT_CONNECTED: [
    409,
    'This account is connected already, as %s. Change the credentials of that connection, or install over it.'
  ],
  HOST_ERR_CONNECTION_IN_USE: [409, 'Installations use this connection (%s). Erase them first.'],
  HOST_ERR_REQUEST_UNDER_WAY: [
    409,
    'The first request with this Idempotency-Key is still under way. Repeat it shortly, with the same key.'
  ],
  HOST_ERR_TRANSITION: [409, 'An installation that is %s cannot do "%s". Allowed now: %s.'],
  HOST_ERR_LOSSES_CHANGED: [409, 'What waits for approval is not what you saw: %s. Look at the losses again.'],
  HOST_ERR_DECISION_WAITS: [409, 'What waits was %s by %s already; the next run carries that out.'],
  HOST_ERR_RUN_UNDER_WAY: [
    409,
    'This run, or another one of its installation, is under way. Undo it when that has ended; an installation that is stopped has none.'
  ],
  HOST_ERR_NOTHING_TO_UNDO: [
    409,
    'This run has changed nothing of clients that were here before it, so there is nothing to put back.'
  ],
  HOST_ERR_UNDO_TOO_LATE: [409, 'What this run changed is not kept any more (HISTORY_KEEP), so it cannot be undone.'],
  HOST_ERR_UNDO_CUT: [409, 'The undo was cut before it was done. Repeat it: it goes on where it was.'],
  HOST_ERR_CLIENT_NOT_GONE: [409, 'This client is %s. Only one that the vendor no longer has can be erased by itself.'],
  HOST_ERR_CONFLICT: [409, 'Someone else changed this at the same moment. Read it again and repeat.'],
  HOST_ERR_CHANGED_MEANWHILE: [412, 'This is revision %s by now, and If-Match names another. Read it again.'],
  HOST_ERR_BODY_TOO_LARGE: [413, 'The body is larger than this route takes (%s bytes).'],
  HOST_ERR_UNSUPPORTED_MEDIA_TYPE: [415, 'Send the body as application/json.'],
  HOST_ERR_CREDENTIALS_INVALID: [
    422,
    'The vendor account cannot be used with these credentials. See "checks" and "problems"; nothing was kept.'
  ],
  HOST_ERR_IDEMPOTENCY_KEY_REUSED: [
    422,
    'This Idempotency-Key was sent with another request. Send a new key with each request that is not a repetition.'
  ],
  HOST_ERR_SETTINGS_INVALID: [422, 'These settings do not fit the vendor account. See "problems".'],
  HOST_ERR_METHOD_NOT_ALLOWED: [405, 'This address does not take %s. It takes: %s.'],
  HOST_ERR_TOO_MANY_CALLS: [429, 'Too many calls of this kind within a minute. Try again in %s s.'],
  HOST_ERR_TENANT_BUSY: [429, 'Too many calls of this tenant are under way. Try again when one of them has ended.'],
  HOST_ERR_TOO_MANY_WEBHOOKS: [409, 'A tenant has at most %s webhooks. Remove one first.'],
  HOST_ERR_INTERNAL: [500, 'The host made a mistake. It is logged under request id %s.'],
  HOST_ERR_VENDOR_UNAVAILABLE: [502, 'The vendor did not answer as it should: %s'],
  HOST_ERR_SIGN_IN_UNAVAILABLE: [502, 'The sign-in of your company does not answer. Try again shortly.'],
  HOST_ERR_STORE_UNAVAILABLE: [503, 'The store does not answer. Try again shortly.'],
  HOST_ERR_AUTH_UNAVAILABLE: [503, 'The keys that tokens are checked with cannot be read now. Try again shortly.'],
  HOST_ERR_OVERLOADED: [503, 'The host is overloaded. Try again shortly.'],

  HOST_ERR_CONFIG: [0, '%s'],
  HOST_ERR_NODE_TOO_OLD: [
    0,
    'Node %s is too old: Node 24 or newer is needed. Start with "npm start", which brings its own on Linux x64.'
  ],
  HOST_ERR_ROUTE_WITHOUT_PERMISSION: [
    0,
    'Route %s %s declares no permission. Give it config: { permission: … }, or permission: null if anyone may call it.'
  ],
  HOST_ERR_CONNECTOR_NOT_LOADED: [0, 'Connector "%s" cannot be loaded: %s'],
  HOST_ERR_CONNECTOR_CONTRACT: [0, 'Connector "%s" was made for another host: this one has contract %s, and %s.'],
  HOST_ERR_CONNECTOR_INVALID: [0, 'Connector "%s" is declared wrongly: %s'],
  HOST_ERR_KEYS_INVALID: [0, 'ENCRYPTION_KEYS cannot be used: %s'],
  HOST_ERR_UNSEAL: [0, 'A sealed credential cannot be opened: %s'],
  HOST_ERR_STORE_OPEN: [0, 'The store cannot be opened: %s'],
  HOST_ERR_SCHEMA_NEWER: [
    0,
    'The store has schema %s, this program knows up to %s. Start the newer program, or restore a backup made before the upgrade.'
  ],

  HOST_ERR_CREDENTIALS_REJECTED: [0, '%s'],
  HOST_ERR_PERMISSION_MISSING: [0, '%s'],
  HOST_ERR_SETTING_UNRESOLVED: [0, '%s'],
  HOST_ERR_SOURCE_UNAVAILABLE: [0, '%s'],
  HOST_ERR_SOURCE_THROTTLED: [0, '%s'],
  HOST_ERR_SOURCE_UNREADABLE: [0, '%s'],
  HOST_ERR_SOURCE_INCOMPLETE: [0, '%s'],
  HOST_ERR_SOURCE_POSTPONED: [0, '%s'],
  HOST_ERR_TARGET_REFUSED: [0, '%s'],
  HOST_ERR_RECORD_REJECTED: [0, '%s'],
  HOST_ERR_LOSSES_HELD: [0, 'Something of %s clients would be taken away and waits for a person.'],
  HOST_ERR_LEASE_LOST: [0, 'Another run has taken over this installation (token %s is no longer the newest).'],
  HOST_ERR_INTERRUPTED: [0, 'The run was interrupted (%s); the next one goes on from the last saved page.'],
  HOST_ERR_RUN_BUG: [0, 'The run failed by a mistake in the host or connector: %s']
} as const satisfies Record<string, readonly [number, string]>

export type ErrorCode = keyof typeof table

/** For docs/errors.md and its test. */
export const errorTable: Readonly<Record<ErrorCode, readonly [number, string]>> = table

type HostErrors = { readonly [C in ErrorCode]: ReturnType<typeof createError> }

/** `throw new errors.HOST_ERR_NOT_FOUND('installation')` */
export const errors = Object.fromEntries(
  Object.entries(table).map(([code, [status, message]]) => [code, createError(code, message, status || 500)])
) as unknown as HostErrors

export interface Problem {
  /** JSON pointer into the body, query (`/limit`) or parameters. */
  readonly pointer: string
  readonly message: string
}

/** Attaches what an answer carries beside code and detail (`problems`, `checks`, `allowed`). */
export function withDetails<E extends Error>(error: E, details: Readonly<Record<string, unknown>>): E {
  return Object.assign(error, { details })
}
