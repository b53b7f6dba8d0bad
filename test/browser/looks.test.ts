import t from 'tap'
import { newId } from '../../plugins/entities/new-id.ts'
import { putRejects } from '../conformance/storage/fixtures.ts'
import { demoAccount, startConnectWise } from '../doubles/connectwise/index.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { type Console, everything, fieldsOf, fill, goOn, install, openConsole, signIn } from './console.ts'
import { look, looks } from './look.ts'

/** A run that failed and one that set records aside, for the pages that show such. */
async function addRuns({ host }: Console, tenant: string): Promise<{ failed: string; rejects: string }> {
  const { store } = host
  const [installation] = (await store.installations.list(tenant, {}, { limit: 1, cursor: null })).items
  const last = (await store.runs.get(tenant, installation!.lastRunId!))!
  const failed = newId('run')
  const detail = 'The vendor does not answer. It is tried again by itself.'
  await store.runs.insert({
    ...last,
    id: failed,
    status: 'failed',
    mode: 'incremental',
    error: { code: 'HOST_ERR_SOURCE_UNAVAILABLE', detail }
  })
  const rejects = newId('run')
  await store.runs.insert({ ...last, id: rejects, counts: { ...last.counts, setAside: 2 } })
  const { rev } = installation!
  const fenced = await store.installations.tryUpdate(tenant, installation!.id, rev, { fence: true })
  const lease = {
    tenant,
    connectionId: fenced!.connectionId,
    installationId: fenced!.id,
    owner: 'test',
    token: fenced!.token
  }
  const reject = { runId: rejects, reason: 'It has no name.', at: new Date().toISOString() }
  await putRejects(store, lease, [
    { ...reject, key: '17', externalId: '17', payload: JSON.stringify({ id: 17, note: 'x'.repeat(400) }) },
    { ...reject, key: 'page 3, record 4', externalId: null, payload: null }
  ])
  return { failed, rejects }
}

t.test('every page and state is right for everybody, in light, in dark and on a phone', needsChromium, async t => {
  const desk = await openConsole(t)
  const browser = await launch(t)
  const setup = await openPage(browser)
  await signIn(setup.page, await desk.invite())
  await install(setup.page, desk)
  await install(setup.page, desk, 'Sync Active Customer Agreements')
  const { failed, rejects } = await addRuns(desk, 'acme')
  const [installation] = (await desk.host.store.installations.list('acme', {}, { limit: 1, cursor: null })).items
  const [client] = (await desk.host.store.clients.list('acme', {}, { limit: 1, cursor: null })).items
  const { id, connectionId } = installation!

  const paths: Record<string, string> = {
    integrations: '/integrations',
    integration: '/integrations/connectwise',
    'another integration': '/integrations/acme-desk',
    arrival: `/installations/${id}/arrival`,
    schedule: `/installations/${id}/schedule`,
    'who counts': `/installations/${id}/settings`,
    uninstall: `/installations/${id}/uninstall`,
    erase: `/installations/${id}/erase`,
    connection: `/connections/${connectionId}`,
    'a connection checked': `/connections/${connectionId}/check`,
    runs: '/runs',
    'runs with problems': '/runs?only=problems',
    receipt: `/runs/${installation!.lastRunId}`,
    'a receipt of a failure': `/runs/${failed}`,
    'a receipt with rejects': `/runs/${rejects}`,
    clients: '/clients',
    'clients by change': '/clients?order=-changed',
    'clients, searched': '/clients?search=a',
    vendors: '/vendors',
    'nobody found': '/clients?search=zzz',
    'nobody gone': '/clients?status=gone',
    client: `/clients/${client!.id}`,
    why: '/why',
    'why, asked': `/why?id=${client!.externalId}&connection=${connectionId}`,
    'why, nobody': '/why?name=zzz',
    activity: '/activity',
    'activity of one kind': '/activity?action=installation.erase',
    'nothing here': '/nothing'
  }
  for (const [shade, options] of Object.entries(looks)) {
    const { page, faults } = await openPage(browser, options)
    const faulty: string[] = []
    await page.goto(`${desk.url}/console/sign-in`)
    faulty.push(...(await look(page, 'sign-in')))
    await page.goto(`${desk.url}/console/sign-in?arrived=yes`)
    faulty.push(...(await look(page, 'no cookies')))
    await page.goto(`${desk.url}/console/sign-in?link=${'x'.repeat(43)}`)
    await page.getByText('This link has been used').waitFor()
    faulty.push(...(await look(page, 'a used link')))
    await page.goto(await desk.invite())
    faulty.push(...(await look(page, 'a link')))
    await signIn(page, await desk.invite())
    await page.goto(await desk.invite({ tenant: 'mallory' }))
    faulty.push(...(await look(page, 'a link of another tenant')))
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(`${desk.url}/console${path}`)
      faulty.push(...(await look(page, name)))
    }
    await page.goto(`${desk.url}/console/integrations/connectwise`)
    await page.getByLabel('More').first().click()
    faulty.push(...(await look(page, 'a menu')))
    await page.getByRole('link', { name: 'Erase' }).first().click()
    await page.getByRole('dialog').waitFor()
    faulty.push(...(await look(page, 'a question')))
    t.same(faulty, [], shade)
    t.same(faults(401, 404), [], `${shade}: nothing was blocked or broken`)
    await page.context().close()
  }
})

