/**
 * `npm run docs:screens`: the pictures of docs/console.md, in light and in dark, always the same: a demo account of
 * fixed data, a clock that stands still three minutes after its sync, and what differs from run to run written over.
 * `-- clients runs` makes these alone, `-- --phone DIR` every page at 390 px into a folder, to be looked at.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { BrowserContextOptions, Page } from 'playwright-core'
import autotask from '../../connectors/autotask/index.ts'
import connectwise from '../../connectors/connectwise/index.ts'
import { time } from '../../plugins/console/parts/time.ts'
import { startSession } from '../../plugins/console/session/sessions.ts'
import { demoAccount } from '../doubles/connectwise/index.ts'
import { type Bounds, launch, openPage } from './chromium.ts'
import { type Console, everything, fill, install, openConsole, ran, signIn } from './console.ts'
import { loseMuch } from './lose-much.ts'
import { smallPng } from './small-png.ts'

const folder = new URL('../../docs/screens/', import.meta.url).pathname

interface Scene {
  readonly page: Page
  readonly desk: Console
  /** Of the first installation. */
  readonly installationId: string
  /** Of the one that has run but once. */
  readonly newestId: string
  readonly connectionId: string
  readonly runId: string
  /** Of a run that changed this client. */
  readonly changeId: string
  /** Of a client with agreements. */
  readonly clientId: string
  readonly externalId: string
}

/** A path below /console, or what is done to get there. */
type Screen = ((scene: Scene) => string) | ((scene: Scene) => Promise<void>)

const screens: Readonly<Record<string, Screen>> = {
  integrations: () => '/integrations',
  integration: () => '/integrations/connectwise',
  connect: async scene => {
    await begin(scene)
    await scene.page.locator('details.guide > summary').first().click()
  },
  'checks-failed': async scene => {
    await begin(scene)
    await fill(scene.page, { ...scene.desk.fields, 'Client ID': '11111111-1111-4111-8111-111111111111' })
    await scene.page.getByRole('button', { name: 'Next', exact: true }).click()
    await scene.page.getByRole('link', { name: 'Change what I typed' }).waitFor()
  },
  preview: async scene => {
    await begin(scene)
    await fill(scene.page, scene.desk.fields)
    await scene.page.getByRole('button', { name: 'Next', exact: true }).click()
    await scene.page.getByRole('button', { name: 'See what would come' }).click()
    await scene.page.locator('.figure.big').first().waitFor()
  },
  arrival: ({ newestId }) => `/installations/${newestId}/arrival`,
  clients: () => '/clients',
  client: ({ clientId }) => `/clients/${clientId}`,
  history: async ({ page, desk, clientId }) => {
    await page.goto(`${desk.url}/console/clients/${clientId}`)
    const title = page.getByRole('heading', { name: 'History' })
    await title.evaluate(element => element.scrollIntoView({ block: 'center' }))
  },
  vendors: () => '/vendors',
  why: ({ externalId, connectionId }) => `/why?id=${externalId}&connection=${connectionId}`,
  runs: () => '/runs',
  receipt: ({ runId }) => `/runs/${runId}`,
  undo: ({ changeId }) => `/runs/${changeId}/undo`,
  connection: ({ connectionId }) => `/connections/${connectionId}`,
  losses: ({ installationId }) => `/installations/${installationId}/losses`,
  'needs-you': () => '/attention',
  webhooks: () => '/webhooks',
  activity: () => '/activity'
}

/** Without a word in the audit trail, which is shown too. */
async function enter({ page, desk }: Pick<Scene, 'page' | 'desk'>, tenant: string): Promise<void> {
  const caller = { tenant, sub: `alex@${tenant}.example`, permissions: everything }
  const value = await startSession(desk.host.store, caller, false, new Date())
  await page.context().clearCookies()
  const cookie = { name: '__Host-console', value, domain: '127.0.0.1', path: '/' } as const
  await page.context().addCookies([{ ...cookie, secure: true, httpOnly: true, sameSite: 'Lax' }])
}

/** The form of a tenant that has nothing yet; what was typed there before is thrown away. */
async function begin({ page, desk }: Scene): Promise<void> {
  await enter({ page, desk }, 'fernhollow')
  for (const last of [false, true]) {
    await page.goto(`${desk.url}/console/integrations/connectwise`)
    await page.locator('#sync-active-customers').getByRole('button', { name: 'Install', exact: true }).click()
    await page.getByLabel('Username').waitFor()
    if (!last) await page.getByRole('button', { name: 'Cancel' }).click()
  }
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { phone: { type: 'string' } } })
const unknown = positionals.filter(name => !Object.hasOwn(screens, name))
if (unknown.length > 0) throw new Error(`There is no screen ${unknown.join(', ')}. There are: ${Object.keys(screens)}`)

const looks: Readonly<Record<string, BrowserContextOptions>> = values.phone
  ? { phone: { viewport: { width: 390, height: 844 } } }
  : {
      light: { viewport: { width: 1160, height: 780 }, colorScheme: 'light' },
      dark: { viewport: { width: 1160, height: 780 }, colorScheme: 'dark' }
    }
const target = values.phone ?? folder

const closes: (() => unknown)[] = []
const work = await mkdtemp(join(tmpdir(), 'docs-screens-'))
const bounds: Bounds = { testdir: () => work, teardown: close => closes.unshift(close) }
try {
  await picture()
} finally {
  for (const close of closes) await close()
  await rm(work, { recursive: true, force: true })
}

