import t from 'tap'
import { launch, needsChromium, openPage } from './chromium.ts'
import { fill, install, isReady, openConsole, signIn } from './console.ts'

t.test('notes pasted in one go fill the fields, and what was typed stays', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page, faults, context } = await openPage(await launch(t))
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await signIn(page, await desk.invite({ to: '/console/integrations/connectwise' }))
  await page.getByRole('button', { name: 'Install' }).first().click()
  await page.getByLabel('API Version').fill('v2026_1')
  const { companyId, publicKey, privateKey, clientId } = desk.vendor.account
  const notes = `My notes\nCompany: ${companyId}\nPrivate key ${privateKey}\npublic key: ${publicKey}\n${clientId}\n${desk.vendor.url}/v2026_1/`
  await page.evaluate(text => navigator.clipboard.writeText(text), notes)
  await page.getByLabel('Paste your notes').focus()
  await page.keyboard.press('Control+V')
  await page.getByText('Filled in from your notes: Username, Password, Domain, API Version, Client ID.').waitFor()
  t.equal(await page.getByLabel('Domain').inputValue(), desk.vendor.url)
  t.equal(await page.getByLabel('API Version').inputValue(), 'v2026_1')
  t.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '', 'a secret is never given back')
  t.match(await page.locator('#field-password-kept').textContent(), new RegExp(`Kept, ends in ${privateKey.slice(-4)}`))
  t.notMatch(await page.content(), privateKey)
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'The connection works' }).waitFor()

  await page.getByRole('link', { name: 'Back' }).click()
  await page.getByLabel('Paste your notes').fill('nothing of use')
  await page.getByRole('button', { name: 'Sort into the fields' }).click()
  await page.getByText('Nothing in these notes looks like one of the fields.').waitFor()
  t.same(faults(), [])
})

t.test('what cannot work is said at the field, with what to do; the focus leads there', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  await page.goto(`${desk.url}/console/integrations/connectwise`)
  await page.getByRole('button', { name: 'Install' }).first().click()
  const { companyId } = desk.vendor.account

  const bad: [string, Record<string, string>, RegExp, string[]][] = [
    ['a name that is no address', { Domain: 'not a domain' }, /The domain is no web address/, ['Domain']],
    [
      'an address that may not be called',
      { Domain: 'https://example.org' },
      /This domain may not be called/,
      ['Domain']
    ],
    ['no plus sign', { Username: companyId }, /no plus sign/, ['Username']],
    [
      'an unknown company',
      { Username: `nobody+${desk.vendor.account.publicKey}` },
      /does not know the company ID/,
      ['Username']
    ],
    ['a wrong key', { Password: 'WrongWrongWrong1' }, /refuses the keys in either order/, ['Username', 'Password']],
    [
      'a wrong client ID',
      { 'Client ID': '11111111-1111-4111-8111-111111111111' },
      /refuses the client ID/,
      ['Client ID']
    ],
    ['a version of no known form', { 'API Version': 'latest' }, /not of a known form/, ['API Version']]
  ]
  await fill(page, desk.fields)
  for (const [name, wrong, words, fields] of bad) {
    await fill(page, { ...desk.fields, ...wrong })
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('link', { name: 'Change what I typed' }).waitFor()
    t.match(await page.getByRole('heading', { level: 1 }).textContent(), /to put right$/, name)
    t.match(await page.locator('.check.failed').textContent(), words, name)
    await page.getByRole('link', { name: 'Change what I typed' }).click()
    await page.locator('#problems').waitFor()
    await isReady(page)
    t.match(await page.title(), /^Problem: /, name)
    t.equal(await page.evaluate(() => document.activeElement?.id), 'problems', `${name}: the summary has the focus`)
    for (const label of fields) {
      const input = page.getByLabel(label, { exact: true })
      t.equal(await input.getAttribute('aria-invalid'), 'true', `${name}: ${label}`)
      t.match(
        await input.locator('xpath=ancestor::div[contains(@class,"field")]').first().textContent(),
        words,
        `${name}: ${label}`
      )
    }
    await page.locator('#problems a').first().click()
    // The focus follows with the next picture.
    await page.locator('input:focus').waitFor()
    t.match(
      await page.evaluate(() => document.activeElement?.getAttribute('name')),
      /./,
      `${name}: a link leads to its field`
    )
  }

  await fill(page, { ...desk.fields, Domain: '' })
  await page.getByLabel('Domain').evaluate(input => input.removeAttribute('required'))
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await page.getByRole('link', { name: 'Domain is missing.' }).waitFor()
  await fill(page, desk.fields)
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'The connection works' }).waitFor()
  t.same(faults(), [])
})

