import { MongoClient } from 'mongodb'
import t from 'tap'
import { installationOf } from '../../../conformance/storage/fixtures.ts'
import { freshUrl, needsStore, openStore } from './database.ts'

const day = 24 * 3600_000

t.test('D8: after the server’s clock was set back, what was due is due', needsStore, async t => {
  const url = freshUrl(t)
  const store = await openStore(t, { url })
  for (const _ of [1, 2]) await store.installations.tryInsert(installationOf())
  await store.leases.claimDue('crashed', 1, 60_000)
  await store.budgets.hold('account', 60_000)
  t.equal(await store.leases.keepClock(), 0)

  // As if all of this had been written by a clock that was a day ahead.
  const client = await MongoClient.connect(url)
  t.teardown(() => client.close())
  const db = client.db()
  const ahead = (...fields: string[]) => [
    {
      $set: Object.fromEntries(
        fields.map(field => [field, { $dateAdd: { startDate: `$${field}`, unit: 'day', amount: 1 } }])
      )
    }
  ]
  const kept = await db.collection<{ _id: string; value: string }>('meta').findOne({ _id: 'clock' })
  await db
    .collection<{ _id: string; value: string }>('meta')
    .updateOne({ _id: 'clock' }, { $set: { value: String(Number(kept!.value) + day) } })
  await db.collection('installations').updateMany({}, ahead('dueAt', 'compareDueAt', 'leaseUntil', 'claimAt'))
  await db.collection('budgets').updateMany({}, ahead('holdUntil'))

  t.same(await store.leases.claimDue('a', 5, 60_000), [], 'nothing would be due for a day')
  const back = await store.leases.keepClock()
  t.ok(Math.abs(back - day) < 10_000, String(back))
  t.equal((await store.leases.claimDue('a', 5, 60_000)).length, 1)
  const { waitMs } = await store.budgets.take('account', 1, { requests: 10, perMs: 1000 })
  t.ok(waitMs <= 60_000, String(waitMs))
  t.equal(await store.leases.keepClock(), 0, 'once')
})
