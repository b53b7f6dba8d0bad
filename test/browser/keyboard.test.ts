import t from 'tap'
import { launch, needsChromium, openPage } from './chromium.ts'
import { openConsole, signIn } from './console.ts'
import { focused, tabTo } from './keys.ts'

t.test('an install by keyboard alone', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  await page.keyboard.press('Tab')
  t.equal(await focused(page), 'Skip to content')
  const box = await page.getByText('Skip to content').boundingBox()
  t.ok(box && box.y >= 0, 'and it is seen')
  await page.keyboard.press('Enter')
  await tabTo(page, /^ConnectWise PSA$/, 3)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'ConnectWise PSA' }).waitFor()
  await tabTo(page, /^Install$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Connect ConnectWise PSA' }).waitFor()
  for (const [label, value] of Object.entries(desk.fields)) {
    await tabTo(page, new RegExp(`^${label}$`))
    await page.keyboard.type(value)
  }
  // Enter in a field sends the form on, and presses none of its other buttons.
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'The connection works' }).waitFor()
  await tabTo(page, /^See what would come$/)
  await page.keyboard.press('Enter')
  await page.locator('.figure.big').first().waitFor()
  await tabTo(page, /^Customer$/)
  await tabTo(page, /^Install$/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Everything is here' }).waitFor()
  await page.goto(`${desk.url}/console/integrations/connectwise`)
  await tabTo(page, /^More$/)
  await page.keyboard.press('Enter')
  await tabTo(page, /^Uninstall$/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  for (let presses = 0; presses < 6; presses++) {
    await page.keyboard.press('Tab')
    const inside = await page.evaluate(
      () =>
        document.activeElement === document.body || document.querySelector('dialog')?.contains(document.activeElement)
    )
    t.ok(inside, 'the focus stays in the question')
  }
  await page.keyboard.press('Escape')
  t.equal(await page.getByRole('dialog').count(), 0)
  t.same(faults(), [])
})

t.test('the focus is seen wherever it goes, and every field and button has a name', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page } = await openPage(await launch(t))
  await signIn(page, await desk.invite({ to: '/console/integrations/connectwise' }))
  await page.getByRole('button', { name: 'Install' }).first().click()
  await page.getByLabel('Username').waitFor()
  for (let presses = 0; presses < 30; presses++) {
    await page.keyboard.press('Tab')
    const { outline, name } = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement!)
      return {
        outline: `${style.outlineStyle} ${style.outlineWidth}`,
        name: document.activeElement!.outerHTML.slice(0, 120)
      }
    })
    if ((await focused(page)) === '') break
    t.match(outline, /^solid 2px$/, name)
  }
})
