import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Store } from '../../../plugins/storage/port.ts'
import { newId, type Open, within } from './fixtures.ts'

/** Holds ten and refills one in a quarter of an hour: not within a test. */
const slow = { requests: 100, perMs: 90_000_000 }

export async function budgetCases(t: Test, open: Open): Promise<void> {
  const { store, second } = await open(t)
  const { budgets } = store

  await t.test('a bucket that is removed is full again', async t => {
    const account = newId('account')
    const rule = { requests: 100, perMs: 3_600_000 }
    t.same(await store.budgets.take(account, 99, rule), { granted: 10, waitMs: 0 })
    await store.budgets.remove(account)
    t.match(await store.budgets.take(account, 99, rule), { granted: 10 })
    await store.budgets.hold(account, 60_000)
    await store.budgets.remove(account)
    t.match(await store.budgets.take(account, 1, rule), { granted: 1 })
    await store.budgets.remove(newId('account'))
  })

  await t.test(
    'buckets from which nothing was taken for so long are forgotten, but for those that are held',
    async t => {
      const { store } = await open(t)
      const rule = { requests: 100, perMs: 3_600_000 }
      const accounts = Array.from({ length: 4 }, () => newId('account'))
      for (const account of accounts) await store.budgets.take(account, 99, rule)
      await store.budgets.hold(accounts[0]!, 60_000)
      t.equal(await store.budgets.prune(3_600_000, 10), 0)
      await sleep(20)
      t.same(
        [await store.budgets.prune(5, 2), await store.budgets.prune(5, 2), await store.budgets.prune(5, 2)],
        [2, 1, 0]
      )
      t.match(await store.budgets.take(accounts[0]!, 1, rule), { granted: 0 })
      t.match(await store.budgets.take(accounts[1]!, 99, rule), { granted: 10 })
    }
  )

  await t.test('takers at once never get more than the bucket holds', async t => {
    await overdraw(t, [store])
  })

  const skip = !second && 'this mode has one connection alone'
  await t.test('takers over two connections never get more than the bucket holds', { skip }, async t => {
    await overdraw(t, [store, await second!()])
  })

  await t.test('a bucket holds a tenth of the window’s requests, at least one', async t => {
    t.match(await budgets.take(newId('account'), 1000, slow), { granted: 10 })
    t.match(await budgets.take(newId('account'), 1000, { requests: 3, perMs: 90_000_000 }), { granted: 1 })
  })

  await t.test('each account has its own', async t => {
    const [one, two] = [newId('account'), newId('account')]
    t.match(await budgets.take(one, 10, slow), { granted: 10 })
    t.match(await budgets.take(two, 4, slow), { granted: 4 })
    t.match(await budgets.take(two, 10, slow), { granted: 6 })
  })

  await t.test('an empty bucket says how long to wait, and has refilled by then', async t => {
    const rule = { requests: 10, perMs: 20_000 }
    const { account, one, none } = await within(1900, async () => {
      const account = newId('account')
      return { account, one: await budgets.take(account, 1, rule), none: await budgets.take(account, 1, rule) }
    })
    t.match(one, { granted: 1 })
    const { granted, waitMs } = none
    t.equal(granted, 0)
    t.ok(waitMs > 0 && waitMs <= 2000, String(waitMs))
    await sleep(waitMs + 20)
    t.match(await budgets.take(account, 5, rule), { granted: 1 })
  })

  await t.test('it refills evenly, not at the turn of a window', async t => {
    const account = newId('account')
    const rule = { requests: 1000, perMs: 10_000 }
    t.match(await budgets.take(account, 100, rule), { granted: 100 })
    await sleep(200)
    const { granted } = await budgets.take(account, 100, rule)
    t.ok(granted >= 15, `${granted} after 200 ms at 100 a second`)
  })

  await t.test('a hold lets nobody through, and a shorter one does not shorten it', async t => {
    const { account, granted, waitMs } = await within(2900, async () => {
      const account = newId('account')
      await budgets.hold(account, 3000)
      await budgets.hold(account, 1)
      return { account, ...(await budgets.take(account, 1, slow)) }
    })
    t.equal(granted, 0)
    t.ok(waitMs > 50 && waitMs <= 3000, String(waitMs))
    t.match(await budgets.take(newId('account'), 1, slow), { granted: 1 }, 'other accounts are not held')
    await sleep(waitMs + 20)
    t.match(await budgets.take(account, 1, slow), { granted: 1, waitMs: 0 })
  })

  await t.test('a hold is prolonged and keeps what the bucket held', async t => {
    const { account, taken } = await within(1900, async () => {
      const account = newId('account')
      const before = await budgets.take(account, 7, slow)
      await budgets.hold(account, 50)
      await budgets.hold(account, 2000)
      await sleep(100)
      return { account, taken: [before, await budgets.take(account, 1, slow)] }
    })
    t.match(taken, [{ granted: 7 }, { granted: 0 }])
    await sleep(2000)
    t.match(await budgets.take(account, 10, slow), { granted: 3 })
  })

  await t.test('a rule may say what the bucket holds', async t => {
    const account = newId('account')
    t.match(await budgets.take(account, 1000, { ...slow, burst: 25 }), { granted: 25 })
    t.match(await budgets.take(newId('account'), 1000, { ...slow, burst: 0.5 }), { granted: 1 })
  })

  await t.test('a share has its part of the bucket and of the rate, and the rest is for others', async t => {
    const quarter = { name: 'quarter', of: 0.25, leaves: 0 }
    const half = { name: 'half', of: 0.5, leaves: 0 }
    const rule = { requests: 1000, perMs: 10_000, burst: 100 }
    const { account, first, more, next, rest } = await within(190, async () => {
      const account = newId('account')
      const first = await budgets.take(account, 1000, rule, quarter)
      const more = await budgets.take(account, 1000, rule, quarter)
      const { granted: next } = await budgets.take(account, 1000, rule, half)
      const { granted: rest } = await budgets.take(account, 1000, rule)
      return { account, first, more, next, rest }
    })
    t.match(first, { granted: 25 })
    t.ok(more.granted <= 5, `${more.granted} more for the quarter`)
    if (more.granted === 0) t.ok(more.waitMs > 0 && more.waitMs <= 40, String(more.waitMs))
    t.ok(next >= 50 && next <= 60, `${next} for the half`)
    t.ok(rest >= 15 && rest <= 45, `${rest} for the rest`)
    await sleep(400)
    const again = (await budgets.take(account, 1000, rule, quarter)).granted
    t.ok(again >= 8 && again <= 25, `${again} after 400 ms at 25 a second`)
  })

  await t.test('a share that is used up does not spend what others have, nor the other way round', async t => {
    const account = newId('account')
    const half = { name: 'half', of: 0.5, leaves: 0 }
    t.match(await budgets.take(account, 8, slow), { granted: 8 })
    t.match(await budgets.take(account, 5, slow, half), { granted: 2 }, 'there is no more in the bucket')
    t.match(await budgets.take(account, 1, slow), { granted: 0 })
  })

  await t.test('what a share leaves is there for others alone, and is filled before the share goes on', async t => {
    const account = newId('account')
    const modest = { name: 'all', of: 1, leaves: 0.25 }
    const rule = { requests: 1000, perMs: 100_000_000, burst: 20 }
    t.match(await budgets.take(account, 1000, rule, modest), { granted: 15 })
    t.match(await budgets.take(account, 1000, rule, modest), { granted: 0 })
    t.match(await budgets.take(account, 4, rule), { granted: 4 })
    const { granted, waitMs } = await budgets.take(account, 1, rule, modest)
    t.equal(granted, 0)
    t.ok(waitMs > 400_000 && waitMs <= 500_000, `${waitMs} ms for four and the one`)
    t.match(
      await budgets.take(newId('account'), 5, { ...rule, burst: 1 }, modest),
      { granted: 1 },
      'of one nothing is left'
    )
  })

  await t.test('throttled, a bucket is held and then filled half as fast and half as high', async t => {
    const rule = { requests: 1000, perMs: 5_000, burst: 100, recoverMs: 900_000_000 }
    const { account, full, held } = await within(140, async () => {
      const account = newId('account')
      const full = await budgets.take(account, 100, rule)
      await budgets.throttled(account, 150, rule)
      const held = await budgets.take(account, 1, rule)
      await budgets.throttled(account, 10, rule)
      return { account, full, held }
    })
    t.match(full, { granted: 100 })
    t.equal(held.granted, 0)
    t.ok(held.waitMs > 0 && held.waitMs <= 150, String(held.waitMs))
    await sleep(300)
    const after = (await budgets.take(account, 1000, rule)).granted
    t.ok(after >= 25 && after <= 50, `${after} after 300 ms at 100 a second, whatever came while it was held`)
    await sleep(600)
    t.match(await budgets.take(account, 1000, rule), { granted: 50 }, 'not more than half is kept')
    for (let time = 0; time < 5; time++) {
      await budgets.throttled(account, 1, rule)
      await sleep(20)
    }
    await sleep(600)
    const least = (await budgets.take(account, 1000, rule)).granted
    t.ok(least >= 11 && least <= 13, `${least}: an eighth at least`)
  })

  await t.test('the pace recovers', async t => {
    const account = newId('account')
    const rule = { requests: 10_000, perMs: 10_000, burst: 100, recoverMs: 1_000 }
    await budgets.throttled(account, 1, rule)
    await sleep(700)
    t.match(await budgets.take(account, 1000, rule), { granted: 100 })
  })

  await t.test('a removed bucket is full again, with its shares and its pace', async t => {
    const [account, other] = [newId('account'), newId('account')]
    const half = { name: 'half', of: 0.5, leaves: 0 }
    for (const one of [account, other]) {
      t.match(await budgets.take(one, 10, slow, half), { granted: 5 })
      await budgets.throttled(one, 60_000, slow)
    }
    await budgets.remove(account)
    await budgets.remove(newId('account'))
    t.match(await budgets.take(account, 10, slow, half), { granted: 5 })
    t.match(await budgets.take(account, 10, slow), { granted: 5 })
    t.match(await budgets.take(other, 10, slow), { granted: 0 })
  })

  await t.test('buckets that nobody asked for long are forgotten, but not while they are held', async t => {
    t.equal(await budgets.prune(900_000_000, 1000), 0)
    const { old, held, fresh } = await within(690, async () => {
      const [old, held, fresh] = [newId('account'), newId('account'), newId('account')]
      t.match(await budgets.take(old, 7, slow), { granted: 7 })
      t.match(await budgets.take(held, 7, slow), { granted: 7 })
      await budgets.hold(held, 60_000)
      await sleep(400)
      t.match(await budgets.take(fresh, 7, slow), { granted: 7 })
      let pruned = 0
      for (let more = 1; more > 0; pruned += more) {
        // However long the others take.
        await budgets.take(fresh, 0, slow)
        more = await budgets.prune(300, 3)
        t.ok(more <= 3)
      }
      t.ok(pruned > 0)
      return { old, held, fresh }
    })
    t.match(await budgets.take(old, 10, slow), { granted: 10 })
    t.match(await budgets.take(held, 10, slow), { granted: 0 })
    t.match(await budgets.take(fresh, 10, slow), { granted: 3 })
  })
}

async function overdraw(t: Test, stores: readonly Store[]): Promise<void> {
  const account = newId('account')
  const takes = Array.from({ length: 24 }, (_, i) => stores[i % stores.length]!.budgets.take(account, 3, slow))
  const granted = (await Promise.all(takes)).map(take => take.granted)
  t.equal(
    granted.reduce((sum, count) => sum + count, 0),
    10
  )
  t.ok(granted.every(count => count <= 3))
}
