/** New credentials for an account that is connected: its own, or by mistake another's. */
import t from 'tap'
import { demoAccount, startConnectWise } from '../doubles/connectwise/index.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { fieldsOf, fill, install, isReady, openConsole, signIn } from './console.ts'
import { look, looks } from './look.ts'

t.test('credentials of another account are refused in words, and the old ones go on', needsChromium, async t => {
  const api = { companyId: 'oakmere', publicKey: 'FakePublicKey002', privateKey: 'FakePrivateKey02' }
  const other = await startConnectWise({ account: demoAccount(2, 40), api })
  t.teardown(() => other.close())
  const desk = await openConsole(t, { env: { OUTBOUND_ALLOW: other.url } })
  const browser = await launch(t)
  const { page, faults } = await openPage(browser)
  await signIn(page, await desk.invite())
  await install(page, desk)
  const [connection] = (await desk.host.store.connections.list('acme', { limit: 1, cursor: null })).items
  await page.goto(`${desk.url}/console/connections/${connection!.id}`)
  await page.getByRole('button', { name: 'Change credentials' }).click()
  await page.getByRole('heading', { level: 1, name: 'Change credentials' }).waitFor()

  const { 'API Version': _, ...typed } = fieldsOf(other)
  await fill(page, typed)
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'One thing to put right' }).waitFor()
  const words = /^This belongs to another account, .*: install it as a connection of its own\.$/
  t.match(
    await page
      .locator('#words .notice')
      .textContent()
      .then(text => text?.trim()),
    words
  )
  await page.getByRole('link', { name: 'Change what I typed' }).click()
  const summary = page.locator('#problems')
  await summary.waitFor()
  await isReady(page)
  t.match(await page.title(), /^Problem: /)
  t.equal(await page.evaluate(() => document.activeElement?.id), 'problems')
  t.match(await summary.getByRole('heading').textContent(), /^One thing needs to be put right$/)
  t.match(await summary.getByRole('link').textContent(), words, 'said once')
  await summary.getByRole('link').click()
  // The focus follows with the next picture.
  await page.locator('input:focus').waitFor()
  t.equal(await page.evaluate(() => document.activeElement?.id), 'field-username')
  for (const label of ['Username', 'Password', 'Domain'])
    t.equal(await page.getByLabel(label, { exact: true }).getAttribute('aria-invalid'), 'true', label)
  t.notMatch(await page.content(), api.privateKey, 'no secret is given back')
  const now = await desk.host.store.connections.get('acme', connection!.id)
  t.same(now!.sealed, connection!.sealed, 'nothing of it was kept')
  const draft = page.url()
  for (const [shade, options] of Object.entries(looks)) {
    const looked = await openPage(browser, options)
    await signIn(looked.page, await desk.invite())
    await looked.page.goto(draft)
    await looked.page.locator('#problems').waitFor()
    t.same(await look(looked.page, 'another account'), [], shade)
    await looked.page.context().close()
  }

  await fill(page, desk.fields)
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await page.getByText('The new credentials have taken the place of the old.').waitFor()
  await page.getByRole('link', { name: 'To the connection' }).click()
  await page.getByText('Everything works.').waitFor()
  t.same(faults(), [])
})
