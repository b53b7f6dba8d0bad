import { readFile } from 'node:fs/promises'
import t from 'tap'
import { demoAccount } from '../doubles/connectwise/index.ts'
import { axeFaults, launch, needsChromium, openPage, sideways } from './chromium.ts'
import { install, openConsole, signIn } from './console.ts'

t.test('Manage Clients is sorted, walked through, searched and taken away as a file', needsChromium, async t => {
  const desk = await openConsole(t, {}, { account: demoAccount(1, 300) })
  const browser = await launch(t)
  const { page, faults } = await openPage(browser)
  await signIn(page, await desk.invite())
  await install(page, desk)
  await page.goto(`${desk.url}/console/clients`)
  const names = () => page.locator('tbody th').allTextContents()
  const foot = page.locator('.pager > .number')
  const { count } = await desk.host.store.clients.total('acme', {})
  t.ok(count > 100)
  const first = await names()
  t.equal(await foot.textContent(), `1–50 of ${count}`)
  t.equal(await page.getByText('Just arrived', { exact: true }).count(), 50)

  await page.getByRole('link', { name: 'Next page' }).click()
  await page.getByText(`51–100 of ${count}`).waitFor()
  await page.getByRole('link', { name: 'Previous' }).click()
  await page.getByText(`1–50 of ${count}`).waitFor()
  t.same(await names(), first)
  await page.getByRole('link', { name: 'Name', exact: true }).click()
  await page.locator('th[aria-sort="descending"]').waitFor()
  t.not((await names())[0], first[0])

  // What is typed is followed by the list and by what leads on from it.
  const word = first[0]!.split(' ')[0]!.toLowerCase()
  await page.getByRole('searchbox').pressSequentially(word)
  await page.locator(`#export a[href*="search=${word}"]`).waitFor()
  const found = await names()
  t.ok(found.length > 0 && found.every(name => name.toLowerCase().includes(word)))
  t.match(await page.getByRole('link', { name: 'Inactive' }).getAttribute('href'), `search=${word}`)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click()
  ])
  t.match(download.suggestedFilename(), /^clients-\d{4}-\d\d-\d\d\.csv$/)
  const file = await readFile(await download.path(), 'utf8')
  t.equal(file.split('\r\n').length - 2, found.length)
  t.same(faults(), [])
})

t.test('without script, and with keys alone on a phone, columns still sort', needsChromium, async t => {
  const desk = await openConsole(t)
  const browser = await launch(t)
  const setup = await openPage(browser)
  await signIn(setup.page, await desk.invite())
  await install(setup.page, desk)
  const options = { javaScriptEnabled: false, viewport: { width: 390, height: 844 }, baseURL: desk.url }
  const { page } = await openPage(browser, options)
  await page.goto(await desk.invite({ to: '/console/clients' }))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL('**/console/clients')
  const name = page.getByRole('link', { name: 'Name', exact: true })
  const height = async () => (await page.locator('thead').boundingBox())?.height ?? 0
  t.ok((await height()) <= 1, 'on a phone the head is told, not shown')
  await name.focus()
  t.ok((await height()) > 20, 'what has the focus is seen')
  await name.press('Enter')
  await page.waitForURL('**/console/clients?order=-name')
  t.equal(await page.getByText('Just arrived').first().isVisible(), true)

  const looked = await openPage(browser, { viewport: { width: 390, height: 844 } })
  await signIn(looked.page, await desk.invite({ to: '/console/clients' }))
  await looked.page.getByRole('link', { name: 'Changed', exact: true }).focus()
  t.same([await axeFaults(looked.page), await sideways(looked.page)], [[], 0])
})
