import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { nameKeyOf } from '../../../../plugins/entities/name-key.ts'
import type { Store } from '../../../../plugins/storage/port.ts'
import { endOf, headOf, startOf } from '../../../../plugins/storage/sqlite/client-names.ts'
import { Database } from '../../../../plugins/storage/sqlite/database.ts'
import { openFile } from '../../../../plugins/storage/sqlite/file.ts'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { all, byBytes, first, leased, profileOf, put, recordOf, write } from '../../../conformance/storage/fixtures.ts'

async function open(t: Test): Promise<{ store: Store; folder: string }> {
  const folder = t.testdir()
  const store = await openSqliteStore({ url: `file:${join(folder, 'store.db')}` })
  t.teardown(() => store.close())
  return { store, folder }
}

const named = (name: string) => ({ profile: profileOf(name), nameKey: nameKeyOf(name) })
const names = (items: readonly { profile: { name: string } }[]) => items.map(item => item.profile.name)

t.test('the head of a name keeps the order of names, and it lies between its start and its end', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('', 'a', 'ab', 'abc', 'abc😀', 'abc\uff5e', 'ab東', 'aб東', '東京', '😀', '\ue000', 'a\ufffd')
  )
  fc.assert(
    fc.property(text.map(nameKeyOf), text.map(nameKeyOf), (a, b) => {
      const order = byBytes(a, b)
      const heads = headOf(a) - headOf(b)
      return (
        (order < 0 ? heads <= 0 : order > 0 ? heads >= 0 : heads === 0) &&
        byBytes(startOf(headOf(a)), a) <= 0 &&
        byBytes(endOf(headOf(a)), a) >= 0
      )
    }),
    { numRuns: 2000 }
  )
})

t.test('matches that stand far behind each other in a long list are found in its order', async t => {
  const { store } = await open(t)
  const lease = await leased(store)
  // More with one beginning than a search asks for at once, few of them with the word, and matches before and after.
  const list = Array.from({ length: 3000 }, (_, i) => {
    const number = String(i).padStart(4, '0')
    return i < 10
      ? `Alpha ${number} Rare`
      : `Same ${number} ${i % 100 === 0 ? 'Rare' : i % 3 === 0 ? 'Often' : 'Plain'}`
  })
  list.push('Zulu Rare Often', 'Zulu Often')
  for (let at = 0; at < list.length; at += 1000) {
    await put(
      store,
      lease,
      list.slice(at, at + 1000).map((name, i) => recordOf(lease, String(at + i), named(name)))
    )
  }
  for (const words of [['rare'], ['often'], ['r'], ['rare', 'same'], ['rare', 'often'], ['zulu'], ['2', 'plain']]) {
    const expected = list
      .filter(name => words.every(word => new RegExp(`\\b${word}`, 'i').test(name)))
      .toSorted((a, b) => byBytes(nameKeyOf(a), nameKeyOf(b)))
    for (const limit of [1, 7, 100]) {
      const found = await all(limit, page => store.clients.list('acme', { search: words.join(' ') }, page))
      t.same(names(found), expected, `${words} by ${limit}`)
    }
  }
})

t.test('a search by status finds those of that status among many others', async t => {
  const { store } = await open(t)
  const lease = await leased(store)
  await put(
    store,
    lease,
    Array.from({ length: 900 }, (_, i) =>
      recordOf(lease, String(i), {
        ...named(`Client ${String(i).padStart(3, '0')}`),
        status: i % 300 === 7 ? 'gone' : i % 300 === 8 ? 'inactive' : 'active'
      })
    )
  )
  const found = async (status: 'active' | 'inactive' | 'gone', limit: number) =>
    names(await all(limit, page => store.clients.list('acme', { search: 'client', status }, page)))
  t.same(await found('gone', 1), ['Client 007', 'Client 307', 'Client 607'])
  t.same(await found('inactive', 2), ['Client 008', 'Client 308', 'Client 608'])
  t.equal((await found('active', 50)).length, 894)
  const [seven] = (await store.clients.list('acme', { search: '007' }, first)).items
  await put(store, lease, [{ ...seven!, status: 'active' }])
  t.same(await found('gone', 1), ['Client 307', 'Client 607'])
  t.equal((await found('active', 50)).length, 895)
})

t.test(
  'an installation that is removed leaves no word of its clients and no trace of its connection in the file',
  async t => {
    const { store, folder } = await open(t)
    const [kept, lease] = [await leased(store), await leased(store)]
    await put(store, kept, [recordOf(kept, '1', named('Staying Company'))])
    for (let at = 0; at < 3000; at += 500) {
      await put(
        store,
        lease,
        Array.from({ length: 500 }, (_, i) =>
          recordOf(lease, String(at + i), named(`Qzsecret${at + i} Vxword Company`))
        )
      )
    }
    const bytes = async () => {
      const files = (await readdir(folder)).map(name => readFile(join(folder, name), 'latin1'))
      return (await Promise.all(files)).join().toLowerCase()
    }
    t.match(await bytes(), 'qzsecret')
    for (;;) {
      const records = await store.clients.listOfInstallation(lease.installationId, 500)
      if (records.length === 0) break
      await write(
        store,
        lease,
        records.map(({ id, rev }) => ({ id, expectedRev: rev, record: null }))
      )
    }
    await store.installations.remove('acme', lease.installationId)
    t.same(names((await store.clients.list('acme', { search: 'company' }, first)).items), ['Staying Company'])
    await store.close()
    const left = await bytes()
    t.match(left, 'staying')
    for (const word of ['qzsec', 'vxwor', lease.connectionId]) t.notMatch(left, word)
  }
)

t.test('a read is of one state of the file, whatever is written while it is put together', async t => {
  const path = join(t.testdir(), 'store.db')
  const [reading, writing] = [openFile(path), openFile(path)]
  const [reader, writer] = [new Database(reading), new Database(writing)]
  t.teardown(() => {
    reader.close()
    writer.close()
  })
  const count = () => reader.one('SELECT count(*) AS count FROM meta')!.count
  const before = count()
  await reader.read(() => {
    t.equal(count(), before)
    writer.run("INSERT INTO meta (key, value) VALUES ('k', 'v')")
    t.equal(count(), before)
  })
  t.equal(count(), before + 1)
  await t.rejects(
    reader.read(() => {
      throw new Error('no')
    }),
    { message: 'no' }
  )
  t.notOk(reading.isTransaction)
})
