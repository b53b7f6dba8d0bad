import t from 'tap'
import { toAgreement, toAgreements } from '../../../../connectors/connectwise/mappings/to-agreement.ts'
import { RecordRejected } from '../../../../plugins/connector/contract.ts'
import { cpuMsOf } from '../../../cpu-ms.ts'

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

t.test(
  'field report B1: what an agreement includes is not billed, whether extPrice has it deducted or not',
  async t => {
    const cost = (more: object) => map({ billAmount: '1000' }, [addition(1, null, more)]).overallCost
    const whole = { quantity: '30', lessIncluded: '25', unitPrice: '10', extPrice: '300' }
    t.equal(cost(whole), '1050.00')
    t.equal(cost({ ...whole, extPrice: '50' }), '1050.00', 'deducted already')
    t.equal(cost({ ...whole, extPrice: null }), '1050.00', 'no extended price')
    t.equal(cost({ ...whole, quantity: 30, lessIncluded: 25, unitPrice: 10, extPrice: 300 }), '1050.00', 'as numbers')
    t.equal(cost({ ...whole, lessIncluded: '40' }), '1000.00', 'never below 0')
    t.equal(cost({ ...whole, lessIncluded: '40', extPrice: '0' }), '1000.00')
    for (const none of ['0', 0, null, '', undefined, '-5'])
      t.equal(cost({ ...whole, lessIncluded: none }), '1300.00', String(none))
    t.equal(
      cost({ quantity: '3', lessIncluded: '1', unitPrice: '33.333', extPrice: '100' }),
      '1066.666',
      'rounded to cents'
    )
    t.equal(cost({ ...whole, extPrice: '275' }), '1275.00', 'another price, a discount for one, is the vendor’s word')
  }
)

t.test('field report B5: an amount that no invoice holds rejects its record at once', async t => {
  const of = (billAmount: unknown) => ({ agreement: { id: '9', billAmount }, additions: [], products: {} })
  const took = cpuMsOf(() => {
    for (const huge of ['1e99999999', '1e9999999', '-1e400', '1e15', '9'.repeat(16), `0.${'1'.repeat(40)}`, 1e300])
      t.throws(() => toAgreements([of(huge)], asOf), RecordRejected, String(huge))
    t.throws(
      () => toAgreements([of('1e9999999')], asOf),
      /An amount of agreement 9 has an exponent of more than 3 digits\./
    )
    t.throws(() => map({}, [addition(1, '1e9999999')]), RecordRejected)
    t.throws(() => map({}, [addition(1, null, { quantity: '999999999', unitPrice: '999999999' })]), /15 digits/)
    t.throws(() => map({ billAmount: '9'.repeat(15) }, [addition(1, '1')]), /15 digits/, 'the sum of amounts too')
  })
  t.ok(took < 1000, 'and nothing stands still')
})

t.test('agreements are sorted by id; an amount that is no number rejects the record', async t => {
  const of = (id: string, billAmount: unknown) => ({ agreement: { id, billAmount }, additions: [], products: {} })
  t.same(
    toAgreements([of('10', 1), of('9', 1)], asOf).agreements?.map(({ externalId }) => externalId),
    ['9', '10']
  )
  t.throws(() => toAgreements([of('9', 'a lot')], asOf), new RecordRejected('An amount of agreement 9 is no number.'))
})
