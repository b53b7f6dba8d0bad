/** The link that signs somebody in: it says as whom and where, and a person presses it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { tokenId } from '../../plugins/console/session/secret-token.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { isReady, openConsole, signIn } from './console.ts'
import { tabTo } from './keys.ts'

const stranger = { tenant: 'mallory', sub: 'alex@mallory.example' }
const linkOf = (url: string) => tokenId(new URL(url).searchParams.get('link')!)

t.test('a stranger’s link signs nobody in before they have read whose it is and pressed', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page, context, faults } = await openPage(await launch(t))
  const sent: string[] = []
  page.on('request', request => request.method() === 'POST' && sent.push(new URL(request.url()).pathname))
  const link = await desk.invite(stranger)
  await page.goto(link)
  await isReady(page)
  t.match(await page.locator('main').textContent(), /for mallory as alex@mallory\.example/)
  t.same(await context.cookies(), [], 'nobody is signed in')
  await page.reload()
  await isReady(page)
  t.ok(await desk.host.store.links.get(linkOf(link)), 'looking does not use it up')

  await tabTo(page, /^Continue$/, 5)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Integrations' }).waitFor()
  t.same(sent, ['/console/sign-in'], 'one press, by a person')
  t.match(await page.locator('.who').textContent(), /mallory/)
  await page.goto(link)
  await page.getByText('This link has been used or is too old').waitFor()
  t.same(faults(401), [])
})

t.test('who is signed in is asked before a link makes them somebody else, and may stay', needsChromium, async t => {
  const desk = await openConsole(t)
  const { page, faults } = await openPage(await launch(t))
  await signIn(page, await desk.invite())
  const who = page.locator('.who')
  await page.goto(await desk.invite(stranger))
  await page.getByRole('heading', { name: 'Leave acme for mallory?' }).waitFor()
  await page.getByRole('link', { name: 'Stay' }).click()
  t.match(await who.textContent(), /acme/)
  await page.goto(await desk.invite({ sub: 'kim@acme.example' }))
  await page.getByRole('heading', { name: 'Go on as kim@acme.example?' }).waitFor()
  await page.getByRole('button', { name: 'Sign in there' }).click()
  await page.getByText('kim@acme.example').waitFor()

  await page.goto(await desk.invite({ sub: 'kim@acme.example', to: '/console/runs' }))
  await page.waitForURL('**/console/runs')
  t.match(await who.textContent(), /kim@acme\.example/, 'the same again is not asked')
  t.same(faults(), [])
})

t.test('in a frame of a listed origin a link opens the console by itself, and in none else', needsChromium, async t => {
  let framed = ''
  const server = createServer((_, response) => {
    response
      .setHeader('content-type', 'text/html')
      .end(`<!doctype html><title>Platform</title><iframe src="${framed}">`)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  // By another name, so that it is another site.
  const platform = `http://localhost:${(server.address() as AddressInfo).port}`
  const listed = await openConsole(t, { env: { CONSOLE_EMBED: platform } })
  const unlisted = await openConsole(t)
  // After the hosts, and so ended before them: a connection that it holds would keep one from ending for two minutes.
  const browser = await launch(t)
  const inside = await openPage(browser)
  framed = await listed.invite({ to: '/console/runs' })
  await inside.page.goto(platform)
  const frame = inside.page.frameLocator('iframe')
  await frame.getByRole('heading', { level: 1, name: 'Runs' }).waitFor()
  const [cookie] = await inside.context.cookies(listed.url)
  t.match(cookie, { name: '__Host-console-embed', secure: true, httpOnly: true, sameSite: 'None' })

  const outside = await openPage(browser)
  framed = await unlisted.invite()
  await outside.page.goto(platform)
  await outside.page.waitForLoadState('networkidle')
  t.equal(await outside.page.frameLocator('iframe').getByRole('heading').count(), 0, 'nothing is shown there')
  t.ok(await unlisted.host.store.links.get(linkOf(framed)), 'and nothing pressed')
})
