import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { startSession } from '../../plugins/console/session/sessions.ts'
import { permissions } from '../../plugins/http/auth.ts'
import { startBenchHost, tenant } from '../bench-host.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { median, round } from '../statistics.ts'
import { startVendor } from '../vendor-process.ts'
import { makeWorkspace } from '../workspace.ts'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']

/** The most of each: times in ms, sizes in bytes. */
const budgets = {
  firstByteMs: 30,
  warmPaintMs: 200,
  coldPaintMs: 300,
  shift: 0.01,
  pageBytes: 40_000,
  scriptAndStyleGzipped: 16_000
} as const
type Budget = keyof typeof budgets

interface Seen {
  readonly firstByte: number
  readonly paint: number
  readonly shift: number
  readonly bytes: number
}

export default {
  name: 'console',
  goal: `console: first paint < ${budgets.warmPaintMs} ms warm and < ${budgets.coldPaintMs} cold, first byte < ${budgets.firstByteMs} ms, layout shift ≤ ${budgets.shift}, page ≤ ${budgets.pageBytes / 1000} kB, script and style ≤ ${budgets.scriptAndStyleGzipped / 1000} kB gzipped`,
  async run({ small, say }: FigureOptions): Promise<Measured> {
    if (!existsSync(executablePath)) throw new Error(`There is no ${executablePath}; CHROMIUM may name another.`)
    const [companies, times] = small ? [100, 2] : [1200, 9]
    await using folder = await makeWorkspace()
    await using vendor = await startVendor({ companies })
    await using bench = await startBenchHost(vendor, folder.path)
    const { host } = bench
    const ids = await bench.install(['active-customers', 'active-agreements'])
    const runs = await Promise.all(ids.map(id => bench.ended(id)))
    const url = await host.listen({ host: '127.0.0.1', port: 0 })
    const [client] = (await host.store.clients.list(tenant, {}, { limit: 1, cursor: null })).items
    const [connection] = (await host.store.connections.list(tenant, { limit: 1, cursor: null })).items
    const paths: Readonly<Record<string, string>> = {
      integrations: '/integrations',
      integration: '/integrations/connectwise',
      clients: '/clients',
      client: `/clients/${client!.id}`,
      runs: '/runs',
      receipt: `/runs/${runs[0]!.id}`,
      connection: `/connections/${connection!.id}`,
      'needs you': '/attention',
      webhooks: '/webhooks',
      activity: '/activity'
    }

    const caller = { tenant, sub: 'bench', permissions: permissions.filter(name => name !== 'console:link') }
    const value = await startSession(host.store, caller, false, new Date())
    const cookie = { name: '__Host-console', value, domain: '127.0.0.1', path: '/' } as const
    const browser = await chromium.launch({ executablePath, args })
    const open = async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' })
      await context.addCookies([{ ...cookie, secure: true, httpOnly: true, sameSite: 'Lax' }])
      return context
    }
    try {
      const worst: Record<Budget, number> = { ...budgets }
      for (const name of Object.keys(budgets) as Budget[]) worst[name] = 0
      const note = (name: Budget, value: number) => {
        worst[name] = Math.max(worst[name], value)
      }
      const details: Record<string, number> = {}
      await using empty = await serveEmptyPage()
      const tab = await openTab(await open())
      await look(tab, empty.url)
      const bare: number[] = []
      for (let time = 0; time < times; time++) bare.push((await look(tab, empty.url)).paint)
      const warm = await openTab(await open())
      for (const [name, path] of Object.entries(paths)) {
        const page = `${url}/console${path}`
        const cold: number[] = []
        for (let time = 0; time < times; time++) {
          const fresh = await open()
          cold.push((await look(await openTab(fresh), page)).paint)
          await fresh.close()
        }
        await look(warm, page)
        const seen: Seen[] = []
        for (let time = 0; time < times; time++) seen.push(await look(warm, page))
        const paint = median(seen.map(one => one.paint))
        const firstByte = median(seen.map(one => one.firstByte))
        note('warmPaintMs', paint)
        note('coldPaintMs', median(cold))
        note('firstByteMs', firstByte)
        note('shift', Math.max(...seen.map(one => one.shift)))
        note('pageBytes', Math.max(...seen.map(one => one.bytes)))
        const told = { paint: round(paint), coldPaint: round(median(cold)), firstByte: round(firstByte) }
        for (const [what, ms] of Object.entries(told)) details[`${name} ${what} ms`] = ms
        details[`${name} bytes`] = seen[0]!.bytes
        say(
          `${name}: paint ${told.paint} ms, cold ${told.coldPaint}, first byte ${told.firstByte}, ${seen[0]!.bytes} bytes`
        )
      }
      note('scriptAndStyleGzipped', await filesOf(host, `${url}/console/sign-in`))
      const missed = (Object.keys(budgets) as Budget[]).filter(name => worst[name] > budgets[name])
      return {
        value: round(worst.warmPaintMs),
        shown: `paint ${round(worst.warmPaintMs)} ms warm, ${round(worst.coldPaintMs)} cold; first byte ${round(worst.firstByteMs)} ms; shift ${Math.round(worst.shift * 10_000) / 10_000}; ${round(worst.pageBytes / 1000)} kB a page; script and style ${round(worst.scriptAndStyleGzipped / 1000)} kB${missed.length > 0 ? ` (over: ${missed.join(', ')})` : ''}`,
        met: missed.length === 0,
        ceiling: `an empty page: ${round(median(bare))} ms`,
        details: { ...details, 'empty paint ms': round(median(bare)) },
        note: `The dearest of ${Object.keys(paths).length} pages, each the middle of ${times} times in headless Chromium that draws in software: warm in a tab that shows the console already, cold in a new browser profile; the ceiling is a page of one word in a warm tab; ${companies} companies, 50 clients a page; sizes as sent, not compressed.`
      }
    } finally {
      await browser.close()
    }
  }
}

async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  // As texts: this file is not a browser's.
  await page.addInitScript(
    'window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value }).observe({ type: "layout-shift", buffered: true })'
  )
  return page
}

async function look(page: Page, url: string): Promise<Seen> {
  const answer = await page.goto(url)
  if (!answer?.ok()) throw new Error(`${url}: ${answer?.status()}`)
  // The policy of the pages lets no waitForFunction be made of a text.
  do await page.waitForTimeout(50)
  while ((await page.evaluate('performance.getEntriesByName("first-contentful-paint").length')) === 0)
  const seen: Omit<Seen, 'bytes'> = await page.evaluate(
    '({ paint: performance.getEntriesByName("first-contentful-paint")[0].startTime, firstByte: performance.getEntriesByType("navigation")[0].responseStart, shift: window.shift })'
  )
  return { ...seen, bytes: (await answer.body()).length }
}

/** What the browser itself takes on this machine. */
async function serveEmptyPage(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Empty</title><p>Empty</p>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    }
  }
}

/** Bytes of the script and the style, gzipped. */
async function filesOf(
  host: { inject(url: string): Promise<{ body: string; rawPayload: Buffer }> },
  signIn: string
): Promise<number> {
  const { body } = await host.inject(new URL(signIn).pathname)
  const files = [...body.matchAll(/(?:href|src)="(\/console\/assets\/[^"]+\.(?:css|js))"/g)].map(([, path]) => path!)
  if (files.length !== 2) throw new Error(`the page names ${files.length} files`)
  let bytes = 0
  for (const file of files) bytes += gzipSync((await host.inject(file)).rawPayload, { level: 9 }).length
  return bytes
}
