import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { launch, needsChromium, openPage } from './chromium.ts'
import { type Console, everything, install, isReady, openConsole, signIn } from './console.ts'
import { look, looks } from './look.ts'
import { loseMuch } from './lose-much.ts'

const names = everything.filter(name => name !== 'integrations:update')

async function compare(page: Page, { url }: Console): Promise<void> {
  await page.goto(`${url}/console/integrations/connectwise`)
  const card = page.locator('#sync-active-customers')
  await card.getByLabel('More').click()
  await card.getByRole('button', { name: 'Compare everything' }).click()
  await card.getByText('Waits for your approval').waitFor({ timeout: 60_000 })
}

async function platform(t: Test): Promise<{ url: string; answer: number }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(told.answer).end())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const told = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answer: 204 }
  return told
}

t.test('what needs somebody is right for everybody, in light, in dark and on a phone', needsChromium, async t => {
  const hooks = await platform(t)
  const desk = await openConsole(t, { env: { WEBHOOK_ALLOW: hooks.url } })
  const { store } = desk.host
  const browser = await launch(t)
  const { page, faults } = await openPage(browser)
  await signIn(page, await desk.invite())

  const faulty: string[] = []
  for (const path of ['/attention', '/webhooks']) {
    await page.goto(`${desk.url}/console${path}`)
    faulty.push(...(await look(page, `${path}, nothing there`)))
  }
  await page.getByLabel('Add an address').fill('http://not.example/')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.locator('#problems').waitFor()
  await isReady(page)
  t.equal(await page.evaluate(() => document.activeElement?.id), 'problems')
  faulty.push(...(await look(page, 'an address that may not be told')))
  await page.getByLabel('Add an address').fill(`${hooks.url}/hooks?of=${'x'.repeat(120)}`)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const secret = await page.getByRole('region', { name: 'Its secret' }).textContent()
  t.match(secret, /^whsec_/)
  faulty.push(...(await look(page, 'a secret')))
  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByText('The test has arrived').waitFor()
  hooks.answer = 500
  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByText('The test has not arrived').waitFor()
  faulty.push(...(await look(page, 'a test that has not arrived')))
  t.notMatch(await page.content(), secret!, 'it is not shown again')

  await install(page, desk)
  const connectionId = await loseMuch(desk)
  await compare(page, desk)
  const [installation] = (await store.installations.list('acme', {}, { limit: 1, cursor: null })).items
  const losses = `/console/installations/${installation!.id}/losses`
  const held = async () => {
    const { items } = await store.runs.list('acme', installation!.id, { limit: 20, cursor: null })
    return items.find(run => run.endedAt !== null && run.counts.held > 0)
  }
  while (!(await held())) await sleep(50)
  await page.goto(`${desk.url}/console/runs/${(await held())!.id}`)
  faulty.push(...(await look(page, 'a receipt of what waits')))
  await page.getByRole('link', { name: 'See what would go' }).click()
  t.equal(new URL(page.url()).pathname, losses)
  await page.goto(`${desk.url}/console/attention`)
  await page.getByRole('link', { name: 'See what would go' }).click()
  t.equal(new URL(page.url()).pathname, losses)
  const trouble = {
    ...{ code: 'HOST_ERR_CREDENTIALS_REJECTED', detail: 'The vendor refuses the two keys.', tries: 1, retryAt: null },
    since: new Date().toISOString()
  }
  const [webhook] = await store.webhooks.list('acme')
  for (const told of [true, false]) {
    const id = `msg_${told}`
    const body = JSON.stringify({ type: told ? 'attention.cleared' : 'attention.raised' })
    await store.deliveries.add({
      id,
      tenant: 'acme',
      webhookId: webhook!.id,
      body,
      createdAt: new Date().toISOString()
    })
    const reason = told ? null : `It answered with status 500, and ${'very '.repeat(40)}long words.`
    await store.deliveries.finish(id, { at: new Date().toISOString(), told, reason })
  }
  t.same(faults(409, 422), [])

  const paths = ['/attention', '/webhooks', `/webhooks/${webhook!.id}`, `/webhooks/${webhook!.id}/remove`]
  for (const [shade, options] of Object.entries(looks)) {
    const other = await openPage(browser, options)
    await store.connections.note('acme', connectionId, { trouble: null })
    await signIn(other.page, await desk.invite())
    for (const path of [losses, `${losses}?kind=emails`, `${losses}?kind=clients`]) {
      await other.page.goto(desk.url + path)
      await other.page.getByRole('button', { name: 'Approve what is ticked' }).waitFor()
      faulty.push(...(await look(other.page, `${path}, ${shade}`)))
    }
    await store.connections.note('acme', connectionId, { trouble })
    for (const path of paths) {
      await other.page.goto(`${desk.url}/console${path}`)
      faulty.push(...(await look(other.page, `${path}, ${shade}`)))
    }
    t.equal((await other.page.locator('.side-count').textContent())?.trim(), '2 things', shade)
    t.same(other.faults(), [], `${shade}: nothing was blocked or broken`)
    await other.page.context().close()
  }

  const reader = await openPage(browser)
  await signIn(reader.page, await desk.invite({ permissions: names }))
  for (const path of [losses, ...paths.slice(0, 3).map(path => `/console${path}`)]) {
    await reader.page.goto(desk.url + path)
    faulty.push(...(await look(reader.page, `${path}, looking only`)))
    t.equal(await reader.page.locator('main form[method="post"]').count(), 0, `${path} offers no change`)
  }
  t.same(reader.faults(), [])
  t.same(faulty, [])

  await page.goto(`${desk.url}/console/webhooks/${webhook!.id}`)
  await page.getByRole('link', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Nobody is told yet').waitFor()
})
