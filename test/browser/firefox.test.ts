import t from 'tap'
import { openConsole } from './console.ts'
import { needsFirefox, openFirefox } from './firefox.ts'

const heading = (text: string) => `document.querySelector('h1')?.textContent === ${JSON.stringify(text)}`
const text = (selector: string) => `document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`

t.test('the main path in Firefox: from the link to clients', needsFirefox, async t => {
  const desk = await openConsole(t)
  const page = await openFirefox(t)
  await page.goto(await desk.invite())
  await page.until(heading('Sign in'))
  await page.press('button', 'Continue')
  await page.until(heading('Integrations'))
  t.notMatch(await page.value('location.pathname'), 'sign-in', 'it keeps the cookie')
  await page.press('link', 'ConnectWise PSA')
  await page.until(heading('ConnectWise PSA'))
  await page.press('button', 'Install', '#sync-active-customers')

  await page.until(heading('Connect ConnectWise PSA'))
  const { Password: right, ...fields } = desk.fields
  for (const [label, value] of Object.entries({ ...fields, Password: 'WrongWrongWrong1' }))
    if (value !== '') await page.type(label, value)
  await page.press('button', 'Next', '#connect')
  await page.press('link', 'Change what I typed')
  await page.until(`document.activeElement?.id === 'problems'`)
  t.match(await page.value(text('#problems')), /refuses the keys in either order/, 'what is wrong has the focus')
  await page.type('Password', right!)
  await page.press('button', 'Next', '#connect')
  // The checks come in by the stream, part by part.
  await page.until(heading('The connection works'))
  await page.until(`document.querySelectorAll('.check.passed').length === 10`)
  await page.press('button', 'See what would come')
  await page.until(`document.querySelector('.figure.big') !== null`)
  await page.press('button', 'Install')
  await page.until(`document.querySelector('#sync h2')?.textContent === 'Everything is here'`)
  await page.press('link', 'Open Manage Clients')
  await page.until(heading('Manage Clients'))
  const name = await page.value<string>(text('tbody th a'))
  await page.press('searchbox', 'Search by name')
  await page.keys(name.slice(0, 6))
  await page.until(`location.search.startsWith('?search=')`)
  t.match(await page.value(text('tbody th a')), name.slice(0, 6), 'the list follows what is typed')

  await page.goto(`${desk.url}/console/integrations/connectwise`)
  await page.value(`document.querySelector('#sync-active-customers .menu summary').click()`)
  await page.press('link', 'Uninstall', '#sync-active-customers')
  await page.until(`document.querySelector('dialog[open]') !== null`)
  await page.press('link', 'Keep it')
  await page.until(`document.querySelector('dialog') === null`)
  t.same(page.faults, [])
})