t.test('a second account is installed beside the first, and both are told apart', needsChromium, async t => {
  const api = { companyId: `a_company_id_${'of_many_letters_'.repeat(2)}`, publicKey: 'FakePublicKey002' }
  const second = await startConnectWise({ account: demoAccount(2, 40), api })
  t.teardown(() => second.close())
  const desk = await openConsole(t, { env: { OUTBOUND_ALLOW: second.url } })
  const browser = await launch(t)
  const { page } = await openPage(browser)
  await signIn(page, await desk.invite())
  await install(page, desk)
  await page.goto(`${desk.url}/console/integrations/connectwise`)
  const customers = page.locator('#sync-active-customers')
  await customers.getByLabel('More').click()
  await customers.getByRole('button', { name: 'Install for another account' }).click()
  await goOn(page, fieldsOf(second))
  await page.goto(`${desk.url}/console/integrations/connectwise`)
  t.equal(await customers.getByRole('button', { name: 'Sync now' }).count(), 2)
  const agreements = page.locator('#sync-active-agreements')
  t.equal(await agreements.getByText('Not installed').count(), 2)
  const its = agreements.locator('section.installation', { hasText: api.companyId })
  await its.getByRole('button', { name: 'Install', exact: true }).click()
  await page.getByRole('heading', { name: 'What would come' }).waitFor()
  await goOn(page, {})
  const [newest] = (await desk.host.store.installations.list('acme', {}, { limit: 9, cursor: null })).items.filter(
    ({ syncType }) => syncType === 'active-agreements'
  )
  const used = await desk.host.store.connections.get('acme', newest!.connectionId)
  t.match(used!.account.name, api.companyId, 'it went to the account that it stood beside')

  for (const [shade, options] of Object.entries(looks)) {
    const other = await openPage(browser, options)
    await signIn(other.page, await desk.invite())
    for (const path of ['/integrations', '/integrations/connectwise', '/runs', '/clients', '/why']) {
      await other.page.goto(`${desk.url}/console${path}`)
      t.same(await look(other.page, path), [], `${path}, ${shade}`)
      const sources = await other.page.locator('td[data-label="Source"]').all()
      t.equal(sources.length > 0, path === '/clients')
      if (sources.length > 0) {
        const box = other.page.locator('.table-box')
        t.equal(await box.evaluate(one => one.scrollWidth > one.clientWidth), false, `${shade}: the table fits`)
      }
      for (const source of sources)
        t.equal(await source.evaluate(cell => cell.scrollWidth > cell.clientWidth), false, `${shade}: no name is cut`)
    }
    await other.page.context().close()
  }
})

