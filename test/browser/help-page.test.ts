/** The help page in a real browser, for every vendor; and a tenant that has all of them. */
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { kinds } from '../vendors/every.ts'
import type { TestVendor } from '../vendors/vendor.ts'
import { axeFaults, launch, needsChromium, openPage, sideways } from './chromium.ts'
import { type Desk, fill, openDesk, signIn, typedFor } from './console.ts'

const inOrder = (...words: readonly string[]) => new RegExp(words.join('.*'), 's')

for (const kind of kinds)
  t.test(`the help page with ${kind.title}: from the link to clients that are there`, needsChromium, async t => {
    const vendor = await kind.start(t, { account: 120, latencyMs: 5 })
    const desk = await openDesk(t, [vendor.allow])
    const { page, faults } = await openPage(await launch(t))
    await signIn(page, await desk.invite())

    t.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Integrations')
    const card = page.locator(`#card-${kind.connector}`)
    const [customers, agreements] = kind.titles
    t.match(await card.textContent(), inOrder(customers, 'Not installed', agreements, 'Not installed'))
    await card.getByRole('link', { name: kind.title }).click()
    await page.waitForLoadState()

    t.match(
      await page.locator(`#sync-${kind.customers}`).textContent(),
      /Type must be set to Customer.*Company name.*Creating a new company record/s
    )
    const rights = await page.getByRole('table').textContent()
    for (const { words } of Object.values(kind.rights)) t.match(rights, words.source.replaceAll('"', ''))
    await page.locator(`#sync-${kind.customers}`).getByRole('button', { name: 'Install' }).click()

    await page.getByRole('heading', { level: 1, name: `Connect ${kind.title}` }).waitFor()
    await fill(page, typedFor(desk, vendor))
    t.match(page.url(), /\/console\/install\/dft_/)
    await page.getByRole('button', { name: 'Next', exact: true }).click()

    await page.getByRole('heading', { level: 1, name: 'The connection works' }).waitFor()
    // The foot comes last, behind the checks.
    await page.getByRole('button', { name: 'See what would come' }).waitFor()
    t.equal(await page.locator('.check.passed').count(), desk.host.connectors.get(kind.connector)!.checks!.length)
    t.match(await page.locator('#words').textContent(), /This is the account of Fernhollow IT Services/)
    await page.getByRole('button', { name: 'See what would come' }).click()

    await page.getByText('would come', { exact: true }).waitFor()
    await page.waitForLoadState()
    const [come = '', leftOut = ''] = await page.locator('.figure.big dd').allTextContents()
    t.equal(Number(come), vendor.oracle.customers().length)
    t.equal(Number(come) + Number(leftOut), 120, 'everybody is counted once')
    t.equal(await page.getByRole('checkbox', { name: 'Customer', exact: true }).isChecked(), true)
    await page.getByText(/^Why are \d+ left out\?$/).click()
    await page.getByRole('button', { name: 'Install', exact: true }).click()

    await page.getByRole('heading', { level: 1, name: /^Installed/ }).waitFor()
    await page.getByRole('heading', { name: 'Everything is here' }).waitFor()
    t.equal(
      (await page.locator('#sync .figure dd').first().textContent())?.trim(),
      come,
      'as many as were said would come'
    )
    await page.getByRole('button', { name: 'Install it too' }).click()

    await page.getByRole('heading', { level: 1, name: 'What would come' }).waitFor()
    t.match(page.url(), /\/preview$/, 'over the same connection there is nothing to type')
    await page.getByRole('button', { name: 'Install', exact: true }).click()
    await page.getByRole('heading', { name: 'Everything is here' }).waitFor()
    await page.getByRole('link', { name: 'Open Manage Clients' }).click()

    await page.getByRole('heading', { level: 1, name: 'Manage Clients' }).waitFor()
    await page.waitForLoadState()
    t.equal(await page.locator('tbody tr').count(), Math.min(50, Number(come)))
    const name = (await page.locator('tbody th a').first().textContent())!
    await page.getByRole('searchbox').pressSequentially(name.slice(0, 6))
    await page.waitForURL(/search=/)
    t.match(await page.locator('tbody th a').first().textContent(), name.slice(0, 6))
    await page.locator('tbody th a').first().click()
    await page.getByRole('heading', { name: 'Reach them' }).waitFor()
    await page.getByRole('link', { name: 'Why is it here?' }).click()
    await page.getByText('it passes every rule', { exact: false }).first().waitFor()

    await page.getByRole('link', { name: 'Runs' }).click()
    await page.waitForLoadState()
    t.equal(await page.locator('.run').count(), 2)
    await page.getByRole('link', { name: 'First sync' }).first().click()
    await page.getByRole('heading', { name: 'Does it add up?' }).waitFor()

    await stopAndErase(t, page, desk, vendor)
    t.same(faults(), [])
    for (const secret of vendor.secrets) t.notMatch(desk.log(), secret, 'no key is in the log')
  })

