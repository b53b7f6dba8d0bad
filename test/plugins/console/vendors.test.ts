import t from 'tap'
import { agreementOf, leased, put, recordOf } from '../../conformance/storage/fixtures.ts'
import { buildConsoleHost } from './console-host.ts'

t.test('vendors are shown with their sums, each currency and cycle by itself, as decimals', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const lease = await leased(host.store)
  let last = 0
  const signed = (vendorName: string, overallCost: string | null, more: object = {}) =>
    agreementOf(String(++last), { vendorName, overallCost, ...more })
  await put(host.store, lease, [
    recordOf(lease, '1', {
      agreements: [
        signed('North & <b>wind</b>', '9007199254740993.10'),
        signed('Ostrich', '12.3456', { currency: 'EUR' })
      ]
    }),
    recordOf(lease, '2', { agreements: [signed('North & <b>wind</b>', '0.25'), signed('Ostrich', null)] }),
    recordOf(lease, '3', { status: 'gone', agreements: [signed('Pelican', '1.00')] })
  ])
  const { text } = await (await signIn()).get('/console/vendors')
  t.match(text, 'North &amp; &lt;b&gt;wind&lt;/b&gt;')
  t.match(text, /<h2>USD, monthly<\/h2><span class="small quiet">2 agreements</)
  t.match(text, /<h2>EUR, monthly<\/h2><span class="small quiet">1 agreement</)
  t.match(
    text,
    '<bdi>USD, monthly</bdi></span> <data class="number" value="9007199254740993.35">9,007,199,254,740,993.35<'
  )
  t.match(text, 'value="12.3456" title="Exactly 12.3456">12.35<', 'two decimals, and all of it kept')
  t.match(text, /of 1 agreement not known/)
  t.match(text, '2 vendors')
  t.notMatch(text, 'Pelican', 'who is gone is billed nothing')
})

t.test('however many currencies and cycles a vendor makes up, the page stays a page', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const lease = await leased(host.store)
  const agreements = Array.from({ length: 300 }, (_, i) =>
    agreementOf(String(i), { vendorName: 'Ostrich', overallCost: '1.00', billingCycle: `Cycle ${i}` })
  )
  await put(host.store, lease, [recordOf(lease, '1', { agreements })])
  const { text } = await (await signIn()).get('/console/vendors')
  t.equal([...text.matchAll(/<h2>USD, cycle/g)].length, 12)
  t.match(text, 'billed in at least 88 currencies and cycles more')
  t.match(text, 'and 288 sums more')
  t.ok(text.length < 100_000)
})

t.test('where there are no agreements the page says where they come from', async t => {
  const { signIn } = await buildConsoleHost(t)
  t.match((await (await signIn()).get('/console/vendors')).text, 'No agreements in force')
  const robin = await signIn(['integrations:read'], 'acme', 'robin@acme.example')
  t.equal((await robin.get('/console/vendors')).status, 403)
})

t.test(
  'charts say that they are of the vendors with the most agreements, and "below" of what the table has',
  async t => {
    const { host, signIn } = await buildConsoleHost(t)
    const lease = await leased(host.store)
    const alex = await signIn()
    const clients = async (from: number, to: number) => {
      const agreements = Array.from({ length: to - from }, (_, i) =>
        agreementOf(String(from + i), { vendorName: `Vendor ${from + i}`, overallCost: '1.00' })
      )
      await put(host.store, lease, [recordOf(lease, String(from), { agreements })])
      return (await alex.get('/console/vendors')).text
    }
    t.match(await clients(0, 100), 'and 92 vendors more, below<', 'as many as the table has rows')
    const longer = await clients(100, 101)
    t.match(longer, 'and 93 vendors more<')
    t.notMatch(await clients(101, 500), 'Charts are of', 'all of them')
    t.match(
      await clients(500, 501),
      /Charts are of the 500 vendors with the most agreements[\s\S]*There are 501 vendors:/
    )
  }
)
