import { fetchAll, openBareStore } from '../bare-loop.ts'
import { startBenchHost, wallMsOf } from '../bench-host.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { inPairs, type Sample, timed } from '../pairs.ts'
import type { RecordedRequest } from '../recorded-requests.ts'
import { recordRequests } from '../recorded-requests.ts'
import { round, thousands } from '../statistics.ts'
import { companiesFor, startVendor, type VendorProcess } from '../vendor-process.ts'
import { makeWorkspace } from '../workspace.ts'

const syncType = 'active-customers'

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
    let requests: RecordedRequest[] = []
    const first = await recordRequests(async () => {
      records = (await syncOnce(vendor)).records
    })
    requests = first.filter(isCompanyPage)
    say(`${thousands(records)} companies in ${requests.length} pages, ${first.length} requests in all`)

    const paired = await inPairs(
      small ? 1 : 3,
      () => syncOnce(vendor),
      () => readBare(vendor, requests, records)
    )
    const perSecond = (sample: Sample) => (records / sample.wallMs) * 1000
    return {
      value: round(paired.ratio),
      shown: `${round(paired.ratio)} (${thousands(perSecond(paired.ours))} records/s)`,
      met: paired.ratio >= 0.5,
      ceiling: `${thousands(perSecond(paired.bare))} records/s`,
      details: {
        records,
        requests: first.length,
        pages: requests.length,
        recordsPerSecond: perSecond(paired.ours),
        recordsPerCpuSecond: (records / paired.ours.cpuMs) * 1000,
        bareRecordsPerSecond: perSecond(paired.bare),
        bareRecordsPerCpuSecond: (records / paired.bare.cpuMs) * 1000,
        cpuRatio: round(paired.cpuRatio)
      },
      note: `Companies alone (an account without contacts), no latency, the vendor's budget lifted; bare: undici + JSON.parse + stringify + sha256 + prepared upsert of the same company pages, 4 in flight. The host also asks ${first.length - requests.length} times for contacts and setup. By CPU time ${round(paired.cpuRatio)}.`
    }
  }
}

function isCompanyPage({ path }: RecordedRequest): boolean {
  return path.includes('/company/companies?') && path.includes('pageSize=1000')
}

/** A first sync into an empty file, by its receipt. */
async function syncOnce(vendor: VendorProcess): Promise<Sample & { records: number }> {
  await using folder = await makeWorkspace()
  await using bench = await startBenchHost(vendor, folder.path)
  let wallMs = 0
  let records = 0
  const { cpuMs } = await timed(async () => {
    const [id] = await bench.install([syncType])
    const run = await bench.ended(id!)
    wallMs = wallMsOf([run])
    records = run.counts.read
  })
  return { wallMs, cpuMs, records }
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
