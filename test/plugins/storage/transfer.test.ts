import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openMongoStore } from '../../../plugins/storage/mongodb/open.ts'
import type { Installation, Store } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { leased, put, recordOf } from '../../conformance/storage/fixtures.ts'
import { fill, readAll, sameAnswers, sections } from '../../conformance/storage/transfer.ts'
import { freshUrl, needsStore } from './mongodb/database.ts'

const root = join(import.meta.dirname, '../../..')

/** A program of the checkout as its own process. */
async function run(script: string, values: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [script, ...values], { cwd: root, env: { PATH: process.env.PATH, ...env } })
  let [out, errors] = ['', '']
  child.stdout.on('data', chunk => {
    out += chunk
  })
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, out, errors }
}

const migrate = (from: string, to: string, env: Record<string, string> = {}) =>
  run('scripts/migrate-store.ts', ['--from', from, '--to', to], env)

async function open(t: Test, url: string): Promise<Store> {
  const store = await (url.startsWith('file:') ? openSqliteStore({ url }) : openMongoStore({ url }))
  t.teardown(() => store.close())
  return store
}

const fileUrl = (t: Test, name: string) => `file:${join(t.testdirName, name)}`

/** A store in a file that `fill` has filled, with 1,300 clients more, and no lease. */
async function makeSource(t: Test) {
  t.testdir()
  const url = fileUrl(t, 'source.db')
  const store = await open(t, url)
  const { lease, foreign, run } = await fill(store)
  for (const from of [100, 750]) {
    await put(
      store,
      lease,
      Array.from({ length: 650 }, (_, i) => recordOf(lease, String(from + i)))
    )
  }
  for (const each of [lease, foreign]) await store.leases.tryRelease(each, { dueInMs: 3_600_000, failures: 2 })
  return { url, store, lease, run }
}

/** Every document is the same, but that installations are free and have new tokens. */
async function sameDocuments(t: Test, source: Store, target: Store) {
  for (const section of sections) {
    const expected = (await readAll(source, section)).map(({ key, document }) => {
      if (section !== 'installations') return { key, document }
      const installation = document as Installation
      const leap = { token: installation.token + 1_000_000, leaseOwner: null, leaseUntil: null }
      return { key, document: { ...installation, ...leap } }
    })
    t.same(await readAll(target, section), expected, section)
  }
}

async function movesWhole(t: Test, targetUrl: string) {
  const { url, store, lease, run: receipt } = await makeSource(t)
  const { code, out, errors } = await migrate(url, targetUrl)
  t.equal(code, 0, errors)
  t.match(out, /^clients +\| 1326 +\| 1326 +\| yes$/m)
  t.match(out, /^installations +\| 2 +\| 2 +\| yes$/m)
  const target = await open(t, targetUrl)
  await sameDocuments(t, store, target)
  await sameAnswers(t, store, target, lease.installationId, receipt.id)
}

async function survivesKills(t: Test, targetUrl: string) {
  const { url, store, lease, run: receipt } = await makeSource(t)
  let kills = 0
  for (;;) {
    // The sixth write keeps the position of the fifth.
    const attempt = await run('test/plugins/storage/killed-transfer.ts', [url, targetUrl, kills % 2 ? '5' : '6'])
    if (attempt.signal !== 'SIGKILL') {
      t.equal(attempt.code, 0, attempt.errors)
      break
    }
    kills++
    if (kills > 12) return t.fail('it does not go on')
  }
  t.ok(kills >= 3, `killed ${kills} times`)
  const target = await open(t, targetUrl)
  await sameDocuments(t, store, target)
  await sameAnswers(t, store, target, lease.installationId, receipt.id)
  const again = await migrate(url, targetUrl)
  t.match(again, { code: 0, out: /ended well at .*; nothing was written/ })
}

t.test('a file moves into another file, every document as it was', t => movesWhole(t, fileUrl(t, 'target.db')))

t.test('a file moves into MongoDB, every document as it was', needsStore, t => movesWhole(t, freshUrl(t)))

t.test('MongoDB moves into a file, every document as it was', needsStore, async t => {
  const between = freshUrl(t)
  const { url, store } = await makeSource(t)
  t.equal((await migrate(url, between)).code, 0)
  const { code, errors } = await migrate(between, fileUrl(t, 'back.db'))
  t.equal(code, 0, errors)
  const [middle, back] = [await open(t, between), await open(t, fileUrl(t, 'back.db'))]
  await sameDocuments(t, middle, back)
  t.same(await readAll(back, 'clients'), await readAll(store, 'clients'))
  t.same(await readAll(back, 'connections'), await readAll(store, 'connections'))
})

t.test('a move that is killed again and again goes on where it was', t => survivesKills(t, fileUrl(t, 'target.db')))

