import { inFlight } from '../bench-host.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { syncFirst } from '../first-sync.ts'
import { round, thousands } from '../statistics.ts'
import { companiesFor, startVendor } from '../vendor-process.ts'

const syncTypes = ['active-customers']

export default {
  name: 'latency-300',
  goal: 'full sync at 300 ms latency: wall ÷ (requests × latency ÷ in flight) ≤ 1.15',
  async run({ small, say }: FigureOptions): Promise<Measured> {
    const latencyMs = small ? 30 : 300
    await using vendor = await startVendor({ companies: companiesFor(small ? 5_000 : 100_000) })
    await syncFirst(vendor, syncTypes)
    await vendor.order({ latencyMs })
    const { wallMs, requests, records } = await syncFirst(vendor, syncTypes)
    say(`${requests} requests in ${thousands(wallMs)} ms`)
    const least = (requests * latencyMs) / inFlight
    return {
      value: round(wallMs / least),
      shown: `${round(wallMs / least)} (${round(wallMs / 1000)} s)`,
      met: wallMs / least <= 1.15,
      ceiling: `${round(least / 1000)} s`,
      details: { wallMs, requests, records, latencyMs, inFlight },
      note: `${thousands(records)} companies with two contacts each, ${thousands(requests)} requests, ${inFlight} in flight. At the connector’s real budget of 900 requests a minute it takes ${thousands(requests / 15)} s.`
    }
  }
}
