import type { Page } from 'playwright-core'
import t from 'tap'
import { companyRecord } from '../doubles/connectwise/accounts/company-record.ts'
import { createAccount } from '../doubles/connectwise/index.ts'
import { launch, needsChromium, openPage, sideways } from './chromium.ts'
import { fill, install, openConsole, signIn } from './console.ts'

const names = [
  '<script>window.hit = 1</script>',
  '"><img src=x onerror="window.hit = 2">',
  "' onmouseover='window.hit = 3' x='",
  '</title></textarea></script><svg onload=window.hit=4>',
  'javascript:window.hit=5',
  '{{constructor.constructor("window.hit = 6")()}} $' + '{window.hit = 7}',
  '\u202eevil gnirts\u202c and \u2067more\u2069',
  'مؤسسة الاختبار ١٢٣',
  `Very${'long'.repeat(40)}Name`,
  `${'many words '.repeat(30)}end`,
  '&lt;b&gt;not bold&lt;/b&gt; &amp;amp;',
  '\u0000\u0007 controls'
]

const dates = { lastUpdated: '2026-01-02T03:04:05Z', dateEntered: '2026-01-01T00:00:00Z' }

/** An account in which everything that a person at the vendor can type is one of the names. */
function hostileAccount() {
  const companies = names.map((name, i) => ({
    ...companyRecord({ id: i + 2, typeIds: [1], statusId: 1, ...dates }),
    name: `A${i} ${name}`,
    addressLine1: name,
    city: name,
    website: name,
    phoneNumber: name.slice(0, 40)
  }))
  return createAccount({ companies, contacts: [], agreements: [], additions: [], catalog: [] })
}

const untouched = async (page: Page) => ({
  hit: await page.evaluate(() => (window as any).hit ?? null),
  wide: await sideways(page),
  scripts: await page.locator('main script, main iframe, main img').count()
})

t.test('whatever a name holds, it is shown and does nothing', needsChromium, async t => {
  const desk = await openConsole(t, {}, { account: hostileAccount() })
  const browser = await launch(t)
  const { page, faults } = await openPage(browser)
  await signIn(page, await desk.invite({ sub: names[1]!, tenant: 'acme' }))
  t.match(await page.locator('.who').textContent(), names[1]!)
  await install(page, desk)
  const clean = { hit: null, wide: 0, scripts: 0 }
  t.same(await untouched(page), clean, 'arrival')

  const { items } = await desk.host.store.clients.list('acme', {}, { limit: 50, cursor: null })
  t.equal(items.length, names.length, 'all of them have come')
  const [installation] = (await desk.host.store.installations.list('acme', {}, { limit: 1, cursor: null })).items
  const pages = [
    ...[
      '/clients',
      '/runs',
      '/integrations',
      '/integrations/connectwise',
      `/connections/${installation!.connectionId}`
    ],
    ...items.map(({ id }) => `/clients/${id}`),
    ...names.map(name => `/clients?search=${encodeURIComponent(name)}`),
    ...names.slice(0, 3).map(name => `/why?name=${encodeURIComponent(name)}`),
    `/why?id=${encodeURIComponent(names[0]!)}`,
    `/runs?installation=${encodeURIComponent(names[1]!)}&before=${encodeURIComponent(names[1]!)}`,
    `/integrations?search=${encodeURIComponent(names[1]!)}`
  ]
  for (const path of pages) {
    await page.goto(`${desk.url}/console${path}`)
    t.same(await untouched(page), clean, path.slice(0, 80))
  }
  // A cursor that no list has given out.
  t.same(faults(400), [])

  const { page: phone } = await openPage(browser, { viewport: { width: 390, height: 844 } })
  await signIn(phone, await desk.invite())
  for (const path of ['/clients', '/integrations/connectwise', ...items.map(({ id }) => `/clients/${id}`)]) {
    await phone.goto(`${desk.url}/console${path}`)
    t.equal(await sideways(phone), 0, `on a phone: ${path}`)
  }
})

t.test(
  'what is typed comes back as it was typed, and a link with markup in it leads nowhere',
  needsChromium,
  async t => {
    const desk = await openConsole(t)
    const { page, faults } = await openPage(await launch(t))
    await signIn(page, await desk.invite())
    await page.goto(`${desk.url}/console/integrations/connectwise`)
    await page.getByRole('button', { name: 'Install' }).first().click()
    await fill(page, { ...desk.fields, Domain: names[1]!, 'API Version': '"><b>' })
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('link', { name: 'Change what I typed' }).click()
    t.equal(await page.getByLabel('Domain').inputValue(), names[1])
    t.equal(await page.getByLabel('API Version').inputValue(), '"><b>')
    for (const path of [
      '/console/sign-in?link="><script>window.hit=1</script>',
      '/console/<script>window.hit=1</script>',
      '/console/sign-in?to=javascript:window.hit=1'
    ]) {
      await page.goto(desk.url + path)
      t.equal(await page.evaluate(() => (window as any).hit ?? null), null, path)
    }
    t.same(faults(401, 404), [])
  }
)

t.test('the policy lets nothing run that a page did not bring as a file of its own', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  await page.evaluate(() => {
    const script = document.createElement('script')
    try {
      script.text = 'window.hit = 1'
      document.body.append(script)
    } catch {}
    try {
      document.body.insertAdjacentHTML('beforeend', '<img src="https://evil.example/x.png">')
    } catch {}
    const div = document.createElement('div')
    div.setAttribute('style', 'color: red')
    document.body.append(div)
    const image = document.createElement('img')
    image.src = 'https://evil.example/x.png'
    document.body.append(image)
    void fetch('https://evil.example/').catch(() => {})
    const form = document.createElement('form')
    form.action = 'https://evil.example/'
    document.body.append(form)
    form.submit()
  })
  // Each is told in its own time.
  const missing = new Set(['require-trusted-types-for', 'style-src-attr', 'img-src', 'connect-src', 'form-action'])
  for (const given = performance.now() + 60_000; missing.size > 0 && performance.now() < given; ) {
    await page.waitForTimeout(100)
    for (const fault of faults().filter(fault => fault.startsWith('blocked')))
      for (const directive of missing) if (fault.includes(directive)) missing.delete(directive)
  }
  t.same([...missing], [], 'each was blocked')
  t.equal(await page.evaluate(() => (window as any).hit ?? null), null)
  t.equal(new URL(page.url()).origin, desk.url)
})
