/** A host that is busy, or away from its store: the page says for how long, and asks again by itself. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { errors } from '../../plugins/errors.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { openConsole, signIn } from './console.ts'
import { look, looks } from './look.ts'

const busy = (page: Page) => page.getByRole('heading', { level: 1, name: 'The host is busy' })
const button = (page: Page) => page.locator('a[data-retry]')

/** From now on the time of pages stands still, but for what the test lets pass. */
async function stopTheClock({ clock }: Page): Promise<void> {
  const now = Date.now()
  await clock.install({ time: now })
  await clock.pauseAt(now + 60_000)
}

t.test('who asks too often is told for how long, and the page goes on by itself then', needsChromium, async t => {
  const desk = await openConsole(t, { env: { CALLS_READ: '300' } })
  const { page, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  const runs = `${desk.url}/console/runs`
  await stopTheClock(page)
  do {
    await page.evaluate(url => Promise.all(Array.from({ length: 20 }, () => fetch(url))), runs)
    await page.goto(runs)
  } while ((await busy(page).count()) === 0)
  t.match(await button(page).textContent(), /^Try again in 1 s$/)
  await page.clock.resume()
  await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor()
  t.equal(page.url(), runs, 'nobody has pressed')
  t.same(faults(429), [])
})

t.test('the seconds are counted down, and it is asked once at their end', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  const { sessions } = desk.host.store
  const get = sessions.get.bind(sessions)
  const leave = () => Object.assign(sessions, { get: () => Promise.reject(new errors.HOST_ERR_STORE_UNAVAILABLE()) })
  const asked: string[] = []
  page.on('request', request => request.isNavigationRequest() && asked.push(new URL(request.url()).pathname))

  leave()
  await stopTheClock(page)
  await page.goto(`${desk.url}/console/runs`)
  await busy(page).waitFor()
  asked.length = 0
  for (const left of [5, 4, 3, 2, 1]) {
    t.equal(await button(page).textContent(), `Try again in ${left} s`)
    t.same(asked, [])
    if (left > 1) await page.clock.runFor(1000)
  }
  const again = page.waitForResponse('**/console/runs')
  await page.clock.runFor(1000)
  t.equal((await again).status(), 503, 'it is away still, and the page counts anew')
  await button(page).getByText('Try again in 5 s').waitFor()
  Object.assign(sessions, { get })
  await page.clock.runFor(5000)
  await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor()
  t.same(asked, ['/console/runs', '/console/runs'])
  t.same(faults(503), [])
})

t.test('pages of what goes wrong are right for everybody', needsChromium, async t => {
  const desk = await openConsole(t)
  const { sessions } = desk.host.store
  const get = sessions.get.bind(sessions)
  const browser = await launch(t)
  const faulty: string[] = []
  for (const [shade, options] of Object.entries(looks)) {
    const { page, faults } = await openPage(browser, options)
    // The page that asks again by itself is looked at for as long as that takes.
    await page.addInitScript(() => {
      const stay = (event: Event) => event.target instanceof Element && event.target.matches('a[data-retry]')
      document.addEventListener('click', event => stay(event) && event.preventDefault(), true)
    })
    await signIn(page, await desk.invite({ permissions: ['integrations:read'], sub: `${shade}@acme.example` }))
    await page.goto(`${desk.url}/console/clients`)
    await page.getByText('You may not do this').waitFor()
    faulty.push(...(await look(page, `forbidden, ${shade}`)))
    await page.goto(`${desk.url}/console/integrations`)
    await page.locator('input[name="_csrf"]').evaluateAll(inputs => {
      for (const input of inputs) (input as HTMLInputElement).value = 'old'
    })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('This page was open for too long').waitFor()
    faulty.push(...(await look(page, `an old form, ${shade}`)))
    await page.getByRole('link', { name: 'Load again' }).click()
    await page.getByRole('heading', { level: 1, name: 'Integrations' }).waitFor()
    Object.assign(sessions, { get: () => Promise.reject(new errors.HOST_ERR_STORE_UNAVAILABLE()) })
    await page.goto(`${desk.url}/console/runs`)
    await busy(page).waitFor()
    faulty.push(...(await look(page, `busy, ${shade}`)))
    Object.assign(sessions, { get })
    t.same(faults(403, 503), [], shade)
    await page.context().close()
  }
  t.same(faulty, [])
})
