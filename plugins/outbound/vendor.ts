import type { FastifyBaseLogger } from 'fastify'
import type { CallContext, Connector, ValidationCheck } from '../connector/contract.ts'
import type { LiveSecrets } from '../log/live-secrets.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Connection, Store } from '../storage/port.ts'
import type { Memo } from './asked-once.ts'
import type { Outbound, RequestStats } from './client.ts'
import type { Purpose } from './purposes.ts'
import { registerSent } from './sent-secrets.ts'

export interface CallOptions {
  readonly settings: Readonly<Record<string, unknown>>
  readonly log: FastifyBaseLogger
  /** The whole call ends after so long; absent: only `signal` ends it. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  /** Throws if nothing may be sent any more; asked before each request. */
  readonly assertHeld?: () => void
  readonly stats?: RequestStats
  /** @default 'poll', or 'person' where one waits (a deadline is given) */
  readonly purpose?: Purpose
  /** Answers to `shared` requests, kept for all contexts of a joint run. */
  readonly memo?: Memo
  /** How often one request is tried. @default 5 for a run, 2 where a person waits (a deadline is given) */
  readonly attempts?: number
  /** Told of each check of a validation as it ends. */
  readonly report?: (check: ValidationCheck) => void
}

/** A context with what has to be let go after the call: the secrets' place in the log filter and the deadline's timer. */
export type DisposableContext = CallContext & { dispose(): void }

/** Makes the contexts that connectors are called with. The only place where credentials are unsealed. */
export interface Vendor {
  /** Over typed credentials; nothing is stored. */
  trial(connector: Connector, credentials: Readonly<Record<string, unknown>>, options: CallOptions): DisposableContext
  /** Over a stored connection, with other credentials for it if some were typed. */
  over(
    connector: Connector,
    connection: Connection,
    options: CallOptions & { readonly credentials?: Readonly<Record<string, unknown>> }
  ): DisposableContext
}

export interface VendorParts {
  readonly store: Store
  readonly keyring: Keyring
  readonly outbound: Outbound
  readonly secrets: LiveSecrets
  readonly now: () => Date
}

export function createVendor(parts: VendorParts): Vendor {
  const { store, keyring, outbound, secrets, now } = parts

  function context(
    connector: Connector,
    credentials: Readonly<Record<string, unknown>>,
    before: Readonly<Record<string, string>>,
    keep: (change: Readonly<Record<string, string>>) => Promise<void>,
    options: CallOptions
  ): DisposableContext {
    const release = secrets.add(secretValues(connector, credentials))
    const ended = new AbortController()
    const signals = [ended.signal]
    if (options.signal) signals.push(options.signal)
    if (options.deadlineMs !== undefined) signals.push(AbortSignal.timeout(options.deadlineMs))
    const signal = AbortSignal.any(signals)
    const hurried = options.deadlineMs !== undefined
    const client = outbound.client({
      connector: connector.name,
      vendorHosts: connector.vendorHosts,
      account: `${connector.name}:${connector.accountKey(credentials)}`,
      rate: connector.rate,
      signal,
      ...(options.assertHeld && { assertHeld: options.assertHeld }),
      purpose: options.purpose ?? (hurried ? 'person' : 'poll'),
      now,
      ...(options.memo && { memo: options.memo }),
      attempts: options.attempts ?? (hurried ? 2 : 5),
      pauses: hurried ? 'throw' : 'wait',
      ...(hurried && { deadlineMs: Math.min(options.deadlineMs, 30_000), maxPauseMs: 2_000 }),
      ...(options.stats && { stats: options.stats })
    })
    const http = registerSent(client, secrets)
    let state = before
    return {
      credentials,
      settings: options.settings,
      get state() {
        return state
      },
      async saveState(change) {
        state = { ...state, ...change }
        await keep(change)
      },
      http,
      log: options.log,
      signal,
      now,
      ...(options.report && { report: options.report }),
      dispose() {
        ended.abort(new Error('the call is over'))
        http.release()
        release()
      }
    }
  }

  return {
    trial(connector, credentials, options) {
      return context(connector, credentials, {}, async () => {}, options)
    },
    over(connector, connection, options) {
      const { tenant, id } = connection
      const credentials = options.credentials ?? keyring.open({ tenant, connectionId: id }, connection.sealed)
      const state = options.credentials ? {} : connection.state
      const keep = async (change: Readonly<Record<string, string>>) => {
        if (!options.credentials) await store.connections.mergeState(tenant, id, change)
      }
      return context(connector, credentials, state, keep, options)
    }
  }
}

function secretValues(connector: Connector, credentials: Readonly<Record<string, unknown>>): string[] {
  const fields = connector.credentials.properties as Record<string, { writeOnly?: boolean }>
  return Object.entries(credentials).flatMap(([field, value]) =>
    fields[field]?.writeOnly && typeof value === 'string' ? [value, value.trim()] : []
  )
}
