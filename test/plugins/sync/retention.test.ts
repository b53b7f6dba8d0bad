import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import fp from 'fastify-plugin'
import t, { type Test } from 'tap'
import type { Store } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { pruneOld, retentionPlugin } from '../../../plugins/sync/retention.ts'
import { schedulePlugin } from '../../../plugins/sync/schedule.ts'
import { buildTestHost } from '../../build-test-host.ts'
import { leased, noCounts } from '../../conformance/storage/fixtures.ts'

const running = new AbortController().signal

async function openStore(t: Test): Promise<Store> {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  return store
}

/** An installation with ended runs; ids, oldest first. */
async function withRuns(store: Store, count: number): Promise<{ installationId: string; ids: string[] }> {
  const { tenant, installationId, token } = await leased(store)
  const ids = []
  for (let number = 0; number < count; number++) {
    const id = `run_${String(number).padStart(6, '0')}${randomUUID()}`
    const at = new Date().toISOString()
    const run = { id, tenant, installationId, token, mode: 'incremental', status: 'succeeded' } as const
    const source = { count: null, requests: 1, throttled: 0, bytes: 10 }
    const told = { took: {}, oldestLookSeconds: null, notes: [], reconciliation: null, error: null }
    const rest = { continues: null, leftOutBy: {}, ...told, counts: noCounts, source }
    await store.runs.insert({ ...run, ...rest, startedAt: at, endedAt: at, progress: { read: 0, expected: null } })
    ids.push(id)
  }
  return { installationId, ids }
}

const stored = async (store: Store, installationId: string) =>
  (await store.runs.list('acme', installationId, { limit: 500, cursor: null })).items.map(({ id }) => id)

t.test('runs that are old enough go, batch after batch; younger ones stay', async t => {
  const store = await openStore(t)
  const { installationId, ids } = await withRuns(store, 450)
  t.same(await pruneOld(store.runs, 60_000, running), { pruned: 0, more: false })
  t.equal((await stored(store, installationId)).length, ids.length)
  await new Promise(resolve => setTimeout(resolve, 5))
  t.same(await pruneOld(store.runs, 1, running), { pruned: 450, more: false })
  t.same(await stored(store, installationId), [])
})

t.test('a pass that is told to end does so after the batch it is at', async t => {
  const store = await openStore(t)
  const { installationId } = await withRuns(store, 450)
  await new Promise(resolve => setTimeout(resolve, 5))
  const ending = new AbortController()
  const pass = pruneOld(store.runs, 1, ending.signal)
  ending.abort()
  t.same(await pass, { pruned: 200, more: true })
  t.equal((await stored(store, installationId)).length, 250)
})

/** The plugin over a real store and schedule, with its times as given. */
async function schedule(t: Test, store: Store, options: Parameters<typeof retentionPlugin>[1]) {
  const fastify = Fastify()
  t.teardown(() => fastify.close())
  fastify.decorate('config', { runsKeepMs: 1 } as any)
  fastify.decorate('store', store)
  for (const name of ['env', 'storage']) await fastify.register(fp(async () => {}, { name }))
  await fastify.register(schedulePlugin, { tick: async () => {} })
  await fastify.register(retentionPlugin, options)
  await fastify.ready()
  return fastify
}

t.test('the scheduler’s own job removes old runs, and goes on after a store that was away', async t => {
  const store = await openStore(t)
  const first = await withRuns(store, 3)
  let away = 2
  const failing: Store = {
    ...store,
    runs: {
      ...store.runs,
      prune: async (...values) => {
        if (away-- > 0) throw new Error('the store does not answer')
        return store.runs.prune(...values)
      }
    }
  }
  const fastify = await schedule(t, failing, { lookEveryMs: 5, firstAfterMs: 0, everyMs: 1 })
  t.ok(fastify.scheduler.existsById('retention'))
  while ((await stored(store, first.installationId)).length > 0) await new Promise(resolve => setTimeout(resolve, 5))
  t.ok(away < 0)
  const second = await withRuns(store, 3)
  while ((await stored(store, second.installationId)).length > 0) await new Promise(resolve => setTimeout(resolve, 5))
})

t.test('nothing is removed in the first minutes after a start', async t => {
  const store = await openStore(t)
  const { installationId, ids } = await withRuns(store, 3)
  await schedule(t, store, { lookEveryMs: 1 })
  await new Promise(resolve => setTimeout(resolve, 50))
  t.equal((await stored(store, installationId)).length, ids.length)
})

t.test('RUNS_KEEP is 30 days, at least an hour, and every host looks after it', async t => {
  const { host } = await buildTestHost(t)
  t.equal(host.config.runsKeepMs, 30 * 24 * 3_600_000)
  t.ok(host.scheduler.existsById('retention'))
  await t.rejects(buildTestHost(t, { env: { RUNS_KEEP: '59m' } }), { message: /^RUNS_KEEP must be/ })
})
