/** What runs have changed of a client, and taking a run back, as people do it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { errors } from '../../plugins/errors.ts'
import { demoAccount } from '../doubles/connectwise/index.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { everything, install, openConsole, ran, signIn } from './console.ts'
import { focused, tabTo } from './keys.ts'
import { look, looks } from './look.ts'

/** Installed, with somebody signed in; `clients` are some that are active. */
async function openScene(t: Test) {
  const desk = await openConsole(t, {}, { account: demoAccount(1, 60) })
  const browser = await launch(t)
  const { page, faults } = await openPage(browser)
  await signIn(page, await desk.invite())
  await install(page, desk)
  const { store } = desk.host
  const [installation] = (await store.installations.list('acme', {}, { limit: 1, cursor: null })).items
  const { items } = await store.clients.list('acme', { status: 'active' }, { limit: 3, cursor: null })
  const clients = items.map(({ id, externalId, profile }) => ({
    company: Number(externalId),
    street: profile.address?.line1 ?? '',
    path: `${desk.url}/console/clients/${id}`
  }))
  const move = (company: number, street: string) =>
    desk.vendor.updateCompany(company, { addressLine1: street, addressLine2: '' })
  const sync = (mode?: 'sync' | 'compare') => ran(desk, installation!.id, mode)
  return { desk, browser, page, faults, clients, move, sync }
}

const question = (page: Page) => page.getByRole('dialog', { name: 'Undo this run?' })
const undoLink = (page: Page) => page.getByRole('link', { name: 'Undo', exact: true })
const words = async (found: Locator) => (await found.textContent())?.replaceAll(/\s+/g, ' ').trim() ?? ''
const reach = (page: Page) => words(page.locator('section[aria-labelledby="reach"]'))
const history = (page: Page) => page.locator('section[aria-labelledby="history"]')

t.test(
  'a client’s history leads to the run, and the run is undone where nothing came after it',
  needsChromium,
  async t => {
    const { desk, page, faults, clients, move, sync } = await openScene(t)
    const [moved, movedTwice, also] = clients
    for (const { company } of clients) move(company, '1 First Street')
    const run = await sync()
    move(movedTwice!.company, '2 Second Street')
    await sync()

    await page.goto(moved!.path)
    t.match(await reach(page), '1 First Street')
    const [row] = await history(page).locator('tbody tr').all()
    t.match(await words(row!), new RegExp(`Address.*${moved!.street}.*1 First Street.*a run`))
    await row!.getByRole('link', { name: 'a run' }).click()
    t.equal(new URL(page.url()).pathname, `/console/runs/${run}`)

    await undoLink(page).click()
    t.match(await words(question(page)), /get back what they had before, and keep it until the other product sends/)
    await question(page).getByRole('link', { name: 'Leave it' }).click()
    t.equal(await question(page).count(), 0)
    t.notOk((await desk.host.store.runs.get('acme', run))!.undone, 'a no changes nothing')

    await undoLink(page).click()
    await question(page).getByRole('button', { name: 'Undo it' }).click()
    const told = page.locator('.notice', { hasText: 'It was undone' })
    t.match(await words(told), '2 clients as before the run, by alex@acme.example')
    t.match(await words(told), 'Left as they are: 1 client changed again since.')
    t.equal(await undoLink(page).count(), 0, 'no second time')

    await page.goto(moved!.path)
    const shown = page.locator('.notice', { hasText: 'Shown as before a run' })
    t.match(await words(shown), /alex@acme\.example has undone.*until the other product sends something else/)
    t.match(await reach(page), moved!.street)
    t.match(
      await words(history(page).locator('tbody tr').first()),
      new RegExp(`1 First Street.*${moved!.street}.*undone by alex@acme\\.example`)
    )
    await page.goto(movedTwice!.path)
    t.match(await reach(page), '2 Second Street')
    t.equal(await shown.count(), 0, 'what came after it was left')

    // As long as the vendor's records are the same.
    await sync()
    await sync('compare')
    move(also!.company, '3 Third Street')
    await sync()
    await page.goto(moved!.path)
    t.match(await reach(page), moved!.street)
    t.equal(await shown.count(), 1, 'it stays')
    await page.goto(also!.path)
    t.match(await reach(page), '3 Third Street')
    t.equal(await shown.count(), 0, 'the vendor has sent something else')
    t.same(faults(), [])
  }
)

