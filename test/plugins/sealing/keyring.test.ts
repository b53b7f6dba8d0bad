import fc from 'fast-check'
import t from 'tap'
import { createKeyring } from '../../../plugins/sealing/keyring.ts'
import type { Sealed } from '../../../plugins/storage/port.ts'

/** An obviously fake key. */
const key = (letter: string) => Buffer.alloc(32, letter).toString('base64')
const ring = createKeyring(`new:${key('n')},old:${key('o')}`)
const oldRing = createKeyring(`old:${key('o')}`)
const owner = { tenant: 'acme', connectionId: 'c-1' }
const fields = { username: 'fake-user', password: 'fake-password' }
const unsealError = { code: 'HOST_ERR_UNSEAL' }

function flipped(text: string, at: number): string {
  const bytes = Buffer.from(text, 'base64')
  bytes[at]! ^= 1
  return bytes.toString('base64')
}

t.test('the first key seals, all keys open', async t => {
  t.equal(ring.activeKeyId, 'new')
  t.strictSame(ring.keyIds, ['new', 'old'])
  t.equal(ring.seal(owner, fields).kek, 'new')
  t.strictSame(ring.open(owner, ring.seal(owner, fields)), fields)
  t.strictSame(ring.open(owner, oldRing.seal(owner, fields)), fields)
})

t.test('whatever the fields are, they come back and never show', async () => {
  const field = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(field, field, fc.dictionary(field, field), (tenant, connectionId, given) => {
      const sealed = ring.seal({ tenant, connectionId }, given)
      const opened = ring.open({ tenant, connectionId }, JSON.parse(JSON.stringify(sealed)))
      const same = JSON.stringify(Object.entries(opened)) === JSON.stringify(Object.entries(given))
      const text = JSON.stringify(Object.values(sealed.fields))
      return same && Object.values(given).every(value => value.length < 12 || !text.includes(value))
    })
  )
})

t.test('the same fields are never sealed to the same bytes', async t => {
  const [a, b] = [ring.seal(owner, fields), ring.seal(owner, fields)]
  t.not(a.wrappedKey, b.wrappedKey)
  t.not(a.fields.password, b.fields.password)
})

t.test('check 5: a record with any byte changed does not open', async t => {
  const sealed = ring.seal(owner, fields)
  for (let at = 0; at < Buffer.from(sealed.wrappedKey, 'base64').length; at++) {
    t.throws(() => ring.open(owner, { ...sealed, wrappedKey: flipped(sealed.wrappedKey, at) }), unsealError)
  }
  const { password } = sealed.fields as { password: string }
  for (let at = 0; at < Buffer.from(password, 'base64').length; at++) {
    t.throws(
      () => ring.open(owner, { ...sealed, fields: { ...sealed.fields, password: flipped(password, at) } }),
      unsealError
    )
  }
})

t.test('check 5: a record with a cut tag, or text that is not base64, does not open', async t => {
  const sealed = ring.seal(owner, fields)
  for (const cut of [1, 4, 12, 15, 16, 40, 1_000]) {
    const wrappedKey = Buffer.from(sealed.wrappedKey, 'base64').subarray(0, -cut).toString('base64')
    t.throws(() => ring.open(owner, { ...sealed, wrappedKey }), unsealError, `${cut} bytes`)
  }
  for (const wrappedKey of ['', 'no base64', `${sealed.wrappedKey} `, `${sealed.wrappedKey}AAAA`]) {
    t.throws(() => ring.open(owner, { ...sealed, wrappedKey }), unsealError)
  }
})

