import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { FigureOptions, Measured } from '../figure.ts'
import { nodeOptions, root } from '../host-process.ts'
import { round, thousands } from '../statistics.ts'
import { companiesFor, startVendor } from '../vendor-process.ts'
import { makeWorkspace } from '../workspace.ts'

export interface MemoryUse {
  readonly records: number
  /** Of the whole host before the first sync. */
  readonly idleMiB: number
  /** Highest resident set while it syncs. */
  readonly peakMiB: number
  readonly afterMiB: number
  readonly heapAfterMiB: number
}

const limitMiB = 64

export default {
  name: 'memory',
  goal: `growth of peak RSS from 10,000 to 1,000,000 companies < ${limitMiB} MiB`,
  async run({ small, full, say }: FigureOptions): Promise<Measured> {
    const [few, many] = small ? [500, 3_000] : [10_000, full ? 1_000_000 : 200_000]
    const first = await syncIn(few!, say)
    const last = await syncIn(many!, say)
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
      note: `A host process of its own for each size, ${thousands(first.records)} and ${thousands(last.records)} companies with two contacts each into SQLite; highest RSS while it syncs. JavaScript heap after it, collected: ${Math.round(first.heapAfterMiB)} and ${Math.round(last.heapAfterMiB)} MiB.${full || small ? '' : ' `--full` goes to 1,000,000.'}`
    }
  }
}

async function syncIn(customers: number, say: FigureOptions['say']): Promise<MemoryUse> {
  await using vendor = await startVendor({ companies: companiesFor(customers), keep: false })
  await using folder = await makeWorkspace()
  const order = JSON.stringify({ vendor: { url: vendor.url, account: vendor.account }, folder: folder.path, env: {} })
  const child = fork(new URL('../memory-child.ts', import.meta.url), [order], {
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
