import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import { bigAccount } from '../doubles/connectwise/index.ts'
import type { Caller } from './caller.ts'
import { startHostProcess } from './host-process.ts'
import { activeCustomersOf, startVendor, type Vendor } from './vendor.ts'
import { environment, installOver } from './whole-host.ts'

/** 1,133 active customers: two ranges of ids, cut behind 749, of one page each. */
const openVendor = (t: Test) => startVendor(t, { account: bigAccount({ companies: 1500, contactsPerCompany: 1 }) })

async function storedIn(caller: Caller) {
  const clients = await caller.all('/v1/clients')
  return clients
    .map(({ name, status, sources }) => ({ id: sources[0].externalId as string, name: name as string, status }))
    .toSorted((a, b) => Number(a.id) - Number(b.id))
}

const activeIn = (vendor: Vendor) => activeCustomersOf(vendor).map(one => ({ ...one, status: 'active' }))

function isWhole(t: Test, dataDir: string): void {
  const sqlite = new DatabaseSync(`${dataDir}/host.db`, { readOnly: true })
  t.equal(Object.values(sqlite.prepare('PRAGMA integrity_check').get()!)[0], 'ok')
  sqlite.close()
}

/** The receipt shows progress only now and then; this is where the next run goes on. */
function keptRecords(dataDir: string): number {
  const sqlite = new DatabaseSync(`${dataDir}/host.db`, { readOnly: true })
  const [kept] = sqlite.prepare("SELECT coalesce(pass ->> '$.counts.read', 0) AS read FROM installations").all()
  sqlite.close()
  return Number(kept?.read)
}

/** What a poll asks, beside the pass. */
const isAboutChanges = ({ conditions = '' }: Readonly<Record<string, string>>) => conditions.startsWith('lastUpdated>=')

/** The question that the vendor leaves unanswered, so that the kill finds the run at this step. */
const steps = {
  'while the second page is on its way': { path: /company\/companies\?.*pageId=749/ },
  'while the contacts of a page are on their way': { path: /company\/contacts\?.*company\/id>749/ }
}
for (const [step, question] of Object.entries(steps)) {
  t.test(`fault 34: killed ${step}, a host started again goes on from the last page and misses nothing`, async t => {
    const vendor = await openVendor(t)
    const dataDir = t.testdir()
    const env = { ...environment(dataDir, vendor.url), LEASE_TTL: '2s' }
    const silence = vendor.fail({ kind: 'hang', ...question, times: 1 })
    const first = startHostProcess(t, env)
    const before = await first.listening()
    const { id } = await installOver(before, vendor)
    const { currentRun } = await before.until(
      `/v1/installations/${id}`,
      ({ currentRun }) => currentRun && silence.hits === 1 && keptRecords(dataDir) >= 500
    )
    first.child.kill('SIGKILL')
    t.match(await first.ended(), { signal: 'SIGKILL' })
    isWhole(t, dataDir)

    vendor.resetLog()
    const after = await startHostProcess(t, env).listening()
    const listening = performance.now()
    const { lastRun } = await after.until(`/v1/installations/${id}`, ({ lastRun }) => lastRun?.status === 'succeeded')
    t.ok(performance.now() - listening < 20_000)
    const expected = activeIn(vendor)
    t.same(await storedIn(after), expected)
    t.match(lastRun, {
      mode: 'full',
      continues: currentRun.id,
      source: { count: expected.length },
      counts: { read: expected.length, setAside: 0, gone: 0 }
    })
    t.equal(lastRun.counts.created + lastRun.counts.unchanged + lastRun.counts.updated, expected.length)
    t.match((await after.call('GET', `/v1/runs/${currentRun.id}`)).body, { status: 'interrupted' })
    const again = vendor.requests.filter(
      ({ path, query }) => path.endsWith('/company/companies') && !query.pageId && !isAboutChanges(query)
    )
    t.same(again, [], 'what was kept is not read again')
  })
}

t.test(
  'fault 35: SIGTERM in mid-run ends within ten seconds, checkpointed, and the next start goes on at once',
  async t => {
    const vendor = await openVendor(t)
    const dataDir = t.testdir()
    const env = environment(dataDir, vendor.url)
    const silence = vendor.fail({ kind: 'hang', path: /company\/companies\?.*pageId=749/, times: 1 })
    const first = startHostProcess(t, env)
    const before = await first.listening()
    const { id } = await installOver(before, vendor)
    const { currentRun } = await before.until(
      `/v1/installations/${id}`,
      ({ currentRun }) => currentRun && silence.hits === 1 && keptRecords(dataDir) >= 500
    )
    const asked = performance.now()
    first.child.kill('SIGTERM')
    t.same(await first.ended(), { code: 0, signal: null })
    t.ok(performance.now() - asked < 10_000)
    isWhole(t, dataDir)

    const after = await startHostProcess(t, env).listening()
    const listening = performance.now()
    const { lastRun } = await after.until(`/v1/installations/${id}`, ({ lastRun }) => lastRun?.status === 'succeeded')
    t.ok(performance.now() - listening < 10_000, 'it does not wait for a lease that was given back')
    t.match(lastRun, { mode: 'full', continues: currentRun.id })
    t.match((await after.call('GET', `/v1/runs/${currentRun.id}`)).body, {
      status: 'interrupted',
      error: { code: 'HOST_ERR_INTERRUPTED' }
    })
    t.same(await storedIn(after), activeIn(vendor))
  }
)