/** Stop and start, uninstall and reinstall, erase: what is done with an installation afterwards. */
async function stopAndErase(t: Test, page: Page, { url, host }: Desk, { kind }: TestVendor): Promise<void> {
  await page.goto(`${url}/console/integrations/${kind.connector}`)
  for (const [at, syncType] of [kind.customers, kind.agreements].entries()) {
    const card = page.locator(`#sync-${syncType}`)
    await card.getByRole('button', { name: 'Stop' }).click()
    await card.getByText('Stopped', { exact: true }).waitFor()
    await card.getByRole('button', { name: 'Start' }).click()
    await card.getByText('Running', { exact: true }).waitFor()
    await card.getByLabel('More').click()
    await card.getByRole('link', { name: 'Uninstall' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Uninstall' }).click()
    await card.getByRole('button', { name: 'Reinstall' }).click()
    await card.getByText('Running', { exact: true }).waitFor()
    await card.getByLabel('More').click()
    await card.getByRole('link', { name: 'Erase' }).click()
    await page.getByRole('dialog').getByRole('textbox').fill(kind.titles[at]!)
    await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click()
    await card.getByRole('button', { name: 'Install' }).waitFor()
  }
  const page1 = { limit: 1, cursor: null }
  t.strictSame((await host.store.connections.list('acme', page1)).items, [], 'the credentials went with the last of it')
  t.strictSame((await host.store.clients.list('acme', {}, page1)).items, [])
}

t.test('a tenant with every vendor sees all its clients in one list, each with its source', needsChromium, async t => {
  const vendors = await Promise.all(kinds.map(kind => kind.start(t)))
  const desk = await openDesk(
    t,
    vendors.map(({ allow }) => allow)
  )
  const { page, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  for (const vendor of vendors) {
    await page.goto(`${desk.url}/console/integrations/${vendor.connector}`)
    await page.locator(`#sync-${vendor.kind.customers}`).getByRole('button', { name: 'Install' }).click()
    await fill(page, typedFor(desk, vendor))
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('button', { name: 'See what would come' }).click()
    await page.getByRole('button', { name: 'Install', exact: true }).click()
    await page.getByRole('heading', { name: 'Everything is here' }).waitFor()
  }
  await page.goto(`${desk.url}/console/clients`)
  const expected = vendors.flatMap(({ kind, oracle }) => oracle.customers().map(({ name }) => [name, kind.title]))
  const rows = page.locator('tbody tr')
  t.equal(await rows.count(), expected.length)
  for (const [name, title] of expected) {
    const row = rows.filter({ has: page.getByRole('link', { name: name!, exact: true }) })
    t.match((await row.allTextContents()).join('\n'), title!, `${name} of ${title}`)
  }
  for (const { kind, oracle } of vendors) {
    await page.goto(`${desk.url}/console/clients`)
    await page.getByRole('navigation', { name: 'Source' }).getByRole('link', { name: kind.title }).click()
    await page.waitForURL(/connection=/)
    t.equal(await rows.count(), oracle.customers().length, kind.title)
  }
  t.same(await axeFaults(page), [])
  t.equal(await sideways(page), 0)
  await rows.first().getByRole('link').first().click()
  await page.getByText(kinds.at(-1)!.title).first().waitFor()
  t.same(faults(), [])
})
