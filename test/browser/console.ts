import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Page } from 'playwright-core'
import autotask from '../../connectors/autotask/index.ts'
import connectwise from '../../connectors/connectwise/index.ts'
import { buildHost, type HostOptions } from '../../host.ts'
import { makeLink } from '../../plugins/console/session/links.ts'
import type { Permission } from '../../plugins/http/auth.ts'
import { requestRun } from '../../plugins/integrations/installations/requested-run.ts'
import acmeDesk from '../connectors/acme-desk/index.ts'
import {
  type ConnectWiseOptions,
  type ConnectWiseServer,
  demoAccount,
  startConnectWise
} from '../doubles/connectwise/index.ts'
import type { TestVendor } from '../vendors/vendor.ts'
import type { Bounds } from './chromium.ts'

export const everything: readonly Permission[] = [
  'integrations:read',
  'integrations:update',
  'clients:read',
  'audit:read'
]

/** A whole host that listens. */
export interface Desk {
  readonly host: FastifyInstance
  readonly url: string
  /** Everything the host has logged. */
  log(): string
  /** A link that opens the console signed in. */
  invite(options?: { permissions?: readonly Permission[]; to?: string; sub?: string; tenant?: string }): Promise<string>
  close(): Promise<void>
}

export interface Console extends Desk {
  readonly vendor: ConnectWiseServer
  /** The five fields of the form, as the double's account has them. */
  readonly fields: Readonly<Record<string, string>>
}

/** A desk and a vendor it can be connected to; OUTBOUND_ALLOW of the options counts beside it. */
export async function openConsole(
  t: Bounds,
  options: HostOptions = {},
  vendorOptions: ConnectWiseOptions = {}
): Promise<Console> {
  const vendor = await startConnectWise({ account: demoAccount(1, 120), latencyMs: 5, ...vendorOptions })
  const desk = await openDesk(t, [vendor.url], { connectors: [connectwise, acmeDesk], ...options })
  const close = async () => {
    await desk.close()
    await vendor.close()
  }
  t.teardown(close)
  return { ...desk, vendor, fields: fieldsOf(vendor), close }
}

/** @param allow origins that may be called beside OUTBOUND_ALLOW of the options */
export async function openDesk(t: Bounds, allow: readonly string[], options: HostOptions = {}): Promise<Desk> {
  const lines: string[] = []
  const host = await buildHost({
    connectors: [connectwise, autotask],
    logStream: { write: (line: string) => lines.push(line) } as unknown as NodeJS.WritableStream,
    ...options,
    env: {
      DATA_DIR: options.env?.DATA_DIR ?? t.testdir(),
      ...{ CALLS_READ: '0', CALLS_CHANGE: '0', CALLS_VENDOR: '0' },
      ...options.env,
      OUTBOUND_ALLOW: [...allow, options.env?.OUTBOUND_ALLOW].join(',')
    }
  })
  const url = await host.listen({ host: '127.0.0.1', port: 0 })
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await host.close()
  }
  t.teardown(close)
  return {
    host,
    url,
    log: () => lines.join(''),
    async invite({ permissions = everything, to = '/console', sub = 'alex@acme.example', tenant = 'acme' } = {}) {
      return url + (await makeLink(host.store, { tenant, sub, permissions }, to, 60_000))
    },
    close
  }
}

/** What is typed into the form of any vendor, by the labels that its connector gives the fields. */
export function typedFor({ host }: Desk, { connector, credentials }: TestVendor): Readonly<Record<string, string>> {
  const form = host.connectors.get(connector)!.credentials.properties as Record<string, { title: string }>
  return Object.fromEntries(Object.entries(credentials).map(([field, value]) => [form[field]!.title, value]))
}

export function fieldsOf({ account, url }: ConnectWiseServer): Readonly<Record<string, string>> {
  const { companyId, publicKey, privateKey, clientId } = account
  return {
    Username: `${companyId}+${publicKey}`,
    Password: privateKey,
    Domain: url,
    'API Version': '',
    'Client ID': clientId
  }
}

/** Once the page's script has run: what has the focus from the start has it then. */
export const isReady = (page: Page) => page.locator('html[data-ready="yes"]').waitFor({ state: 'attached' })

/** Opens the link, goes on by its one button, and waits until that has led on. */
export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link)
  // For who is signed in so already the script presses it.
  const press = page
    .getByRole('button', { name: /^(?:Continue|Sign in there)$/ })
    .and(page.locator('button:not([data-press])'))
  if ((await press.count()) > 0) await press.click()
  await page.waitForURL(url => !url.pathname.endsWith('/sign-in'))
}

export async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value)
}

/** From the integration's page to data that is there, as the help page says. */
export async function install(page: Page, { url, fields }: Console, syncType = 'Sync Active Customers'): Promise<void> {
  await page.goto(`${url}/console/integrations/connectwise`)
  const card = page.locator('.card', { has: page.getByRole('heading', { name: syncType, exact: true }) })
  await card.getByRole('button', { name: 'Install', exact: true }).click()
  await goOn(page, fields)
}

/** From what a press of Install leads to. */
export async function goOn(page: Page, fields: Console['fields']): Promise<void> {
  await page.getByRole('heading', { level: 1, name: /Connect ConnectWise|What would come/ }).waitFor()
  if (page.url().endsWith('/preview') === false) {
    await fill(page, fields)
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await page.getByRole('button', { name: 'See what would come' }).click()
  }
  await page.getByRole('button', { name: 'Install', exact: true }).click()
  await page.getByRole('heading', { name: 'Everything is here' }).waitFor()
}

/** A sync or a compare of an installation, done. */
export async function ran({ host }: Desk, installationId: string, mode: 'sync' | 'compare' = 'sync'): Promise<string> {
  const { runId } = await requestRun(host, 'acme', installationId, mode)
  while (((await host.store.runs.get('acme', runId))?.endedAt ?? null) === null) await sleep(50)
  return runId
}