async function picture(): Promise<void> {
  let standing: Date | null = null
  const now = () => standing ?? new Date()
  const env = { LOG_LEVEL: 'silent', SYNC_EVERY: '5m', HOST: '127.0.0.1' }
  const account = { account: demoAccount(1, 480), latencyMs: 0 }
  const desk = await openConsole(bounds, { connectors: [connectwise, autotask], now, env }, account)
  const browser = await launch(bounds)
  const setup = await openPage(browser)
  await signIn(setup.page, await desk.invite())
  await install(setup.page, desk)
  await install(setup.page, desk, 'Sync Active Customer Agreements')
  const { store } = desk.host
  const of = async (syncType: string) =>
    (await store.installations.list('acme', {}, { limit: 9, cursor: null })).items.find(
      one => one.syncType === syncType
    )!
  const customers = await of('active-customers')
  const first = { runId: customers.lastRunId!, connectionId: customers.connectionId }
  const withAgreements = (await store.clients.listAgreements('acme', {}, { limit: 1, cursor: null })).items[0]!
  const client = (await store.clients.get('acme', withAgreements.clientId))!
  const changeId = await changeOne(desk, customers.id, Number(client.externalId))
  await addWebhook(desk)
  await setup.page.context().close()

  const scene = {
    ...first,
    desk,
    installationId: customers.id,
    newestId: (await of('active-agreements')).id,
    clientId: client.id,
    externalId: client.externalId,
    changeId
  }
  const ended = Date.parse((await store.runs.get('acme', changeId))!.endedAt!)
  standing = new Date(ended + 3 * 60_000)
  const late = ['losses', 'needs-you']
  const wanted = Object.keys(screens).filter(name => positionals.length === 0 || positionals.includes(name))
  await mkdir(target, { recursive: true })
  await shoot(
    scene,
    wanted.filter(name => !late.includes(name))
  )
  if (!wanted.some(name => late.includes(name))) return
  standing = null
  await loseMuch(desk)
  await holdLosses(desk, customers.id)
  standing = new Date(Date.now() + 3 * 60_000)
  await shoot(
    scene,
    wanted.filter(name => late.includes(name))
  )

  async function shoot(scene: Omit<Scene, 'page'>, names: readonly string[]): Promise<void> {
    for (const [look, options] of Object.entries(looks)) {
      const { page } = await openPage(browser, { ...options, deviceScaleFactor: 1 })
      await page.clock.setFixedTime(now())
      await page.route('**/console/**', async route => {
        if (!route.request().isNavigationRequest()) return route.continue()
        const answer = await route.fetch({ maxRedirects: 0 })
        const html = answer.headers()['content-type']?.startsWith('text/html')
        await (html
          ? route.fulfill({ response: answer, body: written(await answer.text(), now()) })
          : route.fulfill({ response: answer }))
      })
      // What a stream brings is not written over.
      await page.route(/\/console\/(?!install\/).*\/live$/, route => route.fulfill({ status: 204 }))
      // A page that is slow to get its font does without, and that is another picture.
      await page.route('**/*.css', async route => {
        const answer = await route.fetch()
        const body = (await answer.text()).replaceAll(/font-display:\s*optional/g, 'font-display:block')
        await route.fulfill({ response: answer, body })
      })
      for (const name of names) {
        await enter({ page, desk }, 'acme')
        const made = screens[name]!({ ...scene, page })
        if (typeof made === 'string') await page.goto(`${desk.url}/console${made}`)
        else await made
        await page.evaluate(() => document.fonts.ready)
        await page.waitForTimeout(150)
        const png = await page.screenshot({ animations: 'disabled', caret: 'hide', fullPage: look === 'phone' })
        await writeFile(join(target, `${name}-${look}.png`), smallPng(png))
        console.log(`${name}-${look}`)
      }
      await page.context().close()
    }
  }
}

/**
 * What differs from one run to the next, and what no account of one's own shows. How long the scene took to be made is
 * the machine's: all of it was three minutes ago.
 */
function written(html: string, now: Date): string {
  const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString()
  return html
    .replaceAll(/<time datetime="([^"]+)"[^>]*>[^<]*<\/time>/g, (_, then: string) => {
      return time(Date.parse(then) > now.getTime() ? at(2) : at(-3), now).text
    })
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://na.myconnectwise.net')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'na.myconnectwise.net')
    .replaceAll(/\d{1,2} [A-Z][a-z]+ 20\d\d at \d\d:\d\d UTC/g, '28 November 2026 at 09:30 UTC')
}

async function addWebhook({ host }: Console): Promise<void> {
  const url = 'https://platform.example/hooks/integrations'
  await host.store.webhooks.tryInsert(
    { id: 'whk_demo', tenant: 'acme', url, createdAt: new Date().toISOString(), ended: null },
    5
  )
}

async function holdLosses(desk: Console, id: string): Promise<void> {
  await ran(desk, id, 'compare')
}

/** Somebody at the vendor moves a customer to another street, and the next sync brings it. */
async function changeOne(desk: Console, id: string, company: number): Promise<string> {
  desk.vendor.updateCompany(company, { addressLine1: '200 Orchard Road', addressLine2: '', website: '' })
  return ran(desk, id)
}
