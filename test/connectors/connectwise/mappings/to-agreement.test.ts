import t from 'tap'
import { day } from '../../../../connectors/connectwise/mappings/date.ts'
import { toAgreement, toAgreements } from '../../../../connectors/connectwise/mappings/to-agreement.ts'
import { RecordRejected } from '../../../../plugins/connector/contract.ts'

const asOf = '2026-03-10'
const products = {
  1: { vendor: { id: 5, name: 'Northwall' }, manufacturer: { name: 'Maker' } },
  2: { vendor: {}, manufacturer: { id: 6, name: 'Beacon Works' } },
  3: { vendor: null, manufacturer: null }
}
const addition = (product: number, extPrice: unknown, more = {}) => ({
  id: '1',
  product: { id: product },
  billCustomer: 'Billable',
  effectiveDate: '2024-01-01T00:00:00Z',
  extPrice,
  ...more
})
function map(agreement: Record<string, unknown>, additions: ReturnType<typeof addition>[] = []) {
  return toAgreement({ agreement: { id: '7', ...agreement }, additions, products }, asOf)
}

t.test('the cost is the bill amount and every billable addition in effect, in decimals', async t => {
  const cost = (billAmount: unknown, ...additions: ReturnType<typeof addition>[]) =>
    map({ billAmount }, additions).overallCost
  t.equal(cost('0.1', addition(1, '0.2')), '0.30')
  t.equal(cost(0.1, addition(1, 0.2)), '0.30')
  t.equal(cost(null), '0.00')
  t.equal(cost(10000), '10000.00')
  t.equal(cost('1234.5678'), '1234.5678')
  t.equal(cost('1e3'), '1000.00')
  t.equal(cost('99999999999999.99', addition(1, '0.01')), '100000000000000.00')
  t.equal(cost('10', addition(1, '-12.5')), '-2.50')
  t.equal(cost('0', addition(1, '-0')), '0.00')
})

t.test('additions that are not billed, not in effect or cancelled do not count', async t => {
  const cost = (more: object) => map({ billAmount: '1' }, [addition(1, '5', more)]).overallCost
  t.equal(cost({ billCustomer: 'DoNotBill' }), '1.00')
  t.equal(cost({ billCustomer: 'NoCharge' }), '1.00')
  t.equal(cost({ billCustomer: null }), '1.00')
  t.equal(cost({ effectiveDate: '2026-03-11T00:00:00Z' }), '1.00')
  t.equal(cost({ effectiveDate: '2026-03-10T23:00:00Z' }), '6.00')
  t.equal(cost({ effectiveDate: null }), '6.00')
  t.equal(cost({ cancelledDate: '2026-03-10T00:00:00Z' }), '1.00')
  t.equal(cost({ cancelledDate: '2026-03-11T00:00:00Z' }), '6.00')
  t.equal(cost({ extPrice: null, unitPrice: '2.5', quantity: '3' }), '8.50')
})

t.test('the vendor with the largest amount is the vendor name, and all are kept', async t => {
  t.match(map({}, [addition(1, '1'), addition(2, '3'), addition(1, '1')]), {
    vendorName: 'Beacon Works',
    vendors: ['Beacon Works', 'Northwall']
  })
  t.same(map({}, [addition(2, '2'), addition(1, '2')]).vendors, ['Beacon Works', 'Northwall'], 'equal ones by name')
  t.match(map({}, [addition(3, '9'), addition(99, '9')]), { vendorName: 'MSP Managed Services', vendors: [] })
  t.equal(map({}, [addition(1, '5', { cancelledDate: '2020-01-01' })]).vendorName, 'Northwall')
})

t.test('status, dates, names and currency survive what instances hold', async t => {
  t.equal(map({ agreementStatus: 'Expired' }).status, 'expired')
  t.equal(map({ agreementStatus: 'Active', cancelledFlag: true }).status, 'cancelled')
  t.equal(map({ agreementStatus: null }).status, 'unknown')
  t.equal(map({ agreementStatus: 'Paused' }).status, 'unknown')
  t.match(map({ startDate: '2002-08-20T18: 04: 26Z', endDate: '2030-01-01T00:00:00Z', noEndingDateFlag: true }), {
    startDate: '2002-08-20',
    endDate: null
  })
  t.match(map({ name: ' ', currency: { currencyCode: 'USD', name: 'US Dollar' }, billingCycle: { name: 'Monthly' } }), {
    contractName: null,
    currency: 'USD',
    billingCycle: 'Monthly'
  })
  t.match(map({ currency: { name: 'Krone' }, billingCycle: {} }), { currency: 'Krone', billingCycle: null })
  t.match(map({ currency: {} }), { currency: null })
})

t.test('dates are days in UTC, and what is none is null', async t => {
  t.equal(day('2024-03-01'), '2024-03-01')
  t.equal(day('2024-03-01T23:30:00-02:00'), '2024-03-02')
  t.equal(day('2024-03-01T00:30:00'), '2024-03-01')
  for (const text of ['', 'soon', '2024-13-40T00:00:00Z', null, 5]) t.equal(day(text), null)
})

t.test('agreements are sorted by id; an amount that is no number rejects the record', async t => {
  const of = (id: string, billAmount: unknown) => ({ agreement: { id, billAmount }, additions: [], products: {} })
  t.same(
    toAgreements([of('10', 1), of('9', 1)], asOf).map(({ externalId }) => externalId),
    ['9', '10']
  )
  t.throws(() => toAgreements([of('9', 'a lot')], asOf), RecordRejected)
})
