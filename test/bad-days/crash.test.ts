import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import type { LoggedRequest, Meets } from '../doubles/kit/index.ts'
import { kinds } from '../vendors/every.ts'
import type { TestVendor, VendorKind } from '../vendors/vendor.ts'
import type { Caller } from './caller.ts'
import { startHostProcess } from './host-process.ts'
import { environment, installOver } from './whole-host.ts'

/** More than a thousand active customers: several ranges of ids. Those of ConnectWise PSA are cut behind 749. */
const account = { big: 1500 }

async function storedIn(caller: Caller) {
  const clients = await caller.all('/v1/clients')
  return clients
    .map(({ name, status, sources }) => ({ id: sources[0].externalId as string, name: name as string, status }))
    .toSorted((a, b) => Number(a.id) - Number(b.id))
}

const activeIn = ({ oracle }: TestVendor) =>
  oracle.customers().map(({ externalId: id, name }) => ({ id, name, status: 'active' }))

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

/** What a poll of ConnectWise PSA asks, beside the pass. */
const isAboutChanges = ({ conditions = '' }: Readonly<Record<string, string>>) => conditions.startsWith('lastUpdated>=')
/** Questions for what was kept when the host was killed, where a question says so. */
const isAskedAgain: Record<string, (request: LoggedRequest) => boolean> = {
  connectwise: ({ path, query }) => path.endsWith('/company/companies') && !query.pageId && !isAboutChanges(query)
}

const secondPage = 'while the second page is on its way'
/** The question that the vendor leaves unanswered, so that the end finds the run at this step. */
const steps: Record<string, Record<string, Meets>> = {
  [secondPage]: {
    connectwise: { path: /company\/companies\?.*pageId=749/ },
    autotask: { endpoint: 'Companies', operation: 'list', pageSizeFrom: 500, after: 1 }
  },
  'while the contacts of a page are on their way': {
    connectwise: { path: /company\/contacts\?.*company\/id>749/ }
  }
}

/** What ends the process. */
const ends: readonly { row: string; how: string; signal: NodeJS.Signals; met: object; steps: readonly string[] }[] = [
  { row: 'fault 34', how: 'killed', signal: 'SIGKILL', met: { signal: 'SIGKILL' }, steps: Object.keys(steps) },
  {
    row: 'fault 40',
    how: 'ended by a failure that nobody catches',
    signal: 'SIGUSR2',
    met: { code: 1 },
    steps: [secondPage]
  }
]
const careless = `--import=${pathToFileURL(join(import.meta.dirname, 'careless.ts')).href}`

/** A host that has kept a page of the customers and waits for the answer to the question. */
async function openInMidRun(t: Test, kind: VendorKind, question: Meets, more: Record<string, string> = {}) {
  const vendor = await kind.start(t, { account })
  const dataDir = t.testdir()
  const env = { ...environment(dataDir, vendor.allow), ...more }
  const silence = vendor.fail({ kind: 'hang', ...question, times: 1 })
  const first = startHostProcess(t, env)
  const before = await first.listening()
  const { id } = await installOver(before, vendor, [kind.customers])
  const { currentRun } = await before.until(
    `/v1/installations/${id}`,
    ({ currentRun }) => currentRun && silence.hits === 1 && keptRecords(dataDir) > 0
  )
  return { vendor, dataDir, env, first, id, currentRun }
}

for (const kind of kinds) {
  for (const { row, how, signal, met, steps: tried } of ends) {
    for (const step of tried) {
      const question = steps[step]?.[kind.connector]
      if (!question) continue
      t.test(
        `${row}, ${kind.title}: ${how} ${step}, a host started again goes on from the last page and misses nothing`,
        async t => {
          const { vendor, dataDir, env, first, id, currentRun } = await openInMidRun(t, kind, question, {
            LEASE_TTL: '6s',
            NODE_OPTIONS: careless
          })
          first.child.kill(signal)
          t.match(await first.ended(), met)
          if (signal !== 'SIGKILL') t.match(first.output(), /"level":60.*a failure that nothing caught/)
          isWhole(t, dataDir)

          vendor.resetLog()
          const after = await startHostProcess(t, env).listening()
          const listening = performance.now()
          const { lastRun } = await after.until(
            `/v1/installations/${id}`,
            ({ lastRun }) => lastRun?.status === 'succeeded'
          )
          t.ok(performance.now() - listening < 45_000, 'once the lease has ended')
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
          const again = vendor.requests.filter(isAskedAgain[kind.connector] ?? (() => false))
          t.same(again, [], 'what was kept is not read again')
        }
      )
    }
  }

  t.test(
    `fault 35, ${kind.title}: SIGTERM in mid-run ends within ten seconds, checkpointed, and the next start goes on at once`,
    async t => {
      const question = steps[secondPage]![kind.connector]!
      const { vendor, dataDir, env, first, id, currentRun } = await openInMidRun(t, kind, question, {
        LEASE_TTL: '60s'
      })
      const asked = performance.now()
      first.child.kill('SIGTERM')
      t.same(await first.ended(), { code: 0, signal: null }, 'not cut off for having taken too long')
      t.ok(performance.now() - asked < 15_000, 'which a busy machine may not notice at once')
      isWhole(t, dataDir)

      const after = await startHostProcess(t, env).listening()
      const listening = performance.now()
      const { lastRun } = await after.until(`/v1/installations/${id}`, ({ lastRun }) => lastRun?.status === 'succeeded')
      t.ok(performance.now() - listening < 40_000, 'it does not wait for a lease that was given back')
      t.match(lastRun, { mode: 'full', continues: currentRun.id })
      t.match((await after.call('GET', `/v1/runs/${currentRun.id}`)).body, {
        status: 'interrupted',
        error: { code: 'HOST_ERR_INTERRUPTED' }
      })
      t.same(await storedIn(after), activeIn(vendor))
    }
  )
}