t.test('an undo that was cut says how far it came, and goes on', needsChromium, async t => {
  const { desk, page, clients, move, sync } = await openScene(t)
  for (const { company } of clients) move(company, '1 First Street')
  const run = await sync()
  const { history } = desk.host.store
  const ofRun = history.ofRun.bind(history)
  let calls = 0
  // Whether there is anything, a client that takes its time, and no second one: the store is away.
  history.ofRun = async (tenant, installationId, runId, after) => {
    if (++calls === 2) await sleep(1100)
    if (calls === 3) throw new errors.HOST_ERR_STORE_UNAVAILABLE()
    return ofRun(tenant, installationId, runId, after, 1)
  }
  await page.goto(`${desk.url}/console/runs/${run}`)
  await undoLink(page).click()
  const cut = page.waitForResponse(answer => answer.request().method() === 'POST')
  await question(page).getByRole('button', { name: 'Undo it' }).click()
  t.equal((await cut).status(), 503)
  await page.goto(`${desk.url}/console/runs/${run}`)
  const told = page.locator('.notice', { hasText: 'undone' })
  t.match(await words(told), /It is being undone.*1 client so far, asked for by alex@acme\.example/)
  t.match(await words(told), 'If this stands still it was cut: undo it once more, and it goes on.')

  await page.getByRole('link', { name: 'Go on undoing' }).click()
  await question(page).getByRole('button', { name: 'Undo it' }).click()
  await page.getByText('It was undone').waitFor()
  t.match(await words(told), '3 clients as before the run, by alex@acme.example')
  t.equal(await page.getByRole('link', { name: 'Go on undoing' }).count(), 0)
  for (const { path, street } of clients) {
    await page.goto(path)
    t.match(await reach(page), street)
  }
})

t.test('a run is undone without script, by a page of its own', needsChromium, async t => {
  const { desk, browser, clients, move, sync } = await openScene(t)
  move(clients[0]!.company, '1 First Street')
  const run = await sync()
  const { page } = await openPage(browser, { javaScriptEnabled: false })
  await page.goto(await desk.invite({ to: `/console/runs/${run}` }))
  await page.getByRole('button', { name: 'Continue' }).click()
  await undoLink(page).click()
  await page.getByRole('heading', { level: 1, name: 'Undo this run?' }).waitFor()
  await page.getByRole('link', { name: 'Leave it' }).click()
  t.equal(new URL(page.url()).pathname, `/console/runs/${run}`)
  await undoLink(page).click()
  await page.getByRole('button', { name: 'Undo it' }).click()
  await page.getByText('1 client as before the run').waitFor()
  await page.goto(clients[0]!.path)
  t.match(await reach(page), clients[0]!.street)
})

t.test('whoever may not undo a run, or may not see runs, is offered neither', needsChromium, async t => {
  const { desk, browser, clients, move, sync } = await openScene(t)
  move(clients[0]!.company, '1 First Street')
  const run = await sync()
  for (const lacking of ['integrations:update', 'clients:read'] as const) {
    const { page, faults } = await openPage(browser)
    const permissions = everything.filter(permission => permission !== lacking)
    await signIn(page, await desk.invite({ permissions, to: `/console/runs/${run}` }))
    await page.getByRole('heading', { level: 1 }).waitFor()
    t.equal(await undoLink(page).count(), 0, lacking)
    await page.goto(`${desk.url}/console/runs/${run}/undo`)
    await page.getByRole('heading', { level: 1, name: 'You may not do this' }).waitFor()
    t.same(faults(403), [])
    await page.context().close()
  }
  const { page } = await openPage(browser)
  await signIn(page, await desk.invite({ permissions: ['clients:read'], to: '/console/clients' }))
  await page.goto(clients[0]!.path)
  t.match(await words(history(page).locator('tbody tr').first()), /1 First Street.*a run/)
  t.equal(await history(page).getByRole('link').count(), 0, 'a run that may not be seen is no link')
})

t.test('History and Undo are right for everybody, and a run is undone by keyboard alone', needsChromium, async t => {
  const { desk, browser, clients, move, sync } = await openScene(t)
  move(clients[0]!.company, `1 ${'Very long '.repeat(12)}Street`)
  const run = `${desk.url}/console/runs/${await sync()}`
  const all = async (stage: (page: Page, shade: string) => Promise<string[]>) => {
    const faulty: string[] = []
    for (const [shade, options] of Object.entries(looks)) {
      const { page, faults } = await openPage(browser, options)
      await signIn(page, await desk.invite())
      faulty.push(...(await stage(page, shade)), ...faults())
      await page.context().close()
    }
    return faulty
  }
  const before = await all(async (page, shade) => {
    await page.goto(`${run}/undo`)
    const faulty = await look(page, `the question's page, ${shade}`)
    await page.goto(clients[0]!.path)
    faulty.push(...(await look(page, `history, ${shade}`)))
    await page.goto(run)
    await undoLink(page).click()
    await question(page).waitFor()
    return [...faulty, ...(await look(page, `the question, ${shade}`))]
  })
  t.same(before, [])

  const { page } = await openPage(browser)
  await signIn(page, await desk.invite({ to: new URL(run).pathname }))
  await tabTo(page, /^Undo$/)
  await page.keyboard.press('Enter')
  await question(page).waitFor()
  await page.keyboard.press('Escape')
  t.equal(await question(page).count(), 0)
  t.equal(await focused(page), 'Undo', 'the focus is where it was')
  await page.keyboard.press('Enter')
  await question(page).waitFor()
  await tabTo(page, /^Undo it$/, 3)
  await page.keyboard.press('Enter')
  await page.getByText('1 client as before the run').waitFor()

  const after = await all(async (page, shade) => {
    await page.goto(run)
    const faulty = await look(page, `a receipt undone, ${shade}`)
    await page.goto(clients[0]!.path)
    await page.getByText('Shown as before a run').waitFor()
    return [...faulty, ...(await look(page, `a client undone, ${shade}`))]
  })
  t.same(after, [])
})
