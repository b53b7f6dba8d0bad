import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import type { Test } from 'tap'
import { matchesWords, nameKeyOf, wordsOf } from '../../../plugins/entities/name-key.ts'
import { all, allBackwards, byBytes, first, leased, type Open, profileOf, put, recordOf } from './fixtures.ts'

export async function clientSearchCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const named = (name: string) => ({ profile: profileOf(name), nameKey: nameKeyOf(name) })

  await t.test('every word begins a word of the name; case and accents do not matter', async t => {
    const tenant = 'search'
    const lease = await leased(store, { tenant })
    const names = ['Café Müller', 'Muller & Sons', 'Mull', 'Łódź Sons (24-7)', "O'Brien.*%_ Ltd", '100% Pure_']
    await put(
      store,
      lease,
      names.map((name, i) => recordOf(lease, String(i), named(name)))
    )
    const found = async (search: string) =>
      (await store.clients.list(tenant, { search }, first)).items.map(item => item.profile.name)
    t.same(await found('MULLER'), ['Café Müller', 'Muller & Sons'])
    t.same(await found('müll'), ['Café Müller', 'Mull', 'Muller & Sons'])
    t.same(await found('sons mul'), ['Muller & Sons'])
    t.same(await found('  mul   caf '), ['Café Müller'])
    t.same(await found('lodz'), ['Łódź Sons (24-7)'])
    t.same(await found('7'), ['Łódź Sons (24-7)'])
    t.same(await found("o'brien"), ["O'Brien.*%_ Ltd"])
    t.same(await found('uller'), [], 'the middle of a word is not its beginning')
    t.same(await found('mull mull'), ['Café Müller', 'Mull', 'Muller & Sons'])
    t.same(await found('mullerx'), [])
    t.same(await found('1%'), ['100% Pure_'], 'signs are no words')
  })

  await t.test('a search without a word finds nothing', async t => {
    const lease = await leased(store, { tenant: 'wordless' })
    await put(store, lease, [recordOf(lease, '1', named('Alpha % Beta'))])
    for (const search of ['', ' ', '%', '.*', '&', '_', '\u0301']) {
      t.same((await store.clients.list('wordless', { search }, first)).items, [], JSON.stringify(search))
    }
  })

  await t.test('a search pages in name order', async t => {
    const tenant = 'search-pages'
    const lease = await leased(store, { tenant })
    // One beginning longer than any index keeps, so that order must come from the whole name.
    const long = 'common beginning of a name that is rather long '
    const names = Array.from({ length: 30 }, (_, i) => `${long}${String((i * 7) % 30).padStart(2, '0')}`)
    await put(
      store,
      lease,
      names.map((name, i) => recordOf(lease, String(i), named(name)))
    )
    const found = await all(4, page => store.clients.list(tenant, { search: 'beg comm' }, page))
    t.same(
      found.map(item => item.profile.name),
      names.toSorted()
    )
  })

  await t.test('a search finds what many names of the same beginning stand before', async t => {
    const tenant = 'search-far'
    const lease = await leased(store, { tenant })
    const numbered = (text: string, count: number) => Array.from({ length: count }, (_, i) => `${text} ${100 + i}`)
    const others = numbered('same beginning, another word', 90)
    const wanted = [...numbered('same beginning, wanted', 20), ...numbered('same beginning, wantedly', 20)]
    await put(
      store,
      lease,
      [...wanted, ...others].map((name, i) => recordOf(lease, String(i), named(name)))
    )
    for (const search of ['wanted', 'want', 'beg wanted']) {
      const found = await all(1, page => store.clients.list(tenant, { search }, page))
      t.same(
        found.map(item => item.profile.name),
        wanted,
        search
      )
      t.same(await allBackwards(3, page => store.clients.list(tenant, { search }, page)), found, `${search}, backwards`)
    }
  })

  await t.test('a name of 10,000 characters is stored, listed and found', async t => {
    const tenant = 'long-names'
    const lease = await leased(store, { tenant })
    const name = `Quite ${'very '.repeat(1000)}${'x'.repeat(4994)}`
    await put(store, lease, [recordOf(lease, '1', named(name)), recordOf(lease, '2', named(name))])
    const found = await all(1, page => store.clients.list(tenant, { search: 'qui very' }, page))
    t.same(
      found.map(item => item.profile.name),
      [name, name]
    )
    t.same((await all(1, page => store.clients.list(tenant, {}, page))).length, 2)
  })

  await t.test('a search finds what the words say, for any names', async () => {
    const word = fc.constantFrom('alpha', 'alp', 'al', 'beta', 'béta', 'b', 'Ωmega', 'x1', '1', '東京', '東', '-', '😀')
    const name = fc.array(word, { minLength: 1, maxLength: 4 }).map(words => words.join(' '))
    let round = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(name, { maxLength: 20 }),
        fc.array(name, { minLength: 3, maxLength: 3 }),
        async (names, searches) => {
          const tenant = `searched-${++round}`
          const lease = await leased(store, { tenant })
          const records = names.map((text, i) => recordOf(lease, String(i), named(text)))
          await put(store, lease, records)
          for (const search of searches) {
            const words = wordsOf(nameKeyOf(search))
            const expected = records
              .filter(record => matchesWords(record.nameKey, words))
              .sort((a, b) => byBytes(a.nameKey, b.nameKey) || byBytes(a.id, b.id))
            const found = await all(6, page => store.clients.list(tenant, { search }, page))
            deepEqual(
              found.map(record => record.id),
              expected.map(record => record.id)
            )
            const back = await allBackwards(6, page => store.clients.list(tenant, { search }, page))
            deepEqual(back, found)
          }
        }
      ),
      { numRuns: 20 }
    )
  })
}
