import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Of a test, or of whatever else has an end. */
export interface Bounds {
  testdir(): string
  teardown(close: () => unknown): void
}

/** How long something may take to be there: longer than it takes on a machine that is busy with others. */
const patienceMs = 90_000

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** A skip that is seen where there is no browser; in CI its absence is a failure. */
export const needsChromium: { skip?: string } =
  existsSync(executablePath) || process.env.CI
    ? {}
    : { skip: `there is no ${executablePath}; CHROMIUM may name another` }

const args = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--force-color-profile=srgb']
]

/** A browser of this test alone, closed after it. */
export async function launch(t: Pick<Bounds, 'teardown'>): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args, timeout: patienceMs })
  t.teardown(() => browser.close())
  return browser
}

export interface Watched {
  readonly context: BrowserContext
  readonly page: Page
  /**
   * Errors of the console and of pages, and what the policy has blocked, since it was last asked.
   * @param expected statuses of answers that the test has caused; Chromium calls each an error
   */
  faults(...expected: readonly number[]): string[]
}

/** A page whose every error is noted. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    reducedMotion: 'reduce',
    ...options
  })
  context.setDefaultTimeout(patienceMs)
  const noted: string[] = []
  await context.exposeBinding('__blocked', (_source, what: string) => noted.push(`blocked: ${what}`))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', event => {
      void (window as any).__blocked(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  context.on('page', page => {
    page.on('pageerror', error => noted.push(`page: ${error.message}`))
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') noted.push(`console: ${message.text()}`)
    })
  })
  const page = await context.newPage()
  const isExpected = (fault: string, statuses: readonly number[]) =>
    statuses.some(status => fault.includes(`responded with a status of ${status} `))
  return { context, page, faults: (...expected) => noted.splice(0).filter(fault => !isExpected(fault, expected)) }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds wrong, one a line. By the debugger, as the policy lets no script in. */
export async function axeFaults(page: Page): Promise<string[]> {
  const debug = await page.context().newCDPSession(page)
  await debug.send('Runtime.evaluate', { expression: axe })
  const expression = `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(node => id + ': ' + node.target.join(' ') + ' ' + node.failureSummary)))`
  const { result } = await debug.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
  await debug.detach()
  return result.value as string[]
}

/** By how much the page is wider than the window. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth))
}
