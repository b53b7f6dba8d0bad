/** Sums by vendor over REST, over each store. */
import t from 'tap'
import { listVendors } from '../../../plugins/clients/vendors.ts'
import type { ClientAgreement } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { buildTestHost } from '../../build-test-host.ts'
import { agreementOf, leased, put, recordOf } from '../../conformance/storage/fixtures.ts'
import { eachStore } from '../storage/each-store.ts'

let last = 0
const signed = (vendorName: string, overallCost: string | null, more: Partial<ClientAgreement> = {}) =>
  agreementOf(String(++last), { vendorName, vendors: [vendorName], overallCost, ...more })

for (const [kind, options, open] of eachStore) {
  t.test(`over ${kind}, what is billed is summed up by vendor, currency and cycle`, options, async t => {
    const store = await open(t)
    const lease = await leased(store)
    const euros = { currency: 'EUR', billingCycle: 'Yearly' }
    await put(store, lease, [
      recordOf(lease, '1', {
        agreements: [
          // No float has their sum.
          signed('Northwind', '9007199254740993.10'),
          signed('Northwind', '0.205'),
          signed('Northwind', '12.00', euros),
          signed('Ostrich', '1.00', { billedOnce: true }),
          signed('Northwind', '500.00', { status: 'expired' })
        ]
      }),
      recordOf(lease, '2', { agreements: [signed('Northwind', null), signed('Northwind', '-0.10')] }),
      recordOf(lease, '3', { status: 'inactive', agreements: [signed('Northwind', '7.00')] })
    ])
    const { call } = await buildTestHost(t, { store })
    const { status, body } = await call('acme', 'GET', '/v1/agreements/vendors')
    t.equal(status, 200)
    const monthly = { currency: 'USD', billingCycle: 'Monthly', billedOnce: false }
    t.same(body, {
      items: [
        {
          vendorName: 'Northwind',
          agreements: 5,
          clients: 2,
          costs: [
            { ...monthly, overallCost: '9007199254740993.205', agreements: 3 },
            { ...euros, billedOnce: false, overallCost: '12.00', agreements: 1 }
          ],
          moreCosts: 0,
          withoutCost: 1
        },
        {
          vendorName: 'Ostrich',
          agreements: 1,
          clients: 1,
          costs: [{ currency: 'USD', billingCycle: null, billedOnce: true, overallCost: '1.00', agreements: 1 }],
          moreCosts: 0,
          withoutCost: 0
        }
      ],
      vendors: 2,
      more: false,
      agreements: 6,
      partial: false
    })
    const of = async (query: string) => (await call('acme', 'GET', `/v1/agreements/vendors?${query}`)).body
    t.match(await of('status=EXPIRED'), { items: [{ agreements: 1, costs: [{ overallCost: '500.00' }] }] })
    t.match(await of('clientStatus=inactive'), { items: [{ agreements: 1, costs: [{ overallCost: '7.00' }] }] })
    t.match((await call('acme', 'GET', '/v1/agreements/vendors?order=size')).status, 400)
    t.match((await call('globex', 'GET', '/v1/agreements/vendors')).body, { items: [], agreements: 0, partial: false })
  })
}

t.test('what is too much for one answer is summed up in part, and says so', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const lease = await leased(store)
  await put(
    store,
    lease,
    Array.from({ length: 700 }, (_, i) =>
      recordOf(lease, String(i), { agreements: [signed(`Vendor ${i % 3}`, '1.00')] })
    )
  )
  const sums = async (most: number) => {
    const { items, agreements, partial } = await listVendors(store, 'acme', { most })
    return { agreements, partial, summed: items.reduce((sum, { agreements }) => sum + agreements, 0) }
  }
  t.same(await sums(700), { agreements: 700, partial: false, summed: 700 })
  t.same(await sums(699), { agreements: 699, partial: true, summed: 699 })
  t.same(await sums(500), { agreements: 500, partial: true, summed: 500 })
})

t.test(
  'however many vendors, currencies and cycles there are, an answer has a bounded part of them and says so',
  async t => {
    const store = await openSqliteStore({ url: ':memory:' })
    t.teardown(() => store.close())
    const lease = await leased(store)
    const of = (vendor: number, more: Partial<ClientAgreement> = {}) => signed(`Vendor ${vendor}`, '1.00', more)
    await put(store, lease, [
      recordOf(lease, '1', { agreements: Array.from({ length: 620 }, (_, i) => of(i)) }),
      // The last of all has the most: none that has more is left out.
      recordOf(lease, '2', {
        agreements: Array.from({ length: 5100 }, (_, i) => of(619, { billingCycle: `Cycle ${i}` }))
      })
    ])
    const { items, ...rest } = await listVendors(store, 'acme', {})
    t.same(rest, { vendors: 620, more: true, agreements: 5720, partial: false })
    t.equal(items.length, 500)
    t.match(items[0], { vendorName: 'Vendor 619', agreements: 5101, moreCosts: 5001 })
    t.equal(items[0]!.costs.length, 100)
    t.match(items[0]!.costs[0], { billingCycle: 'Cycle 0', overallCost: '1.00' })
    for (const item of items.slice(1))
      t.match(item, { agreements: 1, costs: [{ overallCost: '1.00', agreements: 1 }], moreCosts: 0 })
    t.match(await listVendors(store, 'acme', { mostVendors: 620 }), { vendors: 620, more: false })
  }
)

t.test('many vendors with many cycles leave each of the others its largest sum', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const lease = await leased(store)
  const cycles = (vendor: number) =>
    Array.from({ length: 150 }, (_, i) => signed(`Vendor ${vendor}`, '1.00', { billingCycle: `Cycle ${i}` }))
  await put(
    store,
    lease,
    Array.from({ length: 60 }, (_, i) => recordOf(lease, String(i), { agreements: cycles(i) }))
  )
  const { items } = await listVendors(store, 'acme', {})
  t.equal(
    items.reduce((sum, { costs }) => sum + costs.length, 0),
    5000
  )
  for (const { costs, moreCosts } of items) {
    t.ok(costs.length >= 1 && costs.length <= 100)
    t.equal(costs.length + moreCosts, 150)
  }
})

t.test('who asks while it is summed up gets the same answer, and the next one a new one', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const lease = await leased(store)
  await put(store, lease, [recordOf(lease, '1', { agreements: [signed('Northwind', '1.00')] })])
  const [one, two, other] = await Promise.all([
    listVendors(store, 'acme', {}),
    listVendors(store, 'acme', {}),
    listVendors(store, 'globex', {})
  ])
  t.equal(one, two)
  t.equal(other.agreements, 0)
  t.not(await listVendors(store, 'acme', {}), one)
})
