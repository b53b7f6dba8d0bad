import fc from 'fast-check'
import t from 'tap'
import { type AnswerLimits, pageLimits, piece } from '../../../../plugins/outbound/answers/limits.ts'
import { type Outline, Outliner } from '../../../../plugins/outbound/answers/outline.ts'

function outline(text: string, limits: AnswerLimits = pageLimits, chunk = 65_536): Outline {
  const bytes = Buffer.from(text)
  const outliner = new Outliner(limits)
  for (let at = 0; at < bytes.length; at += chunk) outliner.push(bytes.subarray(at, at + chunk))
  return outliner.end()
}

const tight = (change: Partial<AnswerLimits>): AnswerLimits => ({ ...pageLimits, ...change })
const record = '{"id":1,"name":"a [b, {c","quote":"\\"\\\\","types":[1,2,[3]]}'
/** A list of records that is long enough to be cut. */
const many = (bytes: number) => {
  const long = `{"note":"${'x'.repeat(500)}","record":${record}}`
  return `[${Array(Math.ceil(bytes / (long.length + 1)))
    .fill(long)
    .join(',')}]`
}

/** As the limits count: each value once, an empty object or list twice. */
function count(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  const inside = Object.values(value)
  return inside.length === 0 ? 2 : inside.reduce((sum: number, one) => sum + count(one), 1)
}

t.test('values are counted as they are parsed, wherever the bytes are cut', async () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), fc.integer({ min: 1, max: 9 }), (value, indent, chunk) => {
      const text = JSON.stringify(value, null, indent)
      const { values, open } = outline(text, pageLimits, chunk)
      return values === count(JSON.parse(text)) && !open
    })
  )
})

t.test('the limits hold at their number and not before', async t => {
  const text = `[${Array(99).fill('0').join(',')}]`
  t.equal(outline(text, tight({ values: 100 })).values, 100)
  t.throws(() => outline(text, tight({ values: 99 })), {
    kind: 'too-large',
    message: 'The vendor’s answer is too large: it holds more than 99 values.'
  })
  const deep = '['.repeat(64) + ']'.repeat(64)
  outline(deep)
  t.throws(() => outline(`[${deep}]`), {
    kind: 'too-large',
    message: 'The vendor’s answer is too large: it is nested deeper than 64 levels.'
  })
  t.throws(() => outline('{"a":'.repeat(20_000)), { name: 'SourceUnreadable', kind: 'too-large' })
})

t.test('one record of a list has limits of its own, and so has all around the lists', async t => {
  const limits = tight({ record: { bytes: 200, values: 20 } })
  outline(`{"page":{"next":null},"items":[${Array(1_500).fill(record).join(',')}],"total":50}`, limits, 7)
  for (const [text, words] of [
    [`[${record},{"note":"${'x'.repeat(200)}"},${record}]`, 'one record of it is longer than 200 bytes'],
    [`[{"list":[${Array(21).fill(0)}]}]`, 'one record of it holds more than 20 values'],
    [`{"note":"${'x'.repeat(200)}","items":[]}`, 'what is no list of records in it is longer than 200 bytes'],
    [`{"items":[],"note":"${'x'.repeat(200)}"}`, 'what is no list of records in it is longer than 200 bytes'],
    [`"${'x'.repeat(200)}`, 'what is no list of records in it is longer than 200 bytes'],
    [`{${Array(21).fill('"a":0')}}`, 'what is no list of records in it holds more than 20 values'],
    // Short lists are not taken apart, so they count to what is around.
    [`{${Array(9).fill('"a":[0,0]')}}`, 'what is no list of records in it holds more than 20 values']
  ] as const) {
    for (const chunk of [3, 1_000])
      t.throws(() => outline(text, limits, chunk), { message: `The vendor’s answer is too large: ${words}.` }, text)
  }
})

t.test('a long list is cut between its records, wherever it stands', async t => {
  const list = many(3 * piece.bytes)
  const bare = list.slice(1, -1)
  for (const [before, behind] of [
    ['[', ']'],
    [' { "total" : 3, "items" : [', '], "more": [1, 2] }'],
    ['{"data":{"page":[1],"list":[', ']}}']
  ] as const) {
    const text = before + bare + behind
    const { lists } = outline(text, pageLimits, 4_099)
    t.equal(lists.length, 1)
    const [{ from, to, pieces }] = lists as [Outline['lists'][0]]
    t.equal(text.slice(from, to), bare)
    t.ok(pieces.length >= 3 && pieces.length <= 4, `${pieces.length} pieces`)
    t.equal(pieces.map(span => text.slice(span.from, span.to)).join(','), bare)
    for (const span of pieces) t.doesNotThrow(() => JSON.parse(`[${text.slice(span.from, span.to)}]`))
  }
})

t.test('a list of many small values is cut by their number', async t => {
  const { lists } = outline(`[${Array(120_000).fill('{}').join(',')}]`)
  t.equal(lists[0]?.pieces.length, 5)
})

t.test('numbers that no arithmetic is safe with are found, and no others', async t => {
  const digits = '9'.repeat(64)
  const unusable = [`${digits}9`, `-${digits}`, '1e100', '1E+99999999', '-2.5e-100', `0.${'0'.repeat(64)}1`, '1e00100']
  const usable = [digits, '1e99', '-1.5E-99', '0', '79228162514264337593543950335', '1e0099']
  for (const chunk of [1, 2, 7, 1_000]) {
    for (const number of unusable) {
      for (const text of [`{"a":${number},"b":1}`, `[1, ${number} ]`, number]) {
        const { numbers } = outline(text, pageLimits, chunk)
        t.same(
          numbers.map(({ from, to }) => text.slice(from, to)),
          [number],
          text
        )
      }
    }
    for (const number of usable) t.same(outline(`[${number}]`, pageLimits, chunk).numbers, [], number)
    t.same(outline(`["${digits}9","1e100\\"2e200"]`, pageLimits, chunk).numbers, [], 'texts are no numbers')
  }
  t.throws(() => outline(`[${Array(1_001).fill('1e100').join(',')}]`), { name: 'SourceUnreadable', kind: 'too-large' })
})

t.test('an answer that breaks off is seen to be open', async t => {
  const text = `{"items":[${record}]}`
  for (let length = 1; length < text.length; length++) t.ok(outline(text.slice(0, length)).open, text.slice(0, length))
  t.notOk(outline(text).open)
})
