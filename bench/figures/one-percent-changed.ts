import { startBenchHost } from '../bench-host.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { round, thousands } from '../statistics.ts'
import { companiesFor, startVendor } from '../vendor-process.ts'
import { makeWorkspace } from '../workspace.ts'

/** Requests that a poll makes however large the account is. */
const constant = 5

export default {
  name: 'one-percent-changed',
  goal: `1 % of 100,000 companies changed: requests ≤ 2 % of a full sync’s + ${constant}`,
  async run({ small, say }: FigureOptions): Promise<Measured> {
    await using vendor = await startVendor({ companies: companiesFor(small ? 2_000 : 100_000) })
    await using folder = await makeWorkspace()
    await using bench = await startBenchHost(vendor, folder.path)
    const [id] = await bench.install(['active-customers'])
    const full = await bench.ended(id!)
    await vendor.order({ changeEach: 100 })
    const run = await bench.sync(id!)
    // The poll looks back a day, so the next one meets the same changes.
    const again = await bench.sync(id!)
    say(`${full.source.requests}, ${run.source.requests}, ${again.source.requests} requests`)
    const most = full.source.requests * 0.02 + constant
    const { updated } = run.counts
    return {
      value: run.source.requests,
      shown: `${run.source.requests} requests, ${thousands(updated)} records written`,
      met: run.source.requests <= most && updated > 0,
      ceiling: `full sync ${full.source.requests} requests`,
      details: {
        requests: run.source.requests,
        mostAllowed: round(most),
        fullSyncRequests: full.source.requests,
        updated,
        wallMs: Date.parse(run.endedAt!) - Date.parse(run.startedAt),
        nextTickRequests: again.source.requests,
        nextTickWrites: again.counts.updated + again.counts.created
      },
      note: `${thousands(full.counts.read)} customers with two contacts each. The next tick, which sees the same changes in its overlap window, took ${again.source.requests} requests and wrote ${again.counts.updated}.`
    }
  }
}