t.test('a move into MongoDB that is killed again and again goes on where it was', needsStore, t =>
  survivesKills(t, freshUrl(t))
)

t.test('a source in use is not moved', async t => {
  const { url, store } = await makeSource(t)
  const lease = await leased(store)
  t.match(await migrate(url, fileUrl(t, 'target.db')), { code: 1, errors: /source is in use: 1 of its installations/ })
  await store.leases.tryRelease(lease, { dueInMs: 0, failures: 0 })
  t.equal((await migrate(url, fileUrl(t, 'target.db'))).code, 0)
})

t.test('a source that was used between two attempts is not moved into the same target', async t => {
  const { url, store } = await makeSource(t)
  const targetUrl = fileUrl(t, 'target.db')
  t.equal((await run('test/plugins/storage/killed-transfer.ts', [url, targetUrl, '4'])).signal, 'SIGKILL')
  const [claim] = await store.leases.claimDue('owner', 1, 60_000).then(async claims => {
    t.same(claims, [], 'nothing is due yet')
    const { document } = (await readAll(store, 'installations'))[0]!
    await store.installations.tryUpdate(document.tenant, document.id, document.rev, { dueInMs: 0 })
    return store.leases.claimDue('owner', 1, 60_000)
  })
  await store.leases.tryRelease(claim!.lease, { dueInMs: null, failures: 0 })
  t.match(await migrate(url, targetUrl), { code: 1, errors: /source has changed since this migration began/ })
})

t.test('a target with anything of its own, or of another source, stays as it is', async t => {
  const { url } = await makeSource(t)
  const target = await open(t, fileUrl(t, 'target.db'))
  await target.meta.putIfAbsent('key-check:k9', 'BBBB')
  const refused = await migrate(url, fileUrl(t, 'target.db'))
  t.match(refused, { code: 1, errors: /holds data \(meta\) that did not come from this migration/ })
  for (const section of sections) t.equal(await target.transfer.count(section), section === 'meta' ? 1 : 0, section)

  t.equal((await migrate(url, fileUrl(t, 'moved.db'))).code, 0)
  const other = await open(t, fileUrl(t, 'other.db'))
  await leased(other).then(lease => other.leases.tryRelease(lease, { dueInMs: 0, failures: 0 }))
  const mixed = await migrate(fileUrl(t, 'other.db'), fileUrl(t, 'moved.db'))
  t.match(mixed, { code: 1, errors: /migrated from another store/ })
  t.match(await migrate(url, url), { code: 1, errors: /the same store/ })
  await open(t, fileUrl(t, 'empty.db'))
  t.match(await migrate(fileUrl(t, 'empty.db'), fileUrl(t, 'new.db')), { code: 1, errors: /source is empty/ })
})

t.test('a target that has been used since says that it differs, and is not written to', async t => {
  const { url } = await makeSource(t)
  const targetUrl = fileUrl(t, 'target.db')
  t.equal((await migrate(url, targetUrl)).code, 0)
  const target = await open(t, targetUrl)
  await leased(target).then(lease => target.leases.tryRelease(lease, { dueInMs: 0, failures: 0 }))
  const before = await readAll(target, 'installations')
  const { code, out, errors } = await migrate(url, targetUrl)
  t.equal(code, 1)
  t.match(out, /^installations +\| 2 +\| 3 +\| NO$/m)
  t.match(errors, /differ now/)
  t.same(await readAll(target, 'installations'), before)
})

t.test('what cannot be understood or is not there is refused, and no password is repeated', async t => {
  t.testdir()
  const secret = 'hunter2-fake'
  const away = `mongodb://me:${secret}@127.0.0.1:1/host?serverSelectionTimeoutMS=100&appName=${secret}`
  const missing = fileUrl(t, 'missing.db')
  const cases: [string[], Record<string, string>, RegExp][] = [
    [[], {}, /^Usage: /],
    [['--from', missing], {}, /^Usage: /],
    [['--from', missing, away], {}, /^Usage: /],
    [['--from', missing, '--to', away, '--force'], {}, /^Usage: /],
    [['--from', `mysql://me:${secret}@127.0.0.1/`, '--to', missing], {}, /^Usage: /],
    [['--from', missing, '--to', 'env:NOT_SET'], {}, /^Usage: /],
    [['--from', missing, '--to', 'env:TARGET'], { TARGET: away }, /^There is no file:.*missing\.db to migrate from/],
    [['--from', `mongodb://me:${secret}@/`, '--to', missing], {}, /URL cannot be read/]
  ]
  for (const [values, env, said] of cases) {
    const { code, out, errors } = await run('scripts/migrate-store.ts', values, env)
    t.equal(code, 1)
    t.match(errors, said)
    t.notMatch(out + errors, secret)
  }
  t.notOk(existsSync(join(t.testdirName, 'missing.db')), 'a source is never made')
})
