import { fork } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { first, installationOf, leased, newId, put, recordOf, write } from '../../../conformance/storage/fixtures.ts'
import { failNext, freshUrl, needsStore, openStore } from './database.ts'

t.test('two processes that claim at once never get the same installation', needsStore, async t => {
  const url = freshUrl(t)
  const store = await openStore(t, { url })
  const wanted = Array.from({ length: 120 }, () => installationOf())
  for (const installation of wanted) await store.installations.tryInsert(installation)
  const processes = ['one', 'two'].map(owner =>
    fork(new URL('./claimer.ts', import.meta.url), [url, owner], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  )
  t.teardown(() => {
    for (const child of processes) child.kill('SIGKILL')
  })
  const next = () => Promise.all(processes.map(child => once(child, 'message')))
  let told = next()
  // Neither has everything before the other has begun.
  for (const word of ['claim', 'go on']) {
    await told
    told = next()
    for (const child of processes) child.send(word)
  }
  const messages = await told
  const claims = messages.map(([ids]) => ids as string[])
  t.same(claims.flat().sort(), wanted.map(installation => installation.id).sort())
  t.ok(
    claims.every(ids => ids.length > 0),
    'both had a share'
  )
})

t.test('claimers without number share what is due, each installation once', needsStore, async t => {
  const store = await openStore(t, { url: freshUrl(t) })
  for (let i = 0; i < 60; i++) await store.installations.tryInsert(installationOf())
  const claimers = Array.from({ length: 30 }, async (_, i) => {
    const ids: string[] = []
    for (let empty = 0; empty < 3; ) {
      const claims = await store.leases.claimDue(`owner-${i}`, 3, 60_000)
      if (claims.length === 0) empty++
      ids.push(...claims.map(claim => claim.lease.installationId))
    }
    return ids
  })
  const ids = (await Promise.all(claimers)).flat()
  t.equal(ids.length, 60)
  t.equal(new Set(ids).size, 60)
})

t.test('a primary that steps down is ridden out', needsStore, async t => {
  const url = freshUrl(t)
  const store = await openStore(t, { url })
  const lease = await leased(store)
  for (const errorCode of [10107, 11600, 189]) {
    await failNext(url, ['insert'], { errorCode, errorLabels: ['RetryableWriteError'] })
    t.same(await put(store, lease, [recordOf(lease, `insert-${errorCode}`)]), [])
    await failNext(url, ['update'], { errorCode, errorLabels: ['RetryableWriteError'] })
    t.equal(await store.leases.tryRenew(lease, 60_000), true)
    await failNext(url, ['findAndModify'], { errorCode, errorLabels: ['RetryableWriteError'] })
    t.match(await store.budgets.take(newId('account'), 1, { requests: 10, perMs: 60_000 }), { granted: 1 })
    await failNext(url, ['find'], { errorCode })
    t.ok(await store.installations.get('acme', lease.installationId))
  }
  const { items } = await store.clients.list('acme', {}, first)
  t.equal(items.length, 3, 'each once')
})

t.test('a write conflict is repeated, or given back as a lost compare-and-set', needsStore, async t => {
  const url = freshUrl(t)
  const store = await openStore(t, { url })
  await store.installations.tryInsert(installationOf())
  await failNext(url, ['findAndModify'], { errorCode: 112 }, 2)
  const [claim] = await store.leases.claimDue('owner', 1, 60_000)
  t.equal(claim?.lease.token, 1)
  await failNext(url, ['update'], { errorCode: 112 })
  t.equal(await store.leases.tryRenew(claim!.lease, 60_000), true)
  const record = recordOf(claim!.lease, '1')
  await put(store, claim!.lease, [record])
  await failNext(url, ['update'], { errorCode: 112 }, 2)
  const again = { id: record.id, expectedRev: 1, record }
  const lost = await write(store, claim!.lease, [again])
  t.same(lost, [record.id], 'nothing was written, so it is named')
  t.same(await write(store, claim!.lease, [again]), [])
})

t.test('a conflict that does not end is an unavailable store, not a hang', needsStore, async t => {
  const url = freshUrl(t)
  const store = await openStore(t, { url })
  const lease = await leased(store)
  await failNext(url, ['update'], { errorCode: 112 }, 6)
  await t.rejects(store.leases.tryRenew(lease, 60_000), { code: 'HOST_ERR_STORE_UNAVAILABLE' })
  t.equal(await store.leases.tryRenew(lease, 60_000), true)
})

t.test('a bulk names exactly those that lost', needsStore, async t => {
  const store = await openStore(t, { url: freshUrl(t) })
  const lease = await leased(store)
  const records = Array.from({ length: 1000 }, (_, i) => recordOf(lease, String(i)))
  await put(
    store,
    lease,
    records.filter((_, i) => i % 10 === 0)
  )
  const lost = await put(store, lease, records)
  t.same(
    [...lost].sort(),
    records
      .filter((_, i) => i % 10 === 0)
      .map(record => record.id)
      .sort()
  )
  t.equal((await store.clients.counts(lease.installationId)).active, 1000)
})

t.test('a write whose majority does not confirm in time is an unavailable store', needsStore, async t => {
  const url = freshUrl(t)
  const store = await openStore(t, { url })
  const lease = await leased(store)
  await failNext(url, ['insert'], { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } })
  await t.rejects(put(store, lease, [recordOf(lease, '1')]), { code: 'HOST_ERR_STORE_UNAVAILABLE' })
})
