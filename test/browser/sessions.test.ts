import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import connectwise from '../../connectors/connectwise/index.ts'
import { buildHost } from '../../host.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { fill, install, openConsole, signIn } from './console.ts'

t.test('two tabs do not meet, reload and back repeat nothing', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page, context, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  await page.goto(`${desk.url}/console/integrations/connectwise`)
  await page.locator('#sync-active-customers').getByRole('button', { name: 'Install' }).click()
  await fill(page, { Domain: desk.vendor.url, Username: 'half+typed0000000' })
  await page
    .getByRole('button', { name: 'Next', exact: true })
    .click({ noWaitAfter: true })
    .catch(() => {})

  const other = await context.newPage()
  await other.goto(`${desk.url}/console/integrations/connectwise`)
  await other.locator('#sync-active-agreements').getByRole('button', { name: 'Install' }).click()
  await other.getByLabel('Domain').waitFor()
  t.equal(await other.getByLabel('Domain').inputValue(), '', 'another install has a form of its own')

  await page.goto(`${desk.url}/console/integrations/connectwise`)
  await page.locator('#sync-active-customers').getByRole('button', { name: 'Install' }).click()
  await fill(page, desk.fields)
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await page.getByRole('button', { name: 'See what would come' }).click()
  await page.locator('.figure.big').first().waitFor()
  await page.reload()
  await page.locator('.figure.big').first().waitFor()
  await page.getByRole('button', { name: 'Install', exact: true }).click()
  await page.getByRole('heading', { name: 'Everything is here' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Everything is here' }).waitFor()
  await page.goBack()
  await page.goBack()
  await page.getByRole('heading', { name: 'This install is not open any more' }).waitFor()
  const { items } = await desk.host.store.installations.list('acme', {}, { limit: 10, cursor: null })
  t.equal(items.length, 1, 'it was installed once')

  await fill(other, desk.fields)
  await other.getByRole('button', { name: 'Next', exact: true }).click()
  await other.getByRole('button', { name: 'See what would come' }).click()
  await other.getByRole('button', { name: 'Install', exact: true }).click()
  await other.getByRole('heading', { name: 'Everything is here' }).waitFor()
  t.same(faults(404), [])
})

t.test(
  'what was sent outlives the session, and a page that follows something ends at the sign-in',
  needsChromium,
  async t => {
    const desk = await openConsole(t)
    const { page } = await openPage(await launch(t))
    await signIn(page, await desk.invite())
    await page.goto(`${desk.url}/console/integrations/connectwise`)
    await page.locator('#sync-active-customers').getByRole('button', { name: 'Install' }).click()
    await fill(page, { ...desk.fields, 'Client ID': '11111111-1111-4111-8111-111111111111' })
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('link', { name: 'Change what I typed' }).click()
    await page.getByText('Kept, ends in').first().waitFor()

    await page.goto(`${desk.url}/console/integrations`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.goto(`${desk.url}/console/clients?status=gone`)
    await page.waitForURL(/sign-in\?to=/)
    await signIn(page, await desk.invite())
    await page.goto(`${desk.url}/console/integrations/connectwise`)
    await page.locator('#sync-active-customers').getByRole('button', { name: 'Install' }).click()
    t.equal(await page.getByLabel('Domain').inputValue(), desk.vendor.url, 'the same person finds it again')
    await page.waitForLoadState()
    t.equal(await page.getByText('Kept, ends in').count(), 3)

    const stranger = await openPage(page.context().browser()!)
    await signIn(stranger.page, await desk.invite({ sub: 'sam@acme.example' }))
    await stranger.page.goto(page.url())
    await stranger.page.getByRole('heading', { name: 'This install is not open any more' }).waitFor()
  }
)

t.test('a page says when the host is away and goes on when it is back', needsChromium, async t => {
  const dataDir = t.testdir()
  const desk = await openConsole(t, { env: { DATA_DIR: dataDir } })
  const { page, context } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  await install(page, desk)
  await page.goto(`${desk.url}/console/integrations/connectwise`)
  await page.locator('#sync-active-customers').getByText('Running', { exact: true }).waitFor()
  const { port } = new URL(desk.url)
  await desk.close()
  await page.locator('#offline').waitFor()
  t.match(
    await page.locator('#offline').textContent(),
    /No connection to the host\. What you see may be old; trying again\./
  )
  t.match(await page.locator('#sync-active-customers').textContent(), /Running/, 'what was there stays there')

  const env = { DATA_DIR: dataDir, OUTBOUND_ALLOW: desk.vendor.url, LOG_LEVEL: 'silent' }
  const again = await buildHost({ env, connectors: [connectwise] })
  t.teardown(() => again.close())
  await again.listen({ host: '127.0.0.1', port: Number(port) })
  await page.locator('#offline').waitFor({ state: 'detached' })
  await page.goto(`${desk.url}/console/clients`)
  t.ok((await page.locator('tbody tr').count()) > 0, 'the session has outlived the restart')

  await page.goto(`${desk.url}/console/integrations`)
  await context.setOffline(true)
  await page.locator('#offline').waitFor()
  await context.setOffline(false)
  await page.locator('#offline').waitFor({ state: 'detached' })
})

t.test('a session that ends while a page follows something leads to the sign-in', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  await install(page, desk)
  await page.goto(`${desk.url}/console/integrations`)
  const [cookie] = (await page.context().cookies()).filter(({ name }) => name === '__Host-console')
  const { tokenId } = await import('../../plugins/console/session/secret-token.ts')
  await desk.host.store.sessions.remove(tokenId(cookie!.value))
  // Hidden and shown again, as a tab is that somebody comes back to.
  await page.evaluate(() => {
    for (const hidden of [true, false]) {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }
  })
  while (!/sign-in\?to=%2Fconsole%2Fintegrations/.test(page.url())) await setTimeout(50)
  t.pass('it went there by itself')
})
