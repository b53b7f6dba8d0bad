import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Document, MongoClient } from 'mongodb'
import t, { type Test } from 'tap'
import { type MongoOptions, openMongoStore } from '../../../../plugins/storage/mongodb/open.ts'
import type { Store } from '../../../../plugins/storage/port.ts'
import { startWireServer, type WireServer } from '../../../../scripts/mongo-wire-server.ts'

/** A skip that is seen; none where a server is there, and none in CI, where its absence is a failure. */
function skipWithout(variable: string): { skip?: string } {
  if (process.env[variable] || process.env.CI) return {}
  return { skip: `${variable} is not set` }
}

/** For tests of a store at MONGODB_TEST_URL. */
export const needsStore = skipWithout('MONGODB_TEST_URL')

/** For tests that start and kill servers: MONGODB_TEST_SERVER is the executable. */
export const needsServer = skipWithout('MONGODB_TEST_SERVER')

/** Whether a file without a test of its own to mark may run, in CI always. */
export const storeIsThere = needsStore.skip === undefined

export function tellSkip(): void {
  void t.test('the conformance suite over MongoDB', needsStore, async () => {})
}

function demand(variable: string): string {
  const value = process.env[variable]
  if (!value) throw new Error(`${variable} is not set; in CI these tests are not skipped`)
  return value
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  return url.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/, `$1/${name}`)
}

/** The URL of a database of this test alone, dropped after it; the store's connections bear its name. */
export function freshUrl(t: Test): string {
  const name = `host_test_${randomUUID().replaceAll('-', '')}`
  const url = withParameter(withDatabase(demand('MONGODB_TEST_URL'), name), `appName=${name}`)
  t.teardown(() => withClient(url, client => client.db().dropDatabase()))
  return url
}

function withParameter(url: string, parameter: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${parameter}`
}

/** Opens a store that is closed after the test, before its database is dropped. */
export async function openStore(t: Test, options: MongoOptions): Promise<Store> {
  const store = await openMongoStore(options)
  t.teardown(() => store.close())
  return store
}

export async function withClient<T>(url: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(url)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

/**
 * Makes the server refuse the next commands of these names that come by this URL of `freshUrl`. A server has one such
 * fail point for all its clients, so that no two files that run side by side may use it.
 */
export async function failNext(url: string, failCommands: string[], more: Document, times = 1): Promise<void> {
  const { appName } = new MongoClient(url).options
  const data = { failCommands, appName, ...more }
  await withClient(url, client =>
    client.db('admin').command({ configureFailPoint: 'failCommand', mode: { times }, data })
  )
}

/** A folder for a server's data, removed after the test. */
export async function storageFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mongo-wire-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A server of this test alone, ended after it. */
export async function startServer(t: Test, storage: string, port = 0): Promise<WireServer> {
  const server = await startWireServer({ binary: demand('MONGODB_TEST_SERVER'), storage, port })
  t.teardown(() => server.stop('SIGKILL'))
  return server
}
