import t from 'tap'
import { pageLimits, piece } from '../../../../plugins/outbound/answers/limits.ts'
import { Outliner } from '../../../../plugins/outbound/answers/outline.ts'
import { parseAnswer } from '../../../../plugins/outbound/answers/parse-json.ts'

async function parse(text: string, decimals: readonly string[] = []) {
  const bytes = Buffer.from(text)
  const outliner = new Outliner(pageLimits)
  outliner.push(bytes)
  let turns = 0
  const value = await parseAnswer({ bytes, outline: outliner.end() }, decimals, async () => {
    turns++
  })
  return { value: value as any, turns }
}

/** Records of three pieces; `one` stands among them. */
function records(one: string): string[] {
  const filler = JSON.stringify({ id: 1, name: 'x'.repeat(1_000), ü: '€', list: [1, [2], {}] })
  const all = Array<string>(Math.ceil((3 * piece.bytes) / filler.length)).fill(filler)
  all.splice(Math.floor(all.length / 2), 0, one)
  return all
}

t.test('a long answer is parsed in turns and comes out as if it were parsed at once', async t => {
  const list = records('{"id":2}').join(' , ')
  for (const text of [
    `[${list}]`,
    `\ufeff [ ${list} ] `,
    `{"items":[${list}],"total":7,"page":{"next":null,"list":[1,2]}}`,
    `{"data":{"companies":[${list}]},"empty":[],"short":[[1],[2]],"again":[${list}]}`,
    `{"items":[${list}],"items":[${records('{"id":3}')}]}`
  ]) {
    const { value, turns } = await parse(text)
    t.equal(JSON.stringify(value), JSON.stringify(JSON.parse(text.replace('\ufeff', ''))), text.slice(0, 40))
    t.ok(turns >= 4, `${turns} turns`)
  }
})

t.test('a short answer is parsed at once', async t => {
  t.same(await parse('[{"id":1}]'), { value: [{ id: 1 }], turns: 0 })
})

t.test('what is done for a short answer is done in every piece of a long one', async t => {
  const odd = '{"cost":1.50,"__proto__":{"polluted":1},"\\u0063onstructor":{"prototype":{}},"big":1e99999999}'
  const { value } = await parse(`{"cost":2.50,"items":[${records(odd)}],"big":${'9'.repeat(200)}}`, ['cost'])
  t.equal(value.cost, '2.50')
  t.equal(value.big, '(a number that cannot be used)')
  const found = value.items.find((item: any) => item.cost)
  t.strictSame(Object.entries(found), [
    ['cost', '1.50'],
    ['big', '(a number that cannot be used)']
  ])
})

t.test('a number that cannot be used is a text also where it would be kept as one', async t => {
  const { value } = await parse(`{"cost":1e99999999,"id":${'1'.repeat(2_000_000)}}`, ['cost'])
  t.strictSame(value, { cost: '(a number that cannot be used)', id: '(a number that cannot be used)' })
})

t.test('a long text that is no JSON is refused as a short one is', async t => {
  const list = records('{"id":2}').join(',')
  for (const [text, kind] of [
    [`[${list}`, 'truncated'],
    [`{"items":[${list}]`, 'truncated'],
    [`[${list},{"name":"cut`, 'truncated'],
    [`[${list},]`, 'shape'],
    [`[,${list}]`, 'shape'],
    [`[${list}}`, 'truncated'],
    [`{"items":[${list}}]`, 'truncated'],
    [`[${list}],[${list}]`, 'shape'],
    [`[${records('{"id":2 3}')}]`, 'truncated'],
    [`[${records('{"id":2}]')}]`, 'shape'],
    [`OK [${list}]`, 'shape'],
    [`<script>[${list}]`, 'html']
  ] as const) {
    await t.rejects(parse(text), { name: 'SourceUnreadable', kind }, `${text.slice(0, 20)} … ${text.slice(-20)}`)
  }
})

t.test('a comma without a record behind it is refused also where the text is cut', async t => {
  const long = `"${'x'.repeat(piece.bytes)}"`
  await t.rejects(parse(`[${long},${long},]`), { name: 'SourceUnreadable', kind: 'shape' })
  await t.rejects(parse(`[${long},,${long}]`), { name: 'SourceUnreadable', kind: 'shape' })
})

t.test('a letter cut in two is found in the piece that holds it', async t => {
  const bytes = Buffer.concat([Buffer.from(`[${records('{"id":2}')},"`), Buffer.from([0xc3]), Buffer.from('"]')])
  const outliner = new Outliner(pageLimits)
  outliner.push(bytes)
  await t.rejects(
    parseAnswer({ bytes, outline: outliner.end() }, [], async () => {}),
    { name: 'SourceUnreadable', kind: 'shape' }
  )
})
