/** States that pass, or that only a bad day brings, as somebody sees them. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { demoAccount, startConnectWise } from '../doubles/connectwise/index.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { fieldsOf, fill, install, isReady, openConsole, openDesk, signIn } from './console.ts'
import { openGate } from './gate.ts'
import { look } from './look.ts'

/** In each look without leaving the page. */
async function lookHere(page: Page, name: string): Promise<string[]> {
  const faulty: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    faulty.push(...(await look(page, `${name}, ${colorScheme}`)))
  }
  await page.setViewportSize({ width: 390, height: 844 })
  faulty.push(...(await look(page, `${name}, phone`)))
  await page.setViewportSize({ width: 1280, height: 860 })
  await page.emulateMedia({ colorScheme: 'light' })
  return faulty
}

/** Hidden, as a tab that somebody has left, it stays as it is; shown again it follows what has happened since. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(value => {
    Object.defineProperty(document, 'hidden', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, isHidden)
}

t.test('what takes its time is right meanwhile: checks, counting, the first sync', needsChromium, async t => {
  const vendor = await startConnectWise({ account: demoAccount(1, 240) })
  t.teardown(() => vendor.close())
  const gate = await openGate(t, vendor.url)
  const desk = await openDesk(t, [gate.url])
  const { page, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite({ to: '/console/integrations/connectwise' }))
  await page.getByRole('button', { name: 'Install' }).first().click()
  await fill(page, { ...fieldsOf(vendor), Domain: gate.url })
  const faulty: string[] = []

  gate.shut()
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Checking the connection' }).waitFor()
  await isReady(page)
  await setHidden(page, true)
  // Checks that no vendor answers end after ten seconds, and to look may take longer.
  gate.open()
  t.match(await page.locator('#words').textContent(), /10 things are tried with ConnectWise PSA/)
  t.match(await page.locator('#foot').textContent(), 'You may leave this page and come back.')
  faulty.push(...(await lookHere(page, 'checks under way')))
  await setHidden(page, false)
  await page.getByRole('button', { name: 'See what would come' }).waitFor()

  gate.shut()
  await page.getByRole('button', { name: 'See what would come' }).click()
  await page.getByText('Counting at ConnectWise PSA…').waitFor()
  await isReady(page)
  await setHidden(page, true)
  gate.open()
  faulty.push(...(await lookHere(page, 'counting')))
  await setHidden(page, false)
  await page.locator('.figure.big').first().waitFor()

  // Pages of a sync, and not the single records of the checks.
  gate.shut(/companies\?.*pageSize=\d{3}/i)
  await page.getByRole('button', { name: 'Install', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Installed, data is on its way' }).waitFor()
  await page.getByText('Syncing now').waitFor()
  t.match(await page.locator('#sync').textContent(), /The first sync is under way.*You may leave this page/s)
  t.match(await page.locator('#came').textContent(), /Waiting for the first/)
  faulty.push(...(await lookHere(page, 'the first sync under way')))
  const arrival = page.url()
  await page.goto(`${desk.url}/console/integrations/connectwise`)
  const card = page.locator('#sync-active-customers')
  await card.getByRole('progressbar').waitFor()
  t.equal(await card.getByRole('button', { name: 'Sync now' }).count(), 0, 'it syncs already')
  faulty.push(...(await lookHere(page, 'syncing')))
  await page.goto(arrival)
  gate.open()
  await page.getByRole('heading', { name: 'Everything is here' }).waitFor()
  await page.getByText('Just arrived').first().waitFor()
  t.same(faulty, [])
  t.same(faults(), [])
})

t.test('an installation is right in each of its states, on its page and on its card', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  await install(page, desk)
  const { installations, connections } = desk.host.store
  const [{ id, connectionId } = { id: '', connectionId: '' }] = (
    await installations.list('acme', {}, { limit: 1, cursor: null })
  ).items
  const want = async (wanted: 'running' | 'stopped' | 'uninstalled' | 'erasing') => {
    while (true) {
      const { rev } = (await installations.get('acme', id))!
      if (await installations.tryUpdate('acme', id, rev, { wanted })) return
    }
  }
  const detail = `ConnectWise PSA refuses the two keys: ${'it was made again by somebody, '.repeat(6)}and the old one ended.`
  const trouble = { code: 'HOST_ERR_CREDENTIALS_REJECTED', detail, since: new Date().toISOString() }
  const states: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['Stopped', () => want('stopped')],
    ['Not installed', () => want('uninstalled')],
    [
      'Needs attention',
      async () => {
        await want('running')
        await connections.note('acme', connectionId, { trouble: { ...trouble, tries: 1, retryAt: null } })
      }
    ]
  ]
  const faulty: string[] = []
  for (const [words, begin] of states) {
    await begin()
    await page.goto(`${desk.url}/console/integrations`)
    await page.locator('#card-connectwise').getByText(words).first().waitFor()
    faulty.push(...(await lookHere(page, `${words}, its card`)))
    await page.goto(`${desk.url}/console/integrations/connectwise`)
    faulty.push(...(await lookHere(page, `${words}, its page`)))
  }
  await page.getByRole('link', { name: 'Put it right' }).click()
  await page.getByRole('heading', { name: 'What works' }).waitFor()
  t.same(faulty, [])
  t.same(faults(), [])
})

t.test('an install that ends otherwise says how: too late, not open any more, or not well', needsChromium, async t => {
  const desk = await openConsole(t)
  const browser = await launch(t)
  const begin = async (sub: string) => {
    const { page, faults } = await openPage(browser)
    await signIn(page, await desk.invite({ sub, to: '/console/integrations/connectwise' }))
    await page.locator('#sync-active-customers').getByRole('button', { name: 'Install' }).click()
    await fill(page, desk.fields)
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('button', { name: 'See what would come' }).click()
    await page.locator('.figure.big').first().waitFor()
    return { page, faults, draft: page.url() }
  }
  const [alex, sam] = [await begin('alex@acme.example'), await begin('sam@acme.example')]
  const faulty: string[] = []
  // Pages of a sync, and not the single records of the checks.
  desk.vendor.fail({ kind: 'status', status: 400, endpoint: 'companies', pageSizeFrom: 100 })
  await alex.page.getByRole('button', { name: 'Install', exact: true }).click()
  await alex.page.getByRole('heading', { name: 'The first sync did not end well' }).waitFor()
  t.match(await alex.page.locator('#sync').textContent(), /It is tried again by itself\. You need not stay\./)
  faulty.push(...(await lookHere(alex.page, 'a first sync that failed')))
  await alex.page.goto(alex.draft)
  await alex.page.getByRole('heading', { level: 1, name: 'This install is not open any more' }).waitFor()
  t.match(await alex.page.locator('main').textContent(), /It was finished, or left for more than 30 minutes/)
  faulty.push(...(await lookHere(alex.page, 'an install that is over')))

  await sam.page.getByRole('button', { name: 'Install', exact: true }).click()
  await sam.page.getByRole('heading', { level: 1, name: 'Sync Active Customers is already installed' }).waitFor()
  faulty.push(...(await lookHere(sam.page, 'installed by somebody else')))
  await sam.page.getByRole('link', { name: 'See it' }).click()
  await sam.page.getByRole('heading', { level: 1, name: 'ConnectWise PSA' }).waitFor()
  const { items } = await desk.host.store.installations.list('acme', {}, { limit: 10, cursor: null })
  t.equal(items.length, 1, 'it was installed once')
  t.same(faulty, [])
  t.same([...alex.faults(404), ...sam.faults(409)], [])
})
