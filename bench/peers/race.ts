import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { PythonEnvironment } from '../../scripts/python-environment.ts'
import { syncFirst } from '../first-sync.ts'
import { describeMachine } from '../machine.ts'
import { type RecordedRequest, recordRequests } from '../recorded-requests.ts'
import { thousands } from '../statistics.ts'
import { companiesFor, startVendor, type VendorProcess } from '../vendor-process.ts'
import { makeWorkspace } from '../workspace.ts'
import { type Round, type Row, summarise, type Timing } from './compare.ts'
import { airbyte, type Contender, dlt, integrationHost, type Job, singer } from './contenders.ts'

const measure = fileURLToPath(new URL('./measure.py', import.meta.url))

/**
 * All contenders on one double. One round that is thrown away warms the double and every program, then each has its
 * turn (A B C D A B C D), so that a machine that slows down slows all.
 * @returns this host's row first.
 * @throws if one of them has not exactly the companies that this host reads.
 */
export async function race(
  python: PythonEnvironment,
  { customers, rounds, say }: { customers: number; rounds: number; say: (line: string) => void }
): Promise<[ours: Row, ...peers: Row[]]> {
  await using vendor = await startVendor({
    companies: companiesFor(customers),
    contactsPerCompany: 0,
    agreementsPerCompany: 0
  })
  let records = 0
  const asked = await recordRequests(async () => {
    records = (await syncFirst(vendor, ['active-customers'])).records
  })
  say(`${thousands(records)} companies`)
  const job = jobOf(vendor, asked)
  const contenders = [
    integrationHost(vendor, describeMachine().commit),
    dlt(python, job),
    singer(python, job),
    airbyte(python, job)
  ].map(contender => ({ contender, rounds: [] as Round[] }))
  for (let round = 0; round <= rounds; round++) {
    for (const { contender, rounds } of contenders) {
      const taken = await runRound(contender, vendor, python, records)
      const { first, again } = taken
      say(
        `${contender.name}, ${round === 0 ? 'to warm up' : `round ${round}`}: ${thousands(first.wallMs)} ms, ${thousands(first.cpuMs)} CPU ms; no change ${thousands(again.wallMs)} ms`
      )
      if (round > 0) rounds.push(taken)
    }
  }
  const rows = contenders.map(({ contender: { name, version, store }, rounds }) =>
    summarise({ name, version, store, records }, rounds)
  )
  return rows as [Row, ...Row[]]
}

/** The list of companies as the host asks for it; its id ranges, which the count is without, are its own affair. */
function jobOf({ url, account }: VendorProcess, asked: readonly RecordedRequest[]): Job {
  const path = 'company/companies'
  const find = (wanted: (url: URL) => boolean) => {
    const found = asked.map(request => new URL(request.path, url)).find(wanted)
    if (!found) throw new Error('The host has not asked for what its peers are to be asked for')
    return found
  }
  const counted = find(({ pathname }) => pathname.endsWith(`/${path}/count`)).searchParams
  const page = find(
    ({ pathname, searchParams }) => pathname.endsWith(`/${path}`) && searchParams.get('pageSize') === '1000'
  )
  return {
    baseUrl: page.href.slice(0, page.href.indexOf(path)),
    path,
    username: `${account.companyId}+${account.publicKey}`,
    password: account.privateKey,
    clientId: account.clientId,
    since: '2000-01-01T00:00:00Z',
    params: {
      conditions: counted.get('conditions')!,
      childConditions: counted.get('childConditions')!,
      fields: page.searchParams.get('fields')!,
      pageSize: Number(page.searchParams.get('pageSize'))
    }
  }
}

/** A first run into an empty store and a second one, nothing having changed. */
async function runRound(
  contender: Contender,
  vendor: VendorProcess,
  python: PythonEnvironment,
  expected: number
): Promise<Round> {
  await using workspace = await makeWorkspace()
  const inside = (name: string) => join(workspace.path, name)
  const folder = inside('store')
  await mkdir(folder)
  await contender.prepare(folder)
  const time = (stages: readonly string[][], out: string) =>
    timeStages(stages, { out, home: workspace.path, python, vendor }).catch(failure => {
      throw new Error(`${contender.name}: ${failure.message}`)
    })
  const first = await time(contender.first(folder), inside('first'))
  const again = await time(await contender.again(folder, inside('first')), inside('again'))
  const records = await contender.count(folder, inside('first'))
  if (records !== expected) throw new Error(`${contender.name} has ${records} companies, not ${expected}`)
  return { first, again }
}

interface TimedStages {
  /** What the last process writes to standard output. */
  readonly out: string
  readonly home: string
  readonly python: PythonEnvironment
  readonly vendor: VendorProcess
}

async function timeStages(stages: readonly string[][], { out, home, python, vendor }: TimedStages): Promise<Timing> {
  await vendor.order({ resetCounts: true })
  const { stdout, stderr } = await promisify(execFile)(python.python, [measure, JSON.stringify(stages), out], {
    env: { ...quiet, PATH: process.env.PATH, HOME: home },
    maxBuffer: 2 ** 26
  })
  const { begunAt, endedAt, cpuMs, status } = JSON.parse(stdout)
  if (status !== 0) {
    // Airbyte tells what went wrong where its records go.
    const told = `${stderr}${await readFile(out, 'utf8')}`
    throw new Error(`ended with code ${status}: ${told.slice(-2000)}`)
  }
  const counts = await vendor.order({})
  return {
    wallMs: endedAt - begunAt,
    loadMs: endedAt - (await vendor.firstRequestAt())!,
    cpuMs,
    requests: Object.values(counts).reduce((sum, count) => sum + count, 0)
  }
}

/** No telemetry and no calls but the double's: a proxy that is not there meets all others. */
const quiet = {
  RUNTIME__DLTHUB_TELEMETRY: 'false',
  DATA_WRITER__DISABLE_COMPRESSION: 'true',
  DO_NOT_TRACK: '1',
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1'
}
