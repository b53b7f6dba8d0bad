import fc from 'fast-check'
import t from 'tap'
import { Cursors } from '../../../plugins/storage/cursor.ts'

const refused = { code: 'HOST_ERR_BAD_CURSOR' }
const cursors = new Cursors(Buffer.alloc(32, 7))

t.test('a cursor gives back its position, and fits into a URL as it is', async () => {
  const position = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 2 })
  fc.assert(
    fc.property(position, texts => {
      const cursor = cursors.encode('runs', texts)
      const back = cursors.decode('runs', cursor)
      return encodeURIComponent(cursor) === cursor && JSON.stringify(back) === JSON.stringify(texts)
    })
  )
})

t.test('no cursor is the beginning', async t => {
  t.equal(cursors.decode('runs', null), null)
})

t.test('a cursor of another list, of another store, changed or made up is refused', async t => {
  const good = cursors.encode('runs', ['a', 'b'])
  const changed = Buffer.from(good, 'base64url')
  changed[changed.length - 1]! ^= 1
  const bad = [
    cursors.encode('rejects', ['a', 'b']),
    new Cursors(Buffer.alloc(32, 8)).encode('runs', ['a', 'b']),
    changed.toString('base64url'),
    good.slice(0, -4),
    Buffer.from(JSON.stringify(['runs', 'a', 'b'])).toString('base64url'),
    '',
    '===',
    'a b',
    'ÿ',
    'AAAA',
    'x'.repeat(20_000)
  ]
  for (const cursor of bad) t.throws(() => cursors.decode('runs', cursor), refused, cursor.slice(0, 30))
})

t.test('a cursor shows nothing of its position, and never twice the same', async t => {
  const made = Array.from({ length: 2 }, () => cursors.encode('clients-nameKey', ['acme widgets', 'cli_1']))
  t.not(made[0], made[1])
  for (const cursor of made) t.notMatch(Buffer.from(cursor, 'base64url').toString('latin1'), /acme|cli/)
})

t.test('a listing has a next cursor only if there is more', async t => {
  const positionOf = (item: string) => [item]
  const whole = { items: ['a', 'b'], more: false }
  t.same(cursors.listing('runs', whole, positionOf), { items: ['a', 'b'], nextCursor: null })
  const { items, nextCursor } = cursors.listing('runs', { ...whole, more: true }, positionOf)
  t.same(items, ['a', 'b'])
  t.same(cursors.decode('runs', nextCursor), ['b'])
})
