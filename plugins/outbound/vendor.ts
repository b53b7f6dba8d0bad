import type { FastifyBaseLogger } from 'fastify'
import type { CallContext, ConnectionState, Connector, Resolved, ValidationCheck } from '../connector/contract.ts'
import type { OperatorValues } from '../connector/operator.ts'
import type { LiveSecrets } from '../log/live-secrets.ts'
import type { Keyring } from '../sealing/keyring.ts'
import type { Connection, Store } from '../storage/port.ts'
import type { Memo } from './asked-once.ts'
import { budgetOfAccount, budgetOfTrial, trialRate } from './budget-names.ts'
import type { Outbound, RequestStats } from './client.ts'
import { missingOf, refusing, withOperator } from './operator-credentials.ts'
import type { Purpose } from './purposes.ts'
import { registerSent } from './sent-secrets.ts'

export interface CallOptions {
  readonly settings: Readonly<Record<string, unknown>>
  /** What the settings' names mean, as found before. @default nothing was found yet */
  readonly resolved?: Resolved
  readonly log: FastifyBaseLogger
  /** The whole call ends after so long; absent: only `signal` ends it. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  /** Throws if nothing may be sent any more; asked before each request. */
  readonly assertHeld?: () => void
  readonly stats?: RequestStats
  /** Told of each check of a validation as it ends. */
  readonly report?: (check: ValidationCheck) => void
  /** @default 'poll', or 'person' where one waits (a deadline is given) */
  readonly purpose?: Purpose
  /** Answers to `shared` requests, kept for all contexts of a joint run. */
  readonly memo?: Memo
  /** How often one request is tried. @default 5 for a run, 2 where a person waits (a deadline is given) */
  readonly attempts?: number
}

/** A context with what has to be let go after the call: the secrets' place in the log filter and the deadline's timer. */
export type DisposableContext = CallContext & { dispose(): void }

/** Makes the contexts that connectors are called with. The only place where credentials are unsealed. */
export interface Vendor {
  /**
   * Over typed credentials, with what a validation of them has found out (`state`); nothing is stored. Until they are
   * kept they spend from a small budget of their own: an account's is not to be emptied by who only knows its name.
   */
  trial(
    connector: Connector,
    credentials: Readonly<Record<string, unknown>>,
    options: CallOptions & { readonly state?: ConnectionState }
  ): DisposableContext
  /** Over a stored connection. */
  over(connector: Connector, connection: Connection, options: CallOptions): DisposableContext
}

export interface VendorParts {
  readonly store: Store
  readonly keyring: Keyring
  readonly outbound: Outbound
  readonly secrets: LiveSecrets
  readonly now: () => Date
  /** What the operator has set, by connector. @default nothing */
  readonly operatorValues?: ReadonlyMap<string, OperatorValues>
}

export function createVendor(parts: VendorParts): Vendor {
  const { store, keyring, outbound, secrets, now, operatorValues } = parts

  function context(
    connector: Connector,
    typed: Readonly<Record<string, unknown>>,
    spends: { readonly account: string; readonly rate: Connector['rate'] },
    before: ConnectionState,
    keep: (change: ConnectionState) => Promise<void>,
    options: CallOptions
  ): DisposableContext {
    const operator = operatorValues?.get(connector.name) ?? {}
    const credentials = withOperator(connector, typed, operator)
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
      ...spends,
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
    const missing = missingOf(connector, credentials)
    const http = registerSent(missing === undefined ? client : refusing(client, missing), secrets)
    let state = before
    return {
      credentials,
      operator,
      settings: options.settings,
      resolved: options.resolved ?? {},
      ...(options.report && { report: options.report }),
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
      dispose() {
        ended.abort(new Error('the call is over'))
        http.release()
        release()
      }
    }
  }

  return {
    trial(connector, credentials, options) {
      const spends = { account: budgetOfTrial(keyring, connector, credentials), rate: trialRate(connector.rate) }
      return context(connector, credentials, spends, options.state ?? {}, async () => {}, options)
    },
    over(connector, connection, options) {
      const { tenant, id } = connection
      const credentials = keyring.open({ tenant, connectionId: id }, connection.sealed)
      const spends = { account: budgetOfAccount(connector.name, connection.accountKey), rate: connector.rate }
      const keep = (change: ConnectionState) => store.connections.mergeState(tenant, id, change)
      return context(connector, credentials, spends, connection.state, keep, options)
    }
  }
}

function secretValues(connector: Connector, credentials: Readonly<Record<string, unknown>>): string[] {
  const fields = connector.credentials.properties as Record<string, { writeOnly?: boolean }>
  return Object.entries(credentials).flatMap(([field, value]) =>
    fields[field]?.writeOnly && typeof value === 'string' ? [value, value.trim()] : []
  )
}
