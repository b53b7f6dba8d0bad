import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Db,
  type DbOptions,
  MongoAPIError,
  MongoClient,
  type MongoClientOptions,
  MongoServerError,
  ReadConcern,
  WriteConcern
} from 'mongodb'
import { errors } from '../../errors.ts'
import { isUnavailable } from './failures.ts'

export interface WaitOptions {
  readonly url: string
  readonly log?: { warn(message: string): void }
  /** Ends the waiting with the signal's reason. */
  readonly signal?: AbortSignal
  /** Called with each log line while the store is waited for. */
  readonly onWaiting?: (line: string) => void
}

/** While the store is away, a line each so often. */
const ATTEMPT_MS = 5000
const DEFAULT_DATABASE = 'integration_host'
/** MongoDB 5.0, the first whose update pipelines reckon with dates. */
const OLDEST_WIRE_VERSION = 13

/** A write counts when a majority has it on disk, within 10 s; a read sees nothing that could be undone. */
const safety = {
  writeConcern: new WriteConcern('majority', 10_000, true),
  readConcern: new ReadConcern('majority'),
  readPreference: 'primary'
} satisfies DbOptions

const always = {
  retryWrites: true,
  retryReads: true,
  ignoreUndefined: true
} as const satisfies MongoClientOptions

/** The URL may say otherwise. An election takes up to 12 s; a server that hangs is given up after two heartbeats. */
const defaults = {
  appName: 'integration-host',
  serverSelectionTimeoutMS: 15_000,
  connectTimeoutMS: 5000,
  heartbeatFrequencyMS: 5000,
  socketTimeoutMS: 30_000,
  waitQueueTimeoutMS: 15_000
} as const satisfies MongoClientOptions

/** Not connected yet. Throws HOST_ERR_STORE_OPEN, without the URL's text, if it cannot be read. */
export function makeClient(url: string, more: MongoClientOptions = {}): MongoClient {
  const asked = new URLSearchParams(url.split('?')[1])
  const names = new Set([...asked.keys()].map(name => name.toLowerCase()))
  const unsaid = Object.fromEntries(Object.entries(defaults).filter(([name]) => !names.has(name.toLowerCase())))
  try {
    return new MongoClient(url, { ...unsaid, ...always, ...more })
  } catch {
    // The driver's message may repeat the URL with its password.
    const reason =
      'the mongodb URL cannot be read. Its form is mongodb://user:password@host:27017/database?replicaSet=name, with %-escapes in user and password.'
    throw new errors.HOST_ERR_STORE_OPEN(reason)
  }
}

/** The database that the URL names, or `integration_host`. What makes it safe is set here, where no URL can weaken it. */
export function databaseOf(client: MongoClient, url: string): Db {
  const named = /^mongodb(\+srv)?:\/\/[^/?]*\/[^?]/.test(url)
  return client.db(named ? client.options.dbName : DEFAULT_DATABASE, safety)
}

/**
 * Does `work` with a connection of its own, which sets no time to a statement: an index on a large collection takes
 * its time. As long as the store is away it waits and begins again.
 */
export async function whenThere(options: WaitOptions, work: (db: Db) => Promise<void>): Promise<void> {
  for (;;) {
    options.signal?.throwIfAborted()
    const began = performance.now()
    const failure = await attempt(options, work)
    if (!failure) return
    options.signal?.throwIfAborted()
    if (!isWorthWaiting(failure)) throw explain(failure)
    const line = `The store at ${hostsOf(options.url)} does not answer; waiting for it (${failure.message}).`
    options.log?.warn(line)
    options.onWaiting?.(line)
    const rest = Math.max(0, ATTEMPT_MS - (performance.now() - began))
    await sleep(rest, undefined, options.signal && { signal: options.signal }).catch(() => {})
  }
}

/** The error that ended it, or null. */
async function attempt({ url, signal }: WaitOptions, work: (db: Db) => Promise<void>): Promise<Error | null> {
  const client = makeClient(url, { serverSelectionTimeoutMS: ATTEMPT_MS, socketTimeoutMS: 0, maxPoolSize: 4 })
  const abort = () => void client.close().catch(() => {})
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const db = databaseOf(client, url)
    await requireReplicaSet(db)
    await work(db)
    return null
  } catch (error) {
    return error as Error
  } finally {
    signal?.removeEventListener('abort', abort)
    await client.close().catch(() => {})
  }
}

async function requireReplicaSet(db: Db): Promise<void> {
  const hello = await db.command({ hello: 1 })
  if (hello.maxWireVersion < OLDEST_WIRE_VERSION) {
    throw new errors.HOST_ERR_STORE_OPEN('the MongoDB server is older than 5.0. Upgrade it.')
  }
  if (!hello.setName && hello.msg !== 'isdbgrid') {
    const reason =
      'the MongoDB server is no replica set, so a write that was cut cannot be repeated safely. Start it with --replSet and call rs.initiate() once; one member will do.'
    throw new errors.HOST_ERR_STORE_OPEN(reason)
  }
}

/** A name that does not resolve (yet) is no MongoError. */
function isWorthWaiting(error: Error): boolean {
  return isUnavailable(error) || 'syscall' in error
}

function explain(error: Error): Error {
  const known = error instanceof errors.HOST_ERR_STORE_OPEN || error instanceof errors.HOST_ERR_SCHEMA_NEWER
  if (known || !(error instanceof MongoServerError || error instanceof MongoAPIError)) return error
  return new errors.HOST_ERR_STORE_OPEN(`the MongoDB server refuses: ${error.message}`, { cause: error })
}

/** For people: where the store is, without what is secret in the URL. */
export function hostsOf(url: string): string {
  const { hosts, srvHost } = makeClient(url).options
  return srvHost ?? hosts.map(String).join(',')
}
