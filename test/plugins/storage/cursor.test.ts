import fc from 'fast-check'
import t from 'tap'
import { decodeCursor, encodeCursor, toListing } from '../../../plugins/storage/cursor.ts'

const refused = { code: 'HOST_ERR_BAD_CURSOR' }

t.test('a cursor gives back its position, and fits into a URL as it is', async () => {
  const position = fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 2 })
  fc.assert(
    fc.property(position, texts => {
      const cursor = encodeCursor('clients', texts)
      const back = decodeCursor('clients', cursor, 2)
      return encodeURIComponent(cursor) === cursor && JSON.stringify(back) === JSON.stringify(texts)
    })
  )
})

t.test('no cursor is the beginning', async t => {
  t.equal(decodeCursor('clients', null, 2), null)
})

t.test('a cursor of another list, of another shape, or no cursor at all is refused', async t => {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const bad = [
    encodeCursor('runs', ['a', 'b']),
    encodeCursor('clients', ['a']),
    encodeCursor('clients', ['a', 'b', 'c']),
    json(['clients', 'a', 1]),
    json(['clients', 'a', { $gt: '' }]),
    json({ 0: 'clients', length: 3 }),
    json(null),
    '',
    '===',
    'a b',
    'ÿ',
    'x'.repeat(20_000)
  ]
  for (const cursor of bad) t.throws(() => decodeCursor('clients', cursor, 2), refused, cursor.slice(0, 30))
})

t.test('a listing has a next cursor only if there is more', async t => {
  const positionOf = (item: string) => [item]
  t.same(toListing('runs', ['a', 'b'], 2, positionOf), { items: ['a', 'b'], nextCursor: null })
  const { items, nextCursor } = toListing('runs', ['a', 'b', 'c'], 2, positionOf)
  t.same(items, ['a', 'b'])
  t.same(decodeCursor('runs', nextCursor, 1), ['b'])
})