t.test('the install is right in each of its states', needsChromium, async t => {
  const desk = await openConsole(t)
  const browser = await launch(t)
  for (const [shade, options] of Object.entries(looks)) {
    const { page, faults } = await openPage(browser, options)
    const faulty: string[] = []
    const sub = `${shade}@acme.example`
    await signIn(page, await desk.invite({ sub, tenant: shade }))
    await page.goto(`${desk.url}/console/integrations`)
    faulty.push(...(await look(page, 'nothing installed')))
    await page.goto(`${desk.url}/console/clients`)
    faulty.push(...(await look(page, 'no clients yet')))
    await page.goto(`${desk.url}/console/vendors`)
    faulty.push(...(await look(page, 'no vendors yet')))
    await page.goto(`${desk.url}/console/runs`)
    faulty.push(...(await look(page, 'no runs yet')))
    await page.goto(`${desk.url}/console/why`)
    faulty.push(...(await look(page, 'nobody to ask')))
    await page.goto(`${desk.url}/console/integrations/connectwise`)
    faulty.push(...(await look(page, 'to be installed')))
    await page.getByRole('button', { name: 'Install' }).first().click()
    await page.locator('details.guide').first().waitFor()
    for (const summary of await page.locator('details.guide > summary').all()) await summary.click()
    faulty.push(...(await look(page, 'connect, all help open')))
    await fill(page, { ...desk.fields, 'Client ID': '11111111-1111-4111-8111-111111111111' })
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('link', { name: 'Change what I typed' }).waitFor()
    faulty.push(...(await look(page, 'checks failed')))
    await page.getByRole('link', { name: 'Change what I typed' }).click()
    await page.locator('#problems').waitFor()
    faulty.push(...(await look(page, 'connect with a problem')))
    await fill(page, { 'Client ID': desk.fields['Client ID']! })
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('button', { name: 'See what would come' }).waitFor()
    faulty.push(...(await look(page, 'checks passed')))
    await page.getByRole('button', { name: 'See what would come' }).click()
    await page.locator('.figure.big').first().waitFor()
    await page.getByText(/^Why are/).click()
    faulty.push(...(await look(page, 'preview')))
    t.same(faulty, [], shade)
    t.same(faults(), [], `${shade}: nothing was blocked or broken`)
    await page.context().close()
  }
})

t.test('who may only look sees the same pages with nothing to press that would be refused', needsChromium, async t => {
  const desk = await openConsole(t)
  const browser = await launch(t)
  const setup = await openPage(browser)
  await signIn(setup.page, await desk.invite())
  await install(setup.page, desk)
  const [{ connectionId } = { connectionId: '' }] = (
    await desk.host.store.installations.list('acme', {}, { limit: 1, cursor: null })
  ).items
  const client = (await desk.host.store.clients.list('acme', {}, { limit: 1, cursor: null })).items[0]!
  for (const [shade, options] of Object.entries(looks)) {
    const { page, faults } = await openPage(browser, options)
    await signIn(page, await desk.invite({ permissions: everything.filter(name => name !== 'integrations:update') }))
    for (const path of [
      '/integrations',
      '/integrations/connectwise',
      '/integrations/acme-desk',
      `/connections/${connectionId}`,
      '/runs',
      '/clients',
      `/clients/${client.id}`,
      '/vendors',
      '/why',
      '/attention',
      '/activity'
    ]) {
      await page.goto(`${desk.url}/console${path}`)
      t.same(await look(page, path), [], `${path}, ${shade}`)
      await page.getByText('You can look at everything here and change nothing').waitFor()
      const posts = await page.locator('main form[method="post"]').count()
      t.equal(posts, 0, `${path} offers no change`)
    }
    t.same(faults(), [], shade)
    await page.context().close()
  }
})

t.test('nothing moves while a page loads, while checks come in, or while it counts', needsChromium, async t => {
  const desk = await openConsole(t, {}, { latencyMs: 60 })
  const { page } = await openPage(await launch(t), { reducedMotion: 'no-preference' })
  await page.addInitScript(() => {
    ;(window as any).shift = 0
    new PerformanceObserver(list => {
      for (const entry of list.getEntries() as any[]) if (!entry.hadRecentInput) (window as any).shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  const shift = async () => {
    await page.waitForTimeout(150)
    return page.evaluate(() => (window as any).shift as number)
  }
  await signIn(page, await desk.invite())
  const seen: Record<string, number> = { integrations: await shift() }
  await page.goto(`${desk.url}/console/integrations/connectwise`)
  seen.integration = await shift()
  await page.getByRole('button', { name: 'Install' }).first().click()
  await fill(page, desk.fields)
  seen.connect = await shift()
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await page.getByRole('button', { name: 'See what would come' }).waitFor()
  seen.checks = await shift()
  await page.getByRole('button', { name: 'See what would come' }).click()
  await page.locator('.figure.big').first().waitFor()
  seen.preview = await shift()
  await page.getByRole('button', { name: 'Install', exact: true }).click()
  await page.getByRole('heading', { name: 'Everything is here' }).waitFor()
  seen.arrival = await shift()
  await page.goto(`${desk.url}/console/clients`)
  seen.clients = await shift()
  t.comment(JSON.stringify(seen))
  for (const [name, value] of Object.entries(seen)) t.ok(value <= 0.01, `${name}: ${value}`)
})
