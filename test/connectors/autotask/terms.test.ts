/** What a contract costs, by record; the oracle's accounts are beside it. */
import t from 'tap'
import {
  type ComposedContract,
  costOf,
  type HeldLine,
  reckonedOn,
  rowInForce,
  standingOf
} from '../../../connectors/autotask/mappings/terms.ts'
import { toContract, toContracts } from '../../../connectors/autotask/mappings/to-contract.ts'

const on = '2026-05-15'
const day = (date: string) => `${date}T00:00:00Z`
const row = (id: number, startDate: string, endDate: string, units: number | string) => ({
  id: String(id),
  startDate: day(startDate),
  endDate: day(endDate),
  units
})
const may = row(1, '2026-05-01', '2026-05-31', '3')

function line(change: Partial<HeldLine> & { price?: unknown } = {}): HeldLine {
  const { price = '10', ...rest } = change
  return {
    key: '9',
    held: { id: '9', unitPrice: price },
    rows: [may],
    period: 'Monthly',
    vendor: null,
    isInBundle: false,
    ...rest
  }
}
function contract(change: Partial<ComposedContract> & { start?: string; end?: string } = {}): ComposedContract {
  const { start = '2026-01-01', end = '2026-12-31', ...rest } = change
  return {
    contract: { id: '7', contractName: 'Managed', startDate: day(start), endDate: day(end) },
    type: 'Recurring Service',
    status: 'In Effect',
    currency: 'USD',
    lines: [line()],
    parts: [],
    ...rest
  }
}
const cost = (change: Parameters<typeof contract>[0], date = on) => toContract(contract(change), date).overallCost

t.test('units in force by contracted price, for a month, in decimals', async t => {
  t.equal(cost({}), '30.00')
  for (const [period, expected] of [
    ['Monthly', '30.00'],
    ['quarterly', '10.00'],
    ['Semi-Annual', '5.00'],
    ['Yearly', '2.50']
  ] as const)
    t.equal(cost({ lines: [line({ period })] }), expected, period)
  t.equal(cost({ lines: [line({ price: '0.1' }), line({ price: 0.2 })] }), '0.90', 'no float')
  t.equal(cost({ lines: [line({ price: '-4.5' }), line()] }), '16.50', 'a discount')
  t.equal(cost({ lines: [line({ price: '0' })] }), '0.00', 'nothing is a price too')
  t.equal(
    cost({ lines: [line({ price: '100', period: 'Quarterly', rows: [row(1, '2026-05-01', '2026-07-31', 1)] })] }),
    '33.33'
  )
  t.equal(
    cost({
      lines: Array.from({ length: 3 }, () =>
        line({ price: '100', period: 'Quarterly', rows: [row(1, '2026-05-01', '2026-07-31', 1)] })
      )
    }),
    '100.00',
    'rounded once'
  )
  t.equal(
    cost({ lines: [line({ held: { id: '3', unitPrice: '10', adjustedPrice: '8' } })] }),
    '24.00',
    'a bundle’s adjusted price'
  )
  t.match(toContract(contract(), on), { billingCycle: 'Monthly', billedOnce: false, currency: 'USD', parentId: null })
})

t.test('what is not known makes the cost unknown, and not smaller', async t => {
  for (const odd of [
    { period: 'Every blue moon' },
    { period: null },
    { rows: [] },
    { price: null },
    { price: '' },
    { rows: [row(1, '2026-05-01', '2026-05-31', '')] }
  ] as const)
    t.equal(cost({ lines: [line(), line(odd as any)] }), null, JSON.stringify(odd))
  t.equal(cost({ lines: [] }), null)
  t.equal(cost({ type: null }), null)
  t.throws(() => cost({ lines: [line({ price: 'ten' })] }), {
    code: 'HOST_ERR_RECORD_REJECTED',
    message: /contract 7 is no number/
  })
  t.equal(cost({ lines: [line(), line({ period: 'One-Time', price: '500' }), line({ isInBundle: true })] }), '30.00')
})

