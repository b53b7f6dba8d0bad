import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Store } from '../../../../plugins/storage/port.ts'
import { leased, put, recordOf } from '../../../conformance/storage/fixtures.ts'
import { needsServer, openStore, startServer, storageFolder, withDatabase } from './database.ts'

/** Short enough for a test that waits for the driver to give up. */
const impatient = '&serverSelectionTimeoutMS=1500'
const unavailable = { code: 'HOST_ERR_STORE_UNAVAILABLE' }

/** Writes client after client until stopped, each until it is acknowledged; counts what failed on the way. */
function writeOn(store: Store) {
  const acknowledged: string[] = []
  const failures: Error[] = []
  let going = true
  const done = (async () => {
    const lease = await leased(store)
    for (let i = 0; going; i++) {
      const record = recordOf(lease, String(i))
      for (;;) {
        try {
          const lost = await put(store, lease, [record])
          // Lost to itself: an earlier try was applied and its answer cut off.
          if (lost.length > 0 && !(await store.clients.get('acme', record.id))) throw new Error('lost to nobody')
          acknowledged.push(record.id)
          break
        } catch (error) {
          failures.push(error as Error)
        }
      }
    }
  })()
  return {
    acknowledged,
    failures,
    async stop() {
      going = false
      await done
    }
  }
}

/** Waits until so many more are acknowledged. */
async function writes({ acknowledged }: ReturnType<typeof writeOn>, count: number): Promise<void> {
  for (const wanted = acknowledged.length + count; acknowledged.length < wanted; ) await sleep(10)
}

t.test('a server that is killed and started again loses no acknowledged write', needsServer, async t => {
  const storage = await storageFolder(t)
  let server = await startServer(t, storage)
  const { port } = server
  const store = await openStore(t, { url: withDatabase(server.url, 'killed') + impatient })
  const writer = writeOn(store)
  for (let round = 0; round < 2; round++) {
    await writes(writer, 20)
    await server.stop('SIGKILL')
    await t.rejects(store.ping(), unavailable)
    await t.rejects(store.leases.claimDue('other', 1, 1000), unavailable)
    server = await startServer(t, storage, port)
  }
  await writes(writer, 20)
  await writer.stop()
  t.ok(writer.failures.length > 0, 'writes in flight failed')
  t.match(
    writer.failures,
    writer.failures.map(() => unavailable)
  )
  t.ok(writer.failures.every(failure => failure.cause instanceof Error))
  for (const id of writer.acknowledged) {
    if (!(await store.clients.get('acme', id))) t.fail(`${id} was acknowledged and is not there`)
  }
  t.ok(writer.acknowledged.length > 50, String(writer.acknowledged.length))
  await store.ping()
})

t.test('a server that hangs is given up after two heartbeats, and found again', needsServer, async t => {
  const server = await startServer(t, await storageFolder(t))
  const quick = '&heartbeatFrequencyMS=500&connectTimeoutMS=3000'
  const store = await openStore(t, { url: withDatabase(server.url, 'hanging') + impatient + quick })
  const lease = await leased(store)
  server.process.kill('SIGSTOP')
  await t.rejects(store.leases.tryRenew(lease, 60_000), unavailable)
  await t.rejects(store.clients.counts(lease.installationId), unavailable)
  server.process.kill('SIGCONT')
  let renewed: boolean | null = null
  // It may take more than one of these short waits.
  for (let tries = 0; renewed === null && tries < 20; tries++)
    renewed = await store.leases.tryRenew(lease, 60_000).catch(() => null)
  t.equal(renewed, true)
})
