import type { BrowserContextOptions, Page } from 'playwright-core'
import { axeFaults, sideways } from './chromium.ts'

/** How each page is looked at. */
export const looks: Record<string, BrowserContextOptions> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 } }
}

/** What is wrong with each page, named by page and look; empty: nothing. */
export async function look(page: Page, name: string): Promise<string[]> {
  const found = await axeFaults(page)
  const wide = await sideways(page)
  return [...found, ...(wide > 0 ? [`${wide} px wider than the window`] : [])].map(fault => `${name}: ${fault}`)
}
