import { fetchAll, openBareStore } from '../bare-loop.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { syncFirst } from '../first-sync.ts'
import { inPairs, type Sample, timed } from '../pairs.ts'
import { type RecordedRequest, recordRequests } from '../recorded-requests.ts'
import { round, thousands } from '../statistics.ts'
import { companiesFor, startVendor, type VendorProcess } from '../vendor-process.ts'
import { makeWorkspace } from '../workspace.ts'

const syncTypes = ['active-customers']

export default {
  name: 'full-sync-sqlite',
  goal: 'full sync of 100,000 companies into SQLite ÷ bare loop ≥ 0.5',
  async run({ small, say }: FigureOptions): Promise<Measured> {
    await using vendor = await startVendor({
      companies: companiesFor(small ? 2_000 : 100_000),
      contactsPerCompany: 0,
      agreementsPerCompany: 0
    })
    let records = 0
    const asked = await recordRequests(async () => {
      records = (await syncFirst(vendor, syncTypes)).records
    })
    const pages = asked.filter(isCompanyPage)
    say(`${thousands(records)} companies in ${pages.length} pages, ${asked.length} requests in all`)

    const paired = await inPairs(
      small ? 1 : 3,
      () => syncFirst(vendor, syncTypes),
      () => readBare(vendor, pages, records)
    )
    const perSecond = (ms: number) => (records / ms) * 1000
    return {
      value: round(paired.ratio),
      shown: `${round(paired.ratio)} (${thousands(perSecond(paired.ours.wallMs))} records/s)`,
      met: paired.ratio >= 0.5,
      ceiling: `${thousands(perSecond(paired.bare.wallMs))} records/s`,
      details: {
        records,
        requests: asked.length,
        pages: pages.length,
        recordsPerSecond: perSecond(paired.ours.wallMs),
        recordsPerCpuSecond: perSecond(paired.ours.cpuMs),
        bareRecordsPerSecond: perSecond(paired.bare.wallMs),
        bareRecordsPerCpuSecond: perSecond(paired.bare.cpuMs),
        cpuRatio: round(paired.cpuRatio)
      },
      note: `Companies alone (an account without contacts), no latency, the connector’s budget of requests lifted. Bare: undici, JSON.parse, stringify, sha256 and a prepared upsert of the same company pages, 4 in flight; the host asks ${asked.length - pages.length} times more, for setup and contacts. By CPU time ${round(paired.cpuRatio)}.`
    }
  }
}

function isCompanyPage({ path }: RecordedRequest): boolean {
  return path.includes('/company/companies?') && path.includes('pageSize=1000')
}

async function readBare(
  vendor: VendorProcess,
  requests: readonly RecordedRequest[],
  expected: number
): Promise<Sample> {
  await using folder = await makeWorkspace()
  const store = openBareStore(folder.path)
  let records = 0
  const sample = await timed(() =>
    fetchAll(vendor.url, requests, body => {
      records += body.length
      store.upsert(body)
    })
  )
  store.close()
  if (records !== expected) throw new Error(`The bare loop read ${records} records, the host ${expected}`)
  return sample
}