t.test('keys typed in the other order are put right and it is said', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  await page.goto(`${desk.url}/console/integrations/connectwise`)
  await page.getByRole('button', { name: 'Install' }).first().click()
  const { companyId, publicKey, privateKey } = desk.vendor.account
  await fill(page, { ...desk.fields, Username: `${companyId}+${privateKey}`, Password: publicKey })
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'The connection works' }).waitFor()
  t.match(await page.locator('#words').textContent(), /the other way round; that is put right/)
})

t.test(
  'nobody who would come is said before it is installed, and other names can be chosen',
  needsChromium,
  async t => {
    const desk = await openConsole(t)
    const { page, faults } = await openPage(await launch(t))
    await signIn(page, await desk.invite())
    await page.goto(`${desk.url}/console/integrations/connectwise`)
    await page.getByRole('button', { name: 'Install' }).first().click()
    await fill(page, desk.fields)
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('button', { name: 'See what would come' }).click()
    const figure = page.locator('.figure.big dd').first()
    await figure.waitFor()
    const customers = Number(await figure.textContent())
    const choose = async (...names: string[]) => {
      for (const box of await page.getByRole('group', { name: 'Company types' }).getByRole('checkbox').all())
        await box.setChecked(names.includes((await box.getAttribute('value')) ?? ''))
      await page.getByRole('button', { name: 'Count again' }).click()
      await figure.waitFor()
    }
    await choose('Customer', 'Prospect')
    t.ok(Number(await figure.textContent()) > customers, 'more with another type')
    for (const box of await page.getByRole('group', { name: 'Company statuses' }).getByRole('checkbox').all())
      await box.setChecked((await box.getAttribute('value')) === 'Credit Hold')
    await choose('Partner')
    if (Number(await figure.textContent()) === 0) {
      await page.getByText('Nobody would come').waitFor()
      await page.getByRole('button', { name: 'Install all the same' }).waitFor()
    }
    t.same(faults(), [])
  }
)

t.test('what is done with an installation, from its page', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  await install(page, desk)
  await page.goto(`${desk.url}/console/integrations/connectwise`)
  const card = page.locator('#sync-active-customers')
  await card.getByRole('button', { name: 'Stop' }).click()
  await card.getByText('Stopped', { exact: true }).waitFor()
  t.match(await card.textContent(), /No new data since/)
  await card.getByRole('button', { name: 'Start' }).click()
  await card.getByText(/Running|Syncing now/).waitFor()

  await card.getByText('Running', { exact: true }).waitFor()
  await card.getByLabel('More').click()
  await card.getByRole('link', { name: 'Schedule' }).click()
  await page.getByLabel('Look for changes every').fill('soon')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('#problems').waitFor()
  await page.getByLabel('Look for changes every').fill('10m')
  await page.getByRole('button', { name: 'Save' }).click()
  await card.waitFor()
  const { items } = await desk.host.store.installations.list('acme', {}, { limit: 1, cursor: null })
  t.equal(items[0]!.schedule.everyMs, 600_000)

  await card.getByLabel('More').click()
  await card.getByRole('link', { name: 'Who counts' }).click()
  await page.getByLabel('Company types').fill('Nobody')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('#problems').waitFor()
  t.match(await page.locator('#problems').textContent(), /no company type named/)
  await page.getByRole('link', { name: 'Cancel' }).click()

  await card.getByLabel('More').click()
  await card.getByRole('link', { name: 'Uninstall' }).click()
  const dialog = page.getByRole('dialog', { name: 'Uninstall Sync Active Customers?' })
  await dialog.getByRole('link', { name: 'Keep it' }).click()
  t.equal(await page.getByRole('dialog').count(), 0)
  await card.getByLabel('More').click()
  await card.getByRole('link', { name: 'Uninstall' }).click()
  await dialog.getByRole('button', { name: 'Uninstall' }).click()
  await card.getByRole('button', { name: 'Reinstall' }).waitFor()

  await card.getByRole('link', { name: 'Erase' }).click()
  const erase = page.getByRole('dialog')
  const button = erase.getByRole('button', { name: 'Erase' })
  t.equal(await button.isDisabled(), true, 'not before its name is typed')
  await erase.getByRole('textbox').fill('sync active customers')
  t.equal(await button.isDisabled(), true)
  await erase.getByRole('textbox').fill('Sync Active Customers')
  await button.click()
  await card.getByRole('button', { name: 'Install' }).waitFor()
  t.equal(
    (await desk.host.store.connections.list('acme', { limit: 1, cursor: null })).items.length,
    0,
    'with the last of it the credentials are gone'
  )
  t.same(faults(422), [])
})
