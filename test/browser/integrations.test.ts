/** Many integrations on one page: found by name, and those that need somebody first. */
import t from 'tap'
import connectwise from '../../connectors/connectwise/index.ts'
import { connectorPlugin } from '../../plugins/connector/plugin.ts'
import { tallybook } from '../plugins/integrations/installations/tallybook.ts'
import { launch, needsChromium, openPage } from './chromium.ts'
import { install, openConsole, signIn } from './console.ts'
import { look, looks } from './look.ts'

t.test('from eight integrations on they are searched, and who needs somebody comes first', needsChromium, async t => {
  const others = ['Ash', 'Birch', 'Cedar', 'Elm', 'Fir', 'Oak', 'Pine'].map(tree =>
    connectorPlugin({ ...tallybook, name: `${tree.toLowerCase()}-desk`, title: `${tree} Desk` })
  )
  const desk = await openConsole(t, { connectors: [...others, connectwise] })
  const browser = await launch(t)
  const { page, faults } = await openPage(browser)
  await signIn(page, await desk.invite())
  const titles = () => page.locator('#cards h2').allTextContents()
  t.equal((await titles()).length, 8)
  t.equal((await titles()).at(-1), 'ConnectWise PSA')

  const search = page.getByRole('searchbox', { name: 'Search integrations' })
  await search.pressSequentially('cEd')
  await page.waitForURL(/search=cEd/)
  t.same(await titles(), ['Cedar Desk'])
  await search.fill('nowhere')
  await page.getByRole('heading', { name: 'No integration is called so' }).waitFor()
  t.equal(await page.evaluate(() => document.activeElement?.getAttribute('type')), 'search', 'one goes on typing')
  await search.fill('')
  await page.getByText('Pine Desk').waitFor()

  await install(page, desk)
  const { connections } = desk.host.store
  const [{ id } = { id: '' }] = (await connections.list('acme', { limit: 1, cursor: null })).items
  const detail = 'The vendor refuses the two keys.'
  const trouble = { code: 'HOST_ERR_CREDENTIALS_REJECTED', detail, since: new Date().toISOString() }
  await connections.note('acme', id, { trouble: { ...trouble, tries: 1, retryAt: null } })
  await page.goto(`${desk.url}/console/integrations`)
  t.equal((await titles())[0], 'ConnectWise PSA')
  await page.locator('#card-connectwise').getByText(detail).waitFor()
  t.same(faults(), [])

  for (const [shade, options] of Object.entries(looks)) {
    const other = await openPage(browser, options)
    await signIn(other.page, await desk.invite())
    for (const path of ['/integrations', '/integrations?search=nowhere']) {
      await other.page.goto(`${desk.url}/console${path}`)
      t.same(await look(other.page, path), [], shade)
    }
    await other.page.context().close()
  }
})
