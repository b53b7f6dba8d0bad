/** Contexts as the host makes them, for the tests of one connector: real HTTP through the guarded client. */
import type { LookupFunction } from 'node:net'
import { Writable } from 'node:stream'
import pino from 'pino'
import { Value } from 'typebox/value'
import type {
  CallContext,
  Checkpoint,
  ConnectionState,
  Connector,
  HttpClient,
  Known,
  PollContext,
  Resolved,
  RosterEntry,
  ValidationCheck
} from '../../../plugins/connector/contract.ts'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { createOutbound, type RequestStats } from '../../../plugins/outbound/client.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { deepFreeze } from './deep-freeze.ts'

type Test = { teardown(end: () => unknown): void }
type Credentials = Readonly<Record<string, unknown>>

export interface VendorCallOptions {
  /** What the operator allows beside the connector's vendor hosts. */
  readonly allow: string
  readonly credentials: Credentials
  /** How names become addresses. @default the system's resolver */
  readonly lookup?: LookupFunction
  readonly settings?: Readonly<Record<string, unknown>>
  readonly state?: ConnectionState
  readonly now?: () => Date
  /** How often one request is tried. @default 2 */
  readonly attempts?: number
}

export interface VendorCalls {
  readonly stats: RequestStats
  /** What was saved so far, on top of the state given. */
  readonly state: ConnectionState
  /** Every line logged, at every level. */
  readonly logged: string[]
  /** What the settings' names mean, since `connect`. */
  readonly resolved: Resolved
  /** Checks told by validate as they ended. */
  readonly reported: ValidationCheck[]
  call(options?: { credentials?: Credentials; signal?: AbortSignal; resolved?: Resolved }): CallContext
  poll(options: {
    since: Date
    memo?: Checkpoint | undefined
    known?: (key: string) => Known | undefined
    roster?: readonly RosterEntry[]
    signal?: AbortSignal
  }): PollContext
  /** Takes over what validate and resolve find out, as the host does when it makes a connection. */
  connect(): Promise<void>
  /** Asks once more what the settings' names mean, as the host does before each pass. */
  resolve(): Promise<void>
}

export async function openVendorCalls(t: Test, connector: Connector, options: VendorCallOptions): Promise<VendorCalls> {
  const store = await openSqliteStore({ url: ':memory:' })
  const { lookup } = options
  const allow = parseOutboundAllow(options.allow)
  const outbound = createOutbound({ allow, budgets: store.budgets, ...(lookup && { lookup }) })
  t.teardown(async () => {
    await outbound.close()
    await store.close()
  })
  const logged: string[] = []
  const sink = new Writable({
    write(line, _encoding, done) {
      logged.push(String(line))
      done()
    }
  })
  const log = pino({ level: 'trace' }, sink)
  const stats: RequestStats = { requests: 0, counted: 0, throttled: 0, bytes: 0 }
  let state = options.state ?? {}
  let found: Resolved = {}
  const reported: ValidationCheck[] = []

  const call: VendorCalls['call'] = ({
    credentials = options.credentials,
    signal = new AbortController().signal,
    resolved = found
  } = {}) => ({
    credentials,
    operator: {},
    settings: Value.Default(connector.settings, structuredClone(options.settings ?? {})) as Record<string, unknown>,
    resolved,
    report: check => reported.push(check),
    get state() {
      return state
    },
    async saveState(change) {
      state = { ...state, ...change }
    },
    http: withFrozenShared(
      outbound.client({
        vendorHosts: connector.vendorHosts,
        account: JSON.stringify([connector.name, credentials]),
        // The budget is the host's affair; the connector's own habits are what is counted here.
        rate: { ...connector.rate, requests: 1_000_000 },
        signal,
        stats,
        attempts: options.attempts ?? 2
      })
    ),
    log,
    signal,
    now: options.now ?? (() => new Date())
  })
  const resolve = async () => {
    const resolution = await connector.resolve?.(call())
    found = resolution?.resolved ?? {}
  }
  return {
    stats,
    get state() {
      return state
    },
    logged,
    call,
    get resolved() {
      return found
    },
    reported,
    poll: ({ since, memo, known = () => undefined, roster = [], signal }) =>
      Object.assign(Object.create(call(signal ? { signal } : {})), {
        since,
        memo,
        known: async (keys: readonly string[]) =>
          new Map(keys.flatMap(key => (known(key) === undefined ? [] : [[key, known(key)]]))),
        async roster(after: string | null, limit: number) {
          return roster.filter(({ id }) => after === null || precedes(after, id)).slice(0, limit)
        }
      }),
    async connect() {
      const validation = await connector.validate(call())
      if (!validation.valid) throw new Error(`The double refuses: ${JSON.stringify(validation.checks)}`)
      state = validation.state ?? {}
      await resolve()
    },
    resolve
  }
}

/** In the order of numbers where both are such. */
function precedes(one: string, other: string): boolean {
  return Number.isNaN(Number(one) + Number(other)) ? one < other : Number(one) < Number(other)
}

/** The answer to a `shared` request belongs to other sync types too: whoever changes it is found. */
function withFrozenShared(http: HttpClient): HttpClient {
  return {
    async request(request) {
      const answer = await http.request(request)
      return request.shared ? deepFreeze(answer) : answer
    },
    get vendorDate() {
      return http.vendorDate
    },
    get vendorDateTakenAt() {
      return http.vendorDateTakenAt
    }
  }
}
