/** Sign-in by the company's own account, through the pages of a real issuer. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { openIssuer } from '../plugins/console/issuer.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { look } from './look.ts'

/** On the issuer's pages: who it is, and that they agree. */
async function agree(page: Page): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill('alex')
  await page.getByPlaceholder('and password').fill('x')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}

t.test('a person goes to the issuer and comes back signed in, where they wanted', needsChromium, async t => {
  const account = { tenant: 'acme', permissions: ['integrations:read', 'clients:read'] }
  const { origin, issuer } = await openIssuer(t, account)
  const { page, faults } = await openPage(await launch(t))
  await page.goto(`${origin}/console/clients`)
  t.same(await look(page, 'the sign-in'), [])
  await page.getByRole('link', { name: 'Sign in with your company account' }).click()
  await page.waitForURL(`${issuer.origin}/**`)
  faults()
  await agree(page)
  await page.getByRole('heading', { level: 1, name: 'Manage Clients' }).waitFor()
  t.equal(page.url(), `${origin}/console/clients`)
  t.match(await page.locator('.who').textContent(), /acme.*alex/s)
  const names = (await page.context().cookies(origin)).map(({ name }) => name)
  t.ok(names.includes('__Host-console'))
  t.notOk(names.includes('__Host-console-oidc'), 'what the way back needed is gone')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out').waitFor()
  t.same(
    faults().filter(fault => fault.includes(origin)),
    []
  )
})

t.test('an account that may do nothing here is not let in, and is told why', needsChromium, async t => {
  const { origin } = await openIssuer(t, { tenant: 'acme', permissions: ['something:else'] })
  const { page, context } = await openPage(await launch(t))
  await page.goto(`${origin}/console/integrations`)
  await page.getByRole('link', { name: 'Sign in with your company account' }).click()
  await agree(page)
  await page.getByRole('heading', { level: 1, name: 'You are not let in' }).waitFor()
  t.same(await look(page, 'not let in'), [])
  t.notOk((await context.cookies(origin)).some(({ name }) => name === '__Host-console'))
})
