import { fork } from 'node:child_process'
import { once } from 'node:events'
import { openBenchDatabase } from './bench-database.ts'
import type { FigureOptions, Measured } from './figure.ts'
import { nodeOptions, root } from './host-process.ts'
import { round, thousands } from './statistics.ts'
import { companiesFor, startVendor } from './vendor-process.ts'
import { makeWorkspace } from './workspace.ts'

export interface MemoryUse {
  readonly records: number
  /** Of the whole host before the first sync. */
  readonly idleMiB: number
  /** Highest resident set while it syncs. */
  readonly peakMiB: number
  readonly afterMiB: number
  readonly heapAfterMiB: number
}

export const limitMiB = 64

export interface Growth {
  readonly few: number
  readonly many: number
  /** A MongoDB server; none: SQLite. */
  readonly server?: string | undefined
}

/** How much higher RSS rises while a host syncs many companies than while another one syncs few. */
export async function measureGrowth({ few, many, server }: Growth, say: FigureOptions['say']): Promise<Measured> {
  const first = await syncIn(few, server, say)
  const last = await syncIn(many, server, say)
  const growth = last.peakMiB - first.peakMiB
  return {
    value: round(growth),
    shown: `${round(growth)} MiB (${Math.round(first.peakMiB)} → ${Math.round(last.peakMiB)})`,
    met: growth < limitMiB,
    ceiling: `idle host ${Math.round(first.idleMiB)} MiB`,
    details: {
      few: first.records,
      many: last.records,
      idleMiB: round(first.idleMiB),
      peakFewMiB: round(first.peakMiB),
      peakManyMiB: round(last.peakMiB),
      afterFewMiB: round(first.afterMiB),
      afterManyMiB: round(last.afterMiB),
      heapAfterFewMiB: round(first.heapAfterMiB),
      heapAfterManyMiB: round(last.heapAfterMiB)
    },
    note: `A host process of its own for each size, ${thousands(first.records)} and ${thousands(last.records)} companies with two contacts each into ${server ? 'MongoDB' : 'SQLite'}; highest RSS while it syncs. JavaScript heap after it, collected: ${Math.round(first.heapAfterMiB)} and ${Math.round(last.heapAfterMiB)} MiB.`
  }
}

async function syncIn(customers: number, server: string | undefined, say: FigureOptions['say']): Promise<MemoryUse> {
  await using database = server === undefined ? null : await openBenchDatabase(server)
  const env = database === null ? {} : { STORAGE_URL: database.url }
  await using vendor = await startVendor({ companies: companiesFor(customers), keep: false })
  await using folder = await makeWorkspace()
  const order = JSON.stringify({ vendor: { url: vendor.url, account: vendor.account }, folder: folder.path, env })
  const child = fork(new URL('./memory-child.ts', import.meta.url), [order], {
    cwd: root,
    execArgv: [...nodeOptions, '--expose-gc']
  })
  const ended = once(child, 'exit')
  const failed = ended.then(([code]) => {
    throw new Error(`The host's process ended with code ${code}`)
  })
  failed.catch(() => {})
  const [use] = (await Promise.race([once(child, 'message'), failed])) as [MemoryUse]
  await ended
  say(`${thousands(use.records)} companies: peak ${Math.round(use.peakMiB)} MiB`)
  return use
}
