import fc from 'fast-check'
import t from 'tap'
import { SourceUnreadable } from '../../../../plugins/connector/failures.ts'
import { parseJson } from '../../../../plugins/outbound/answers/parse-json.ts'

const parse = (text: string, decimals?: readonly string[]) => parseJson(Buffer.from(text), decimals)

t.test('JSON without fields to keep is parsed as JSON.parse does', async () => {
  fc.assert(
    fc.property(fc.json(), text => {
      if (/proto|constructor/.test(text)) return true
      return JSON.stringify(parse(text)) === JSON.stringify(JSON.parse(text))
    })
  )
})

t.test('check 18: keys that reach a prototype are taken out, however they are spelled', async t => {
  for (const text of [
    '{"a":1,"__proto__":{"polluted":true}}',
    '{"a":1,"\\u005f\\u005fproto__":{"polluted":true}}',
    '{"a":1,"constructor":{"prototype":{"polluted":true}}}',
    '{"a":1,"const\\u0072uctor":{"prototype":{"polluted":true}}}'
  ]) {
    const copy = Object.assign({}, parse(text)) as Record<string, unknown>
    t.strictSame(Object.keys(copy), ['a'], text)
    t.equal(copy.polluted, undefined)
  }
  t.strictSame(parse('{"note":"the constructor of __proto__"}'), { note: 'the constructor of __proto__' })
})

t.test('named number fields keep the text the vendor sent, at every depth', async t => {
  const text =
    '[{"extPrice":1234.50,"id":1.50,"deep":{"billAmount" : -0.10}},{"extPrice":\n1e3,"x":"\\"extPrice\\":5"},{"extPrice":null}]'
  t.strictSame(parse(text, ['extPrice', 'billAmount']), [
    { extPrice: '1234.50', id: 1.5, deep: { billAmount: '-0.10' } },
    { extPrice: '1e3', x: '"extPrice":5' },
    { extPrice: null }
  ])
  t.strictSame(parse('{"a.b":1.0,"axb":2.0}', ['a.b']), { 'a.b': '1.0', axb: 2 })
  t.strictSame(parse('{"n":12345678901234567890.123456789}', ['n']), { n: '12345678901234567890.123456789' })
})

t.test('a number that JSON does not allow stays an error in a named field', async t => {
  for (const number of ['01', '1.', '.5', '+1', '1.2.3', '--1', '1e', '0x10', 'NaN']) {
    t.throws(() => parse(`{"cost":${number}}`, ['cost']), SourceUnreadable, number)
  }
})

t.test('whatever stands around it, a named field alone changes', async () => {
  const value = fc.letrec(tie => ({
    any: fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(tie('any'), { maxLength: 3 }), tie('object')),
    object: fc.dictionary(fc.constantFrom('cost', 'name', 'a"b', 'costs', '\\"cost'), tie('any'), { maxKeys: 4 })
  })).any
  const kept = (one: unknown, key = ''): unknown => {
    if (typeof one === 'number') return key === 'cost' ? String(one) : one
    if (Array.isArray(one)) return one.map(item => kept(item))
    if (one && typeof one === 'object') return Object.fromEntries(Object.entries(one).map(([k, v]) => [k, kept(v, k)]))
    return one
  }
  fc.assert(
    fc.property(value, fc.constantFrom(0, 2), (one, indent) => {
      const parsed = parse(JSON.stringify(one, null, indent), ['cost'])
      return JSON.stringify(parsed) === JSON.stringify(kept(one))
    })
  )
})

t.test('fault 4: no cut of an object or list is taken for whole', async t => {
  const text = '[{"id":1,"name":"A \\u00fc \\n","ok":true,"none":null,"cost":-12.5e1},{"id":2,"list":[[],{}]}]'
  for (let length = 1; length < text.length; length++) {
    t.throws(
      () => parse(text.slice(0, length), ['cost']),
      { name: 'SourceUnreadable', kind: 'truncated' },
      text.slice(0, length)
    )
  }
})

t.test('an answer cut inside a letter is cut, not badly encoded', async t => {
  const bytes = Buffer.from('["\u00fc"]')
  t.throws(() => parseJson(bytes.subarray(0, 3)), { name: 'SourceUnreadable', kind: 'truncated' })
})

t.test('fault 8: a million nested lists end as a value or as unreadable, not in a crash', async t => {
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
  try {
    t.ok(Array.isArray(parse(deep)))
  } catch (error) {
    t.ok(error instanceof SourceUnreadable)
  }
})

t.test('a failure does not quote the body', async t => {
  const failure = t.throws(() => parse('["secret", oops]')) as Error
  t.notMatch(`${failure.message}${failure.stack}${failure.cause}`, /secret/)
})
