import type { Page } from 'playwright-core'

/** Presses Tab until what has the focus is called so. */
export async function tabTo(page: Page, name: RegExp, most = 60): Promise<void> {
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press('Tab')
    if (name.test(await focused(page))) return
  }
  throw new Error(`no Tab leads to ${name}; the last was ${await focused(page)}`)
}

/** What has the focus is called so; '' for the page itself. */
export const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.activeElement as HTMLElement | null
    if (active === document.body) return ''
    const label = document.querySelector(`label[for="${active?.id || 'none'}"]`) ?? active?.closest('label')
    return `${active?.getAttribute('aria-label') ?? label?.textContent ?? active?.textContent ?? ''}`.trim()
  })
