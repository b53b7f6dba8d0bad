import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { createTrail } from '../../../plugins/audit/trail.ts'
import { verifyTrail } from '../../../plugins/audit/verify.ts'
import { createKeyring } from '../../../plugins/sealing/keyring.ts'
import { sealedKey } from '../../../plugins/sealing/sealed-key.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'

const key = Buffer.alloc(32, 7)
const running = new AbortController().signal
const stop = { tenant: 'acme', actor: 'alex', action: 'installation.stop' }

async function openTrail(t: { testdir(): string; teardown(close: () => unknown): void }, clock = { now: new Date() }) {
  const file = join(t.testdir(), 'store.db')
  const store = await openSqliteStore({ url: `file:${file}` })
  t.teardown(() => store.close())
  return {
    file,
    store,
    clock,
    trail: createTrail(
      store.activity,
      key,
      () => clock.now,
      () => {}
    )
  }
}

t.test('entries written at once, by several hosts too, make one chain that verifies', async t => {
  const { file, store, trail, clock } = await openTrail(t)
  const second = await openSqliteStore({ url: `file:${file}` })
  t.teardown(() => second.close())
  const other = createTrail(
    second.activity,
    key,
    () => clock.now,
    () => {}
  )
  await Promise.all(Array.from({ length: 30 }, (_, i) => (i % 2 ? trail : other).record({ ...stop, actor: `a${i}` })))
  t.match(await verifyTrail(store.activity, key, 'acme'), { good: 30, broken: null, head: { seq: 30 } })
  t.same(await verifyTrail(store.activity, key, 'nobody'), { tenant: 'nobody', good: 0, broken: null, head: null })
})

t.test('whatever is changed, taken out, put in or exchanged breaks the chain at that place', async t => {
  const tampers: Record<string, string> = {
    'another actor': `UPDATE activity SET body = json_set(body, '$.actor', 'someone') WHERE seq = 3`,
    'another time': `UPDATE activity SET body = json_set(body, '$.at', '2020-01-01T00:00:00.000Z') WHERE seq = 3`,
    'another outcome': `UPDATE activity SET body = json_set(body, '$.outcome', 'refused') WHERE seq = 3`,
    'another detail': `UPDATE activity SET body = json_set(body, '$.details.count', 1) WHERE seq = 3`,
    'an entry of another tenant': `UPDATE activity SET body = json_set(body, '$.tenant', 'other') WHERE seq = 3`,
    'one gone': 'DELETE FROM activity WHERE seq = 3',
    'the first gone': 'DELETE FROM activity WHERE seq = 1',
    'a forged anchor': "INSERT INTO activity_anchors VALUES ('acme', 2, 'x', 'k', 'forged')",
    'a mac of another entry': `UPDATE activity SET body = json_set(body, '$.mac',
      (SELECT body ->> '$.mac' FROM activity WHERE seq = 2)) WHERE seq = 3`
  }
  for (const [name, statement] of Object.entries(tampers)) {
    const { file, store, trail } = await openTrail(t)
    for (let count = 0; count < 5; count++) await trail.record({ ...stop, details: { count } })
    const sqlite = new DatabaseSync(file)
    sqlite.exec(statement)
    sqlite.close()
    const { broken } = await verifyTrail(store.activity, key, 'acme')
    t.type(broken, 'string', name)
    await store.close()
  }
})

t.test('a cut at the end shows against a head that was told before', async t => {
  const { file, store, trail } = await openTrail(t)
  for (let count = 0; count < 5; count++) await trail.record(stop)
  const { head } = await verifyTrail(store.activity, key, 'acme')
  const sqlite = new DatabaseSync(file)
  sqlite.exec('DELETE FROM activity WHERE seq >= 4')
  sqlite.close()
  const after = await verifyTrail(store.activity, key, 'acme')
  t.equal(after.broken, null)
  t.not(after.head?.seq, head?.seq)
})

t.test('old entries go, and the rest still verifies from its anchor', async t => {
  const clock = { now: new Date('2026-01-01T00:00:00Z') }
  const { store, trail } = await openTrail(t, clock)
  for (let day = 1; day <= 6; day++) {
    clock.now = new Date(`2026-01-0${day}T00:00:00Z`)
    await trail.record(stop)
    await trail.record({ ...stop, tenant: 'other' })
  }
  t.equal(await trail.prune(60 * 3_600_000, running), 2)
  t.same(
    (await store.activity.walk('acme', 0, 10)).map(({ seq }) => seq),
    [4, 5, 6]
  )
  t.match(await verifyTrail(store.activity, key, 'acme'), { good: 3, broken: null, head: { seq: 6 } })
  await trail.record(stop)
  t.match(await verifyTrail(store.activity, key, 'acme'), { good: 4, broken: null, head: { seq: 7 } })
  t.equal(await trail.prune(-1, running), 2)
  await trail.record(stop)
  t.match(await verifyTrail(store.activity, key, 'acme'), { good: 1, broken: null, head: { seq: 8 } })
})

t.test('another key says that it cannot tell', async t => {
  const { store, trail } = await openTrail(t)
  await trail.record(stop)
  t.match((await verifyTrail(store.activity, randomBytes(32), 'acme')).broken, /another key/)
})

t.test('the trail’s key outlives rotation, and two first starts at once agree on it', async t => {
  const { file, store } = await openTrail(t)
  const [old, fresh] = [
    `old:${Buffer.alloc(32, 1).toString('base64')}`,
    `new:${Buffer.alloc(32, 2).toString('base64')}`
  ]
  const keys = await Promise.all([1, 2, 3].map(() => sealedKey(store.meta, createKeyring(old), 'audit-trail')))
  t.ok(keys.every(one => one.equals(keys[0]!)))
  t.ok((await sealedKey(store.meta, createKeyring(`${fresh},${old}`), 'audit-trail')).equals(keys[0]!))
  t.ok((await sealedKey(store.meta, createKeyring(fresh), 'audit-trail')).equals(keys[0]!), 'when the old key is gone')
  await store.close()
  t.notOk(readFileSync(file).includes(keys[0]!.toString('base64')), 'the key is nowhere in clear')
})
