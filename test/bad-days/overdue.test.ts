/** A schedule that could not be kept: the vendor is slower than it, or the host was away. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { equalsTheVendor } from '../vendors/as-stored.ts'
import { kinds } from '../vendors/every.ts'
import { openWholeHost, type WholeHost } from './whole-host.ts'

t.jobs = 2

/** How often the installation was polled so far: polls that find nothing are one receipt. */
async function pollsOf({ all }: Pick<WholeHost, 'all'>, id: string): Promise<number> {
  const receipts = await all(`/v1/installations/${id}/runs`)
  return receipts.reduce((sum, { mode, status, runs }) => {
    return sum + (mode === 'incremental' && status === 'succeeded' ? runs : 0)
  }, 0)
}

const slowMs = 3000
const sixHoursMs = 6 * 3600_000
const everyMs = 600_000

for (const kind of kinds) {
  t.test(`fault 22, ${kind.title}: polls of a vendor slower than the schedule do not pile up`, async t => {
    const host = await openWholeHost(t, { vendor: await kind.start(t), env: { SYNC_EVERY: '1s' } })
    const { vendor } = host
    const { id } = await host.install(kind.customers)
    vendor.setLatency(slowMs)
    const untilPolled = async (times: number) => {
      while ((await pollsOf(host, id)) < times) await pause(100)
    }
    const before = (await pollsOf(host, id)) + 2
    await untilPolled(before)
    const begun = performance.now()
    await untilPolled(before + 4)
    // The first of them may be seen late; one a second would be four seconds.
    t.ok(performance.now() - begun >= 2 * slowMs, 'four polls one behind the other, not one a second')

    vendor.people.rename(vendor.known.customer, 'Renamed meanwhile')
    vendor.setLatency(0)
    const [client] = (
      await host.until(
        `/v1/clients?externalId=${vendor.known.customer}`,
        ({ items }) => items[0].name === 'Renamed meanwhile'
      )
    ).items
    t.match(client, { status: 'active' })
  })

  t.test(
    `fault 47, ${kind.title}: after six hours without a host each installation catches up with one run`,
    async t => {
      const dataDir = t.testdir()
      const vendor = await kind.start(t)
      const env = { DATA_DIR: dataDir, SYNC_EVERY: `${everyMs}ms` }
      const former = await openWholeHost(t, { vendor, env, now: () => new Date(Date.now() - sixHoursMs) })
      const { ids } = await former.install(kind.customers, kind.agreements)
      await former.close()
      // As if all of this had been written six hours ago.
      const database = new DatabaseSync(join(dataDir, 'host.db'))
      database.exec(
        `UPDATE installations SET due_at = due_at - ${sixHoursMs}, compare_due_at = compare_due_at - ${sixHoursMs}`
      )
      database.exec(`UPDATE meta SET value = CAST(value - ${sixHoursMs} AS TEXT) WHERE key = 'clock'`)
      database.close()
      const added = vendor.people.addCustomer('Came while nobody looked')
      vendor.people.addAgreement(added, 'Came along', 12)
      vendor.people.rename(vendor.known.customer, 'Renamed while nobody looked')

      const host = await openWholeHost(t, { vendor, env })
      for (const id of ids) while ((await pollsOf(host, id)) === 0) await pause(50)
      // Longer than a tick, in which a second one would begin.
      await pause(2500)
      for (const id of ids) {
        t.equal(await pollsOf(host, id), 1)
        const { body } = await host.call('GET', `/v1/installations/${id}`)
        t.match(body, { status: 'running', currentRun: null })
        const nextInMs = Date.parse(body.nextRunAt) - Date.now()
        t.ok(
          nextInMs > 0.8 * everyMs && nextInMs < 1.2 * everyMs,
          `the next one in ${nextInMs} ms, none is made up for`
        )
      }
      await equalsTheVendor(t, host, vendor)
    }
  )
}
