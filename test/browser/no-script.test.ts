import t from 'tap'
import { launch, needsChromium, openPage } from './chromium.ts'
import { fill, openConsole } from './console.ts'

t.test(
  'without script everything works: from the link to clients, and what is done with them',
  needsChromium,
  async t => {
    const desk = await openConsole(t)
    const { page } = await openPage(await launch(t), { javaScriptEnabled: false })
    await page.goto(await desk.invite())
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('link', { name: 'ConnectWise PSA' }).click()
    await page.locator('#sync-active-customers').getByRole('button', { name: 'Install' }).click()

    const { companyId, publicKey, privateKey, clientId } = desk.vendor.account
    await page
      .getByLabel('Paste your notes')
      .fill(`Company: ${companyId}\npublic key ${publicKey}\nprivate key ${privateKey}\n${clientId}`)
    await page.getByRole('button', { name: 'Sort into the fields' }).click()
    await page.getByText('Filled in from your notes: Username, Password, Client ID.').waitFor()
    await fill(page, { Domain: desk.vendor.url })
    await page.getByLabel('Domain').press('Enter')
    // The page asks for itself again until the checks have ended.
    await page.getByRole('heading', { level: 1, name: 'The connection works' }).waitFor()
    await page.getByRole('button', { name: 'See what would come' }).click()
    await page.locator('.figure.big').first().waitFor()
    await page.getByRole('button', { name: 'Install', exact: true }).click()
    await page.getByRole('heading', { name: 'Everything is here' }).waitFor()
    await page.getByRole('link', { name: 'Open Manage Clients' }).click()

    const name = (await page.locator('tbody th a').first().textContent())!
    await page.getByRole('searchbox').fill(name.slice(0, 6))
    await page.getByRole('searchbox').press('Enter')
    await page.waitForURL(/search=/)
    t.ok((await page.locator('tbody tr').count()) > 0)

    await page.goto(`${desk.url}/console/integrations/connectwise`)
    const card = page.locator('#sync-active-customers')
    await card.locator('summary').last().click()
    await card.getByRole('link', { name: 'Erase' }).click()
    await page.getByRole('textbox').fill('something else')
    await page.getByRole('button', { name: 'Erase' }).click()
    await page.getByText('That is not its name.').waitFor()
    await page.getByRole('textbox').fill('Sync Active Customers')
    await page.getByRole('button', { name: 'Erase' }).click()
    await card.getByRole('button', { name: 'Install' }).waitFor()
    await page.getByRole('button', { name: 'Dark' }).click()
    t.equal(await page.locator('html').getAttribute('data-theme'), 'dark')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out').waitFor()
  }
)
