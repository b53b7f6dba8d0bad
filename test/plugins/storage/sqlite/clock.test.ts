import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { installationOf } from '../../../conformance/storage/fixtures.ts'

const day = 24 * 3600_000

t.test('D8: after a clock was set back, also while no process ran, what was due is due', async t => {
  const path = join(t.testdir(), 'store.db')
  const before = await openSqliteStore({ url: `file:${path}` })
  for (const _ of [1, 2]) await before.installations.tryInsert(installationOf())
  await before.leases.claimDue('crashed', 1, 60_000)
  await before.budgets.hold('account', 60_000)
  t.equal(await before.leases.keepClock(), 0)
  await before.close()

  // As if all of this had been written by a clock that was a day ahead.
  const database = new DatabaseSync(path)
  database.exec(`UPDATE meta SET value = CAST(value + ${day} AS TEXT) WHERE key = 'clock'`)
  database.exec(`UPDATE installations SET due_at = due_at + ${day}, compare_due_at = compare_due_at + ${day},
    lease_until = lease_until + ${day}`)
  database.exec(`UPDATE budgets SET hold_until = hold_until + ${day}, counted_at = counted_at + ${day}`)
  database.close()

  const store = await openSqliteStore({ url: `file:${path}` })
  t.teardown(() => store.close())
  t.same(await store.leases.claimDue('a', 5, 60_000), [], 'nothing would be due for a day')
  const back = await store.leases.keepClock()
  t.ok(Math.abs(back - day) < 10_000, String(back))
  t.equal((await store.leases.claimDue('a', 5, 60_000)).length, 1)
  const { waitMs } = await store.budgets.take('account', 1, { requests: 10, perMs: 1000 })
  t.ok(waitMs <= 60_000, String(waitMs))
  t.equal(await store.leases.keepClock(), 0, 'once')
})
