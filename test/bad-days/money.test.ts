import t from 'tap'
import { startVendor } from './vendor.ts'
import { openWholeHost } from './whole-host.ts'

t.jobs = 4
const byId = (agreements: any[], id: number) => agreements.find(({ externalId }) => externalId === String(id))
const inEffect = '2024-02-01T00:00:00Z'

t.test('0.1 + 0.2 is 0.30, and what is not billable, not in effect or cancelled costs nothing', async t => {
  const vendor = await startVendor(t)
  const { id } = vendor.addAgreement({ companyId: 1, name: 'Cents', billAmount: 0 })
  vendor.addAddition({ agreementId: id, unitPrice: 0.1, extPrice: 0.1, effectiveDate: inEffect })
  vendor.addAddition({ agreementId: id, unitPrice: 0.2, extPrice: 0.2, effectiveDate: inEffect })
  const host = await openWholeHost(t, { vendor })
  await host.install('active-agreements')
  const agreements = await host.all('/v1/agreements')
  t.match(byId(agreements, id), {
    overallCost: '0.30',
    contractName: 'Cents',
    currency: 'USD',
    billingCycle: 'Monthly'
  })
  t.match(byId(agreements, 101), { overallCost: '100.40', status: 'active' })
  t.match(byId(agreements, 102), { overallCost: '50.00', status: 'expired' })
  t.match(byId(agreements, 103), { overallCost: '75.00', status: 'cancelled' })
  t.match(byId(agreements, 104), { overallCost: '20.00', status: 'inactive' })
  t.match(byId(agreements, 105), { overallCost: '59.97', currency: 'EUR', billingCycle: 'Quarterly' })
  t.match(byId(agreements, 107), { overallCost: '24.00', billingCycle: 'Annual' })
  t.equal(byId(agreements, 106), undefined, 'its company is not active')
})

t.test('field report B1: what the agreement includes is not on the invoice', async t => {
  const vendor = await startVendor(t)
  const { id } = vendor.addAgreement({ companyId: 1, billAmount: 1000 })
  const addition = { agreementId: id, quantity: 30, unitPrice: 10, effectiveDate: inEffect }
  vendor.addAddition({ ...addition, lessIncluded: 25, extPrice: 300 })
  const host = await openWholeHost(t, { vendor })
  await host.install('active-agreements')
  t.equal(byId(await host.all('/v1/agreements'), id).overallCost, '1050.00')
})

t.test('an amount too exact for a float keeps every digit', async t => {
  const vendor = await startVendor(t)
  const { id } = vendor.addAgreement({ companyId: 1, billAmount: 0 })
  vendor.addAddition({ agreementId: id, extPrice: '900719925474099.31', effectiveDate: inEffect })
  vendor.addAddition({ agreementId: id, extPrice: '0.0001', effectiveDate: inEffect })
  const host = await openWholeHost(t, { vendor })
  await host.install('active-agreements')
  t.equal(byId(await host.all('/v1/agreements'), id).overallCost, '900719925474099.3101')
})

t.test(
  'an addition whose product the catalogue does not have counts, under the vendor MSP Managed Services',
  async t => {
    const vendor = await startVendor(t)
    const { id } = vendor.addAgreement({ companyId: 1, billAmount: 10 })
    const product = { id: 999_999, identifier: 'NOBODY-KNOWS' }
    vendor.addAddition({ agreementId: id, product, extPrice: 5, effectiveDate: inEffect })
    const host = await openWholeHost(t, { vendor })
    const installed = await host.install('active-agreements')
    t.match((await host.call('GET', `/v1/installations/${installed.id}`)).body.lastRun, {
      status: 'succeeded',
      counts: { setAside: 0 }
    })
    t.match(byId(await host.all('/v1/agreements'), id), {
      overallCost: '15.00',
      vendorName: 'MSP Managed Services',
      vendors: []
    })
  }
)

t.test('an agreement whose company is unknown is told, and the receipt still adds up', async t => {
  const vendor = await startVendor(t)
  const { id } = vendor.addAgreement({ company: { id: 4711, name: 'Nobody' }, name: 'Orphan' })
  const host = await openWholeHost(t, { vendor })
  const installed = await host.install('active-agreements')
  const { lastRun } = (await host.call('GET', `/v1/installations/${installed.id}`)).body
  const { read, created, leftOut, setAside } = lastRun.counts
  t.match(lastRun, { status: 'succeeded', counts: { setAside: 0 } })
  t.equal(read, created + leftOut + setAside)
  t.match(await host.all(`/v1/runs/${lastRun.id}/rejects`), [
    { reason: /belongs to company 4711, which ConnectWise does not/ }
  ])
  t.equal(byId(await host.all('/v1/agreements'), id), undefined)
})

t.test('an amount that is no number sets its customer aside instead of guessing', async t => {
  const vendor = await startVendor(t)
  const host = await openWholeHost(t, { vendor })
  vendor.fail({ kind: 'oddRecord', table: 'agreements', id: 105, odd: record => ({ ...record, billAmount: 'plenty' }) })
  const installed = await host.install('active-agreements')
  const { lastRun } = (await host.call('GET', `/v1/installations/${installed.id}`)).body
  t.match(lastRun, { status: 'succeeded', counts: { setAside: 1 } })
  t.match(await host.all(`/v1/runs/${lastRun.id}/rejects`), [
    { externalId: '7', reason: /amount of agreement 105 is no number/ }
  ])
})
