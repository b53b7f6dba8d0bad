/** Amounts of money, as they stand below each other. */
import t from 'tap'
import { agreementOf, leased, put, recordOf } from '../conformance/storage/fixtures.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { openConsole, signIn } from './console.ts'
import { look, looks } from './look.ts'

t.test(
  'money is read in one column: the same decimals, one right edge, and the exact amount kept',
  needsChromium,
  async t => {
    const desk = await openConsole(t)
    const { store } = desk.host
    const lease = await leased(store)
    const costs = ['1234.5', '0.3333', '1000000.005', '-12.00', '7.123456']
    const agreements = costs.map((overallCost, i) =>
      agreementOf(String(i), {
        vendorName: `Vendor ${'of a long name '.repeat(i)}${i}`,
        overallCost,
        currency: i % 2 === 0 ? 'USD' : 'EUR',
        billingCycle: ['Monthly', 'Annual', 'Every two weeks'][i % 3]!
      })
    )
    await put(store, lease, [recordOf(lease, '1', { agreements })])
    const [client] = (await store.clients.list('acme', {}, { limit: 1, cursor: null })).items
    const browser = await launch(t)
    const pages = ['/console/vendors', `/console/clients/${client!.id}`]
    for (const [shade, options] of Object.entries(looks)) {
      const { page, faults } = await openPage(browser, options)
      await signIn(page, await desk.invite())
      for (const path of pages) {
        await page.goto(desk.url + path)
        const amounts = page.locator('tbody .amount data')
        t.equal(await amounts.count(), costs.length, path)
        const seen = await amounts.evaluateAll(found =>
          found.map(one => {
            const { textContent, title } = one as HTMLDataElement
            return {
              text: textContent,
              exact: (one as HTMLDataElement).value,
              title,
              edge: one.getBoundingClientRect().right
            }
          })
        )
        for (const { text } of seen) t.match(text, /^-?[\d,]+\.\d\d$/, path)
        t.same(new Set(seen.map(({ exact }) => Number(exact))), new Set(costs.map(Number)), 'exact')
        const third = seen.find(({ exact }) => exact === '0.3333')
        t.match(third, { text: '0.33', title: 'Exactly 0.3333' })
        if (shade !== 'phone') t.equal(new Set(seen.map(({ edge }) => Math.round(edge))).size, 1, `${path}: one edge`)
        t.same(await look(page, path), [], shade)
      }
      t.same(faults(), [], shade)
      await page.context().close()
    }
  }
)
