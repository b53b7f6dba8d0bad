import { fetchAll } from '../bare-loop.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { syncFirst } from '../first-sync.ts'
import { inPairs, timed } from '../pairs.ts'
import { recordRequests } from '../recorded-requests.ts'
import { round, thousands } from '../statistics.ts'
import { companiesFor, startVendor } from '../vendor-process.ts'

const syncTypes = ['active-customers', 'active-agreements']

export default {
  name: 'both-sync-types',
  goal: 'both sync types, contacts, agreements and additions composed ÷ bare fetch of the same pages ≥ 0.4',
  async run({ small, full, say }: FigureOptions): Promise<Measured> {
    const customers = small ? 1_000 : full ? 100_000 : 50_000
    await using vendor = await startVendor({ companies: companiesFor(customers) })
    let records = 0
    const asked = await recordRequests(async () => {
      records = (await syncFirst(vendor, syncTypes)).records
    })
    say(`${thousands(records)} records of both sync types, ${asked.length} requests`)

    const paired = await inPairs(
      small ? 1 : 3,
      () => syncFirst(vendor, syncTypes),
      () => timed(() => fetchAll(vendor.url, asked, () => {}))
    )
    const perSecond = (ms: number) => (records / ms) * 1000
    return {
      value: round(paired.ratio),
      shown: `${round(paired.ratio)} (${thousands(perSecond(paired.ours.wallMs))} records/s)`,
      met: paired.ratio >= 0.4,
      ceiling: `${thousands((asked.length / paired.bare.wallMs) * 1000)} requests/s`,
      details: {
        records,
        requests: asked.length,
        recordsPerSecond: perSecond(paired.ours.wallMs),
        recordsPerCpuSecond: perSecond(paired.ours.cpuMs),
        bareSeconds: round(paired.bare.wallMs / 1000),
        ourSeconds: round(paired.ours.wallMs / 1000),
        cpuRatio: round(paired.cpuRatio)
      },
      note: `${thousands(customers)} customers, each with two contacts, one agreement and two additions; both sync types at once into SQLite. Bare: undici and JSON.parse of all the same ${thousands(asked.length)} requests, 4 in flight, nothing stored. By CPU time ${round(paired.cpuRatio)}.`
    }
  }
}
