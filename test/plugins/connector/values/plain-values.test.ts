import { Big } from 'big.js'
import t from 'tap'
import {
  address,
  amount,
  day,
  money,
  RecordRejected,
  readAmount,
  text
} from '../../../../plugins/connector/contract.ts'

t.test('text is trimmed, numbers become text, nothing is null, and everything can be stored', async t => {
  t.equal(text('  a b\n'), 'a b')
  t.equal(text(12), '12')
  for (const nothing of ['', ' \n', null, undefined, {}, [], true, Number.NaN]) t.equal(text(nothing), null)
  t.equal(text('a\ud800'), 'a\ufffd')
  t.equal(text('x'.repeat(10_001))?.length, 10_000)
  const cut = text(`${'x'.repeat(9_999)}🙂`)
  t.equal(cut, 'x'.repeat(9_999), 'never inside a character')
})

t.test('days are those of UTC, and what is none is null', async t => {
  t.equal(day('2024-03-01'), '2024-03-01')
  t.equal(day('2024-03-01T23:30:00-02:00'), '2024-03-02')
  t.equal(day('2024-03-01T00:30:00'), '2024-03-01', 'without a zone it is UTC')
  t.equal(day('2002-08-20T18: 04: 26Z'), '2002-08-20')
  t.equal(day('2024-02-29'), '2024-02-29')
  for (const none of [
    '',
    'soon',
    '2024-13-40T00:00:00Z',
    '2024-02-30',
    '2023-02-29T00:00:00Z',
    null,
    5,
    '1'.repeat(1e6)
  ])
    t.equal(day(none), null, String(none).slice(0, 30))
  for (const beyond of ['9999-12-31T23:59:59-02:00', '0000-01-01T00:00:00+02:00']) t.equal(day(beyond), null, beyond)
})

t.test('an amount is a decimal of at most 15 and 6 digits; the rest is refused with a reason', async t => {
  const read = (value: unknown) => readAmount(value).amount?.toFixed() ?? readAmount(value).refused ?? null
  t.equal(read('123456789012345.123456'), '123456789012345.123456')
  t.equal(read(' -.5 '), '-0.5')
  t.equal(read('1e3'), '1000')
  t.equal(read(0.1), '0.1')
  for (const nothing of [null, undefined, '', ' ']) t.same(readAmount(nothing), { amount: null })
  for (const typed of ['a lot', '1,000', '$5', '0x10', '--1', {}, true, Number.NaN, Number.POSITIVE_INFINITY])
    t.equal(read(typed), 'is no number', String(typed))
  for (const typed of ['1234567890123456', '1e15', '-1e999', 1e300])
    t.equal(read(typed), 'has more than 15 digits before the point', String(typed))
  for (const typed of ['1e9999', '1e99999999', '1e-99999999'])
    t.equal(read(typed), 'has an exponent of more than 3 digits', typed)
  t.equal(read('0.123456789012345678'), 'has more than 6 digits after the point')
  t.equal(read('1'.repeat(65)), 'is longer than 64 characters')
  t.throws(() => amount('a lot', 'The bill amount'), new RecordRejected('The bill amount is no number.'))
})

t.test('the tail of a float, and of what was reckoned, is rounded to 6 digits', async t => {
  t.equal(readAmount(0.1 + 0.2).amount?.toFixed(), '0.3')
  t.equal(readAmount('16.666666666666668').amount?.toFixed(), '16.666667')
  t.equal(readAmount('5e-324').amount?.toFixed(), '0')
  t.equal(amount(new Big('0.1').times('0.33333333333333333333'))?.toFixed(), '0.033333')
  t.throws(() => amount(new Big('1e20')), /15 digits/)
})

t.test('money has every decimal of the amount, at least two, no exponent, no minus zero', async t => {
  const written = {
    '0': '0.00',
    '-0': '0.00',
    '1e3': '1000.00',
    '1234.5': '1234.50',
    '-0.0001': '-0.0001',
    '1.23456': '1.23456'
  }
  for (const [typed, expected] of Object.entries(written)) t.equal(money(new Big(typed)), expected)
})

t.test('an address has null for its empty parts, and is null without any other', async t => {
  const all = { line1: null, line2: null, city: null, state: null, postalCode: null, country: null }
  t.same(address({ line1: ' 1 High St ', line2: '', postalCode: 12345 }), {
    ...all,
    line1: '1 High St',
    postalCode: '12345'
  })
  for (const none of [null, undefined, {}, { line1: ' ', city: {}, country: null }]) t.equal(address(none), null)
})