t.test('of rows that match a day the later one counts; before and after all of them the nearest', async t => {
  const rows = [
    row(3, '2026-05-10', '2026-05-31', 4),
    row(2, '2026-05-01', '2026-05-10', 3),
    row(1, '2026-04-01', '2026-04-30', 2)
  ]
  const at = (date: string) => rowInForce(rows, date)?.id
  t.strictSame([at('2026-05-09'), at('2026-05-10'), at('2026-05-11')], ['2', '3', '3'])
  t.strictSame([at('2026-04-30'), at('2026-07-01'), at('2026-01-01')], ['1', '3', '1'])
  t.equal(rowInForce([], on), undefined)
  t.equal(rowInForce([row(8, '2026-05-01', '2026-05-31', 1), row(9, '2026-05-01', '2026-05-31', 2)], on)?.id, '9')
})

t.test('other types of contracts cost as a whole', async t => {
  const block = { id: '1', hours: '10', hourlyRate: '85.5', startDate: day('2026-01-01'), endDate: day('2026-12-31') }
  const past = { ...block, id: '2', endDate: day('2026-02-01') }
  t.equal(cost({ type: 'Block Hours', parts: [block, past] }), '855.00')
  t.equal(cost({ type: 'Block Hours', parts: [{ ...block, hours: null }] }), null)
  t.equal(cost({ type: 'retainer', parts: [{ ...block, amount: '1500.25' }] }), '1500.25')
  t.equal(
    cost({
      type: 'Fixed Price',
      parts: [
        { id: '1', amount: '1000' },
        { id: '2', amount: '2000.1' }
      ]
    }),
    '3000.10'
  )
  const estimated = (estimatedRevenue: string) => ({ contract: { id: '7', estimatedRevenue } })
  t.equal(cost({ type: 'Time & Materials', ...estimated('4000') }), '4000.00')
  t.equal(cost({ type: 'Time & Materials', ...estimated('0') }), null)
  t.match(toContract(contract({ type: 'Retainer' }), on), { billingCycle: null, billedOnce: true })
})

t.test('a contract stands where its label and its days say', async t => {
  const at = (date: string, status: string | null = 'In Effect') => toContract(contract({ status }), date).status
  t.strictSame(
    [at('2025-12-31'), at('2026-01-01'), at('2026-12-31'), at('2027-01-01')],
    ['inactive', 'active', 'active', 'expired']
  )
  t.strictSame(
    [at(on, 'Inactive'), at(on, ' in effect '), at(on, 'Paused'), at(on, null)],
    ['inactive', 'active', 'unknown', 'unknown']
  )
  t.equal(standingOf({ contract: { id: '1' }, status: 'In Effect' }, on), 'active', 'without days')
  const { contract: held } = contract()
  t.strictSame(
    [reckonedOn(held, '2025-01-01'), reckonedOn(held, on), reckonedOn(held, '2030-01-01')],
    ['2026-01-01', on, '2026-12-31']
  )
})

t.test('the vendor with the largest amount comes first, and nobody is one without a name', async t => {
  const lines = [
    line({ vendor: 'Small', price: '1' }),
    line({ vendor: 'Large', price: '12', period: 'Yearly' }),
    line({ vendor: 'Larger', price: '2' }),
    line()
  ]
  t.match(toContract(contract({ lines }), on), { vendors: ['Larger', 'Large', 'Small'], vendorName: 'Larger' })
  t.match(toContract(contract(), on), { vendors: [], vendorName: 'MSP Managed Services' })
  t.equal(costOf(contract(), on).lines.length, 1)
})

t.test('the day is told on which the same records give something else', async t => {
  const changesOn = (change: Parameters<typeof contract>[0], date = on) =>
    toContracts([contract(change)], date).changesOn
  const june = (units: number) => row(2, '2026-06-01', '2026-06-30', units)
  t.equal(changesOn({ lines: [line({ rows: [may, june(5)] })] }), '2026-06-01')
  t.equal(
    changesOn({ lines: [line({ rows: [may, june(3)] })] }),
    '2027-01-01',
    'a period of as many units is no change; the end is'
  )
  t.equal(
    changesOn({
      lines: [line({ rows: [{ ...may, endDate: day('2026-05-20') }, row(2, '2026-05-20', '2026-05-31', 5)] })]
    }),
    '2026-05-20'
  )
  t.equal(changesOn({}, '2025-06-01'), '2026-01-01')
  t.equal(changesOn({}, '2027-01-01'), undefined)
  const two = toContracts(
    [
      contract(),
      { ...contract({ end: '2026-08-31' }), contract: { ...contract({ end: '2026-08-31' }).contract, id: '3' } }
    ],
    on
  )
  t.strictSame([two.changesOn, two.agreements!.map(({ externalId }) => externalId)], ['2026-09-01', ['3', '7']])
})