t.test('check 5: a record opens for its tenant and connection only, a field in its own place only', async t => {
  const sealed = ring.seal(owner, fields)
  const other = ring.seal(owner, fields)
  for (const stranger of [
    { ...owner, tenant: 'globex' },
    { ...owner, connectionId: 'c-2' },
    { tenant: 'acme"', connectionId: 'c-1' },
    { tenant: 'acm', connectionId: 'ec-1' }
  ]) {
    t.throws(() => ring.open(stranger, sealed), unsealError)
    t.throws(() => ring.rewrap(stranger, sealed), unsealError)
  }
  const { username, password } = sealed.fields as { username: string; password: string }
  const changes: Record<string, Partial<Sealed>> = {
    'fields swapped': { fields: { username: password, password: username } },
    'a field taken away': { fields: { username } },
    'a field put in': { fields: { ...sealed.fields, domain: password } },
    'a field of another version': { fields: { username, password: other.fields.password! } },
    'the key of another version': { wrappedKey: other.wrappedKey },
    'another wrapping key': { kek: 'old' },
    'another format': { v: 2 as 1 }
  }
  for (const [name, change] of Object.entries(changes))
    t.throws(() => ring.open(owner, { ...sealed, ...change }), unsealError, name)
})

t.test('an unknown wrapping key is named', async t => {
  const sealed = ring.seal(owner, fields)
  for (const act of [
    () => oldRing.open(owner, sealed),
    () => oldRing.rewrap(owner, sealed),
    () => oldRing.check('new')
  ]) {
    t.throws(act, { ...unsealError, message: /"new" is not in ENCRYPTION_KEYS/ })
  }
})

t.test('check 7: a rewrapped record keeps its fields and opens without the old key', async t => {
  const sealed = oldRing.seal(owner, fields)
  const rewrapped = ring.rewrap(owner, sealed)
  t.equal(rewrapped.kek, 'new')
  t.strictSame(rewrapped.fields, sealed.fields)
  t.strictSame(createKeyring(`new:${key('n')}`).open(owner, rewrapped), fields)
  t.throws(() => oldRing.open(owner, rewrapped), unsealError)
})

t.test('check 7: the check value tells another key of the same id, and does not hold the key', async t => {
  const impostor = createKeyring(`new:${key('x')}`)
  t.ok(ring.verify('new', ring.check('new')))
  t.notOk(ring.verify('new', impostor.check('new')))
  t.notOk(ring.verify('new', ring.check('old')))
  t.notOk(ring.verify('new', ''))
  t.not(ring.check('new'), key('n'))
  t.throws(() => impostor.open(owner, ring.seal(owner, fields)), unsealError)
})

t.test('bad keys stop with what is allowed and without what was given', async t => {
  const short = Buffer.alloc(16, 'k').toString('base64')
  for (const text of [
    '',
    key('k'),
    `:${key('k')}`,
    `id:${short}`,
    `id:${key('k')}${key('k')}`,
    `id:${key('k').replace('a', '!')}`,
    `id:${Buffer.alloc(32, 'k').toString('hex')}`,
    `id with blank:${key('k')}`,
    `id:${key('k')},`,
    `id:${key('k')},id:${key('o')}`,
    `${key('k')}:id`
  ]) {
    const thrown = t.throws(() => createKeyring(text), { code: 'HOST_ERR_KEYS_INVALID' }, text) as Error
    t.match(thrown.message, /entry \d.*Allowed: id:base64/)
    t.notMatch(thrown.message, /a2tra2|6b6b6b/)
  }
  t.strictSame(createKeyring(` a:${key('a')} , b:${key('b').replace('=', '')}`).keyIds, ['a', 'b'])
})

t.test('a name tells its text by no other key, purpose or text, and still after a rotation', async t => {
  const name = oldRing.nameOf('request', 'some text')
  t.notMatch(name, /some text/)
  t.equal(oldRing.nameOf('request', 'some text'), name)
  t.not(oldRing.nameOf('trial', 'some text'), name)
  t.not(createKeyring(`old:${key('x')}`).nameOf('request', 'some text'), name)
  t.not(ring.nameOf('request', 'some text'), name, 'the active key is another')
  t.ok(ring.isNameOf('request', 'some text', name), 'which the older key of the ring still knows')
  for (const [purpose, text, given] of [
    ['request', 'other text', name],
    ['trial', 'some text', name],
    ['request', 'some text', `${name}x`],
    ['request', 'some text', '']
  ] as const)
    t.notOk(ring.isNameOf(purpose, text, given))
})
