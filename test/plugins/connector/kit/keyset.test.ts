import t from 'tap'
import { SourceUnavailable, SourceUnreadable } from '../../../../plugins/connector/contract.ts'
import { type PageAsk, readAll, readSome, scan } from '../../../../plugins/connector/kit/index.ts'
import { type Faults, listOfRows, numbered } from './shelves.ts'

const idsOf = ({ records }: { records: readonly { id: string }[] }) => records.map(({ id }) => Number(id))
const pagesOf = async (...given: Parameters<typeof listOfRows>) => {
  const pages = []
  for await (const page of scan(listOfRows(...given))) pages.push(page)
  return pages
}

t.test('a list is read in the order of ids, to its end and no further', async t => {
  for (const tells of [false, true])
    for (const count of [0, 1, 9, 10, 11, 35]) {
      const asked: PageAsk[] = []
      const found = await readAll(listOfRows(() => numbered(count, 7), asked, { tells }))
      t.strictSame(
        idsOf(found),
        numbered(count, 7).map(({ id }) => id)
      )
      // Without a word of the vendor's a full page means more.
      const pages = tells ? Math.max(1, Math.ceil(count / 10)) : Math.floor(count / 10) + 1
      // An empty page where more was promised is asked for again.
      t.equal(asked.length, !tells && count > 0 && count % 10 === 0 ? pages + 1 : pages, `${count} rows`)
    }
})

t.test('it goes on after an id, and says how far it has come', async t => {
  const pages = await pagesOf(() => numbered(25))
  t.strictSame(
    pages.map(({ through, more }) => [through, more]),
    [
      [10, true],
      [20, true],
      [25, false]
    ]
  )
  const rest = []
  for await (const page of scan(
    listOfRows(() => numbered(25)),
    20
  ))
    rest.push(...idsOf(page))
  t.strictSame(rest, [21, 22, 23, 24, 25])
})

t.test('ids are text whatever was sent, and an entry without one is unusable', async t => {
  const rows = [{ id: '3' }, { id: 4 }, { name: 'nobody' }, { id: 1.5 }, 'text', null]
  const { records, unusable } = await readAll(listOfRows(() => [], [], { instead: () => rows }))
  t.strictSame(
    records.map(({ id }) => id),
    ['3', '4']
  )
  t.equal(unusable.length, 4)
})

t.test('a record that makes its page fail is found and unusable, the rest comes', async t => {
  for (const bad of [[1], [10], [17, 18], [25]]) {
    const asked: PageAsk[] = []
    const found = await readAll(listOfRows(() => numbered(25), asked, { bad }))
    t.strictSame(
      idsOf(found),
      numbered(25)
        .map(({ id }) => id)
        .filter(id => !bad.includes(id as number))
    )
    t.match(
      found.unusable,
      bad.map(id => ({ id: String(id), reason: /cannot be sent/ }))
    )
    t.ok(asked.length < 30 && asked.some(({ attempts }) => attempts === 1), `${asked.length} questions`)
  }
})

t.test('a vendor that answers nothing at all is not taken for one bad record', async t => {
  const list = listOfRows(() => numbered(25))
  const dead = { ...list, page: async () => Promise.reject(new SourceUnavailable('down', { status: 502 })) }
  await t.rejects(readAll(dead), { message: 'down' })
  const refused = {
    ...list,
    page: async () => Promise.reject(new SourceUnavailable('later', { throttled: true, status: 429 }))
  }
  await t.rejects(readAll(refused), { code: 'HOST_ERR_SOURCE_THROTTLED' }, 'and no other failure is looked into')
})

t.test('pages that are too large are asked for smaller from then on', async t => {
  const asked: PageAsk[] = []
  const list = { ...listOfRows(() => numbered(300), asked, { mostRows: 40 }), fullPage: 100 }
  t.equal((await readAll(list)).records.length, 300)
  t.equal(asked.filter(({ size }) => size === 100).length, 1)
  t.equal(list.pageSizes.get('Desk tickets'), 10)
})

t.test('rows that come again, lead nowhere or were not asked for end the read', async t => {
  const cases: [string, Faults][] = [
    ['twice', { instead: rows => rows.flatMap(row => [row, row]) }],
    ['backwards', { instead: rows => rows.toReversed() }],
    ['the first page again', { instead: (rows, page) => (page === 0 ? rows : numbered(10)) }],
    ['no list', { instead: () => ({ items: [] }) }],
    ['a promise of more after nothing', { tells: true, instead: (rows, page) => (page === 0 ? rows : []) }]
  ]
  for (const [name, faults] of cases)
    await t.rejects(
      pagesOf(() => numbered(25), [], faults),
      SourceUnreadable,
      name
    )
  const wanted = ({ id }: { id: string }) => Number(id) < 20
  await t.rejects(
    pagesOf(() => numbered(25), [], {}, { wanted }),
    { message: /not asked for/ }
  )
  t.equal((await pagesOf(() => numbered(19), [], {}, { wanted })).length, 2)
})

t.test('an odd emptiness is asked for once more: where more was promised, or where nothing would be odd', async t => {
  const once = (page: number) => (rows: readonly object[], at: number) => (at === page ? [] : rows)
  const found = await readAll(listOfRows(() => numbered(15), [], { instead: once(1) }))
  t.equal(found.records.length, 15)
  t.equal((await readAll(listOfRows(() => numbered(5), [], { instead: once(0) }))).records.length, 0)
  const sure = listOfRows(() => numbered(5), [], { instead: once(0) }, { neverEmpty: true })
  t.equal((await readAll(sure)).records.length, 5)
})

t.test('what a record lacks makes it unusable; if all of ten lack it, it is asked for once more', async t => {
  const lacks = ({ name }: Record<string, unknown>) => (name === undefined ? 'It has no name.' : undefined)
  const nameless = (at: number) => (rows: readonly Record<string, unknown>[], page: number) =>
    page === at ? rows.map(({ id }) => ({ id })) : rows
  const again = await readAll(listOfRows(() => numbered(10), [], { instead: nameless(0), tells: true }, { lacks }))
  t.strictSame([again.records.length, again.unusable.length], [10, 0])
  const few = await readAll(listOfRows(() => numbered(9), [], { instead: nameless(0) }, { lacks }))
  t.strictSame([few.records.length, few.unusable.length], [0, 9])
  t.match(few.unusable[0], { id: '1', reason: 'It has no name.', payload: { id: '1' } })
})

t.test('a sample is one page', async t => {
  const asked: PageAsk[] = []
  t.equal(
    (
      await readSome(
        listOfRows(() => numbered(25), asked),
        3
      )
    ).length,
    3
  )
  t.match(asked, [{ after: 0, size: 3, idsOnly: false }])
})
