import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { Webhook } from '../../../plugins/storage/port.ts'
import { newId, type Open } from './fixtures.ts'

export const webhookOf = (tenant: string, change: Partial<Webhook> = {}): Webhook => ({
  id: newId('whk'),
  tenant,
  url: 'https://platform.example/hooks?a=$b',
  createdAt: new Date().toISOString(),
  ended: null,
  ...change
})

export async function webhookCases(t: Test, open: Open): Promise<void> {
  const { store, second } = await open(t)
  const { webhooks, deliveries } = store

  await t.test('webhooks come back as they were put in, oldest first, to their tenant alone', async t => {
    const tenant = newId('tenant')
    const [one, two] = [
      webhookOf(tenant, { createdAt: '2026-01-01T00:00:00.000Z' }),
      webhookOf(tenant, { createdAt: '2026-01-02T00:00:00.000Z' })
    ]
    t.equal(await webhooks.tryInsert(two, 2), true)
    t.equal(await webhooks.tryInsert(one, 2), true)
    t.equal(await webhooks.tryInsert(webhookOf(tenant), 2), false, 'no more than that')
    t.same(await webhooks.list(tenant), [one, two])
    t.same(await webhooks.get(tenant, one.id), one)
    t.equal(await webhooks.get(newId('tenant'), one.id), null)
    t.same(await webhooks.list(newId('tenant')), [])
    await webhooks.end(newId('tenant'), one.id, 'not mine')
    await webhooks.end(tenant, one.id, 'gone')
    await webhooks.end(tenant, one.id, 'again')
    t.match(await webhooks.get(tenant, one.id), { ended: { reason: 'gone' } })
    t.equal(await webhooks.remove(newId('tenant'), one.id), false)
    t.equal(await webhooks.remove(tenant, one.id), true)
    t.equal(await webhooks.remove(tenant, one.id), false)
  })

  const refused = { at: '2026-01-01T00:00:00.000Z', told: false, reason: 'It answered with $status 500.' }
  const told = { at: '2026-01-01T00:01:00.000Z', told: true, reason: null }

  /** Whatever other cases have left due goes to nobody. */
  const claim = async (ids: readonly string[], leaseMs: number, from = store) =>
    (await from.deliveries.claimDue(100, leaseMs)).filter(({ id }) => ids.includes(id))
  const deliveryOf = (webhookId: string) => ({
    id: newId('msg'),
    tenant: 'acme',
    webhookId,
    body: '{"type":"a","$odd":1}',
    createdAt: new Date().toISOString()
  })

  await t.test('a delivery is added once and claimed by one at a time, until it is finished', async t => {
    const delivery = deliveryOf(newId('whk'))
    await Promise.all([deliveries.add(delivery), deliveries.add(delivery)])
    t.same(await claim([delivery.id], 60_000), [{ ...delivery, tries: 1 }])
    t.same(await claim([delivery.id], 60_000), [])
    t.match(await deliveries.list('acme', delivery.webhookId, 5), [{ ...delivery, tries: 1, last: null, dueAt: /Z$/ }])
    await deliveries.postpone(delivery.id, 1, refused)
    t.match(await deliveries.list('acme', delivery.webhookId, 5), [{ tries: 1, last: refused, dueAt: /Z$/ }])
    await sleep(30)
    t.match(await claim([delivery.id], 400), [{ tries: 2 }])
    await sleep(600)
    t.match(await claim([delivery.id], 60_000), [{ tries: 3 }], 'a claimer that died is followed by another')
    await deliveries.finish(delivery.id, told)
    await deliveries.postpone(delivery.id, 0, refused)
    t.same(await deliveries.list('acme', delivery.webhookId, 5), [{ ...delivery, tries: 3, last: told, dueAt: null }])
    t.same(await deliveries.list('other', delivery.webhookId, 5), [], 'of its tenant alone')
    await deliveries.add(delivery)
    t.same(await claim([delivery.id], 400), [], 'what was finished is not told again')
  })

  await t.test('what was told to a webhook is listed, the newest first', async t => {
    const webhookId = newId('whk')
    const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`
    for (const minute of [2, 1, 3]) await deliveries.add({ ...deliveryOf(webhookId), createdAt: at(minute) })
    await deliveries.add(deliveryOf(newId('whk')))
    const created = async (limit: number) =>
      (await deliveries.list('acme', webhookId, limit)).map(({ createdAt }) => createdAt)
    t.same(await created(5), [at(3), at(2), at(1)])
    t.same(await created(2), [at(3), at(2)])
  })

  await t.test('of many that claim at once each delivery goes to one', async t => {
    const made = Array.from({ length: 12 }, () => deliveryOf(newId('whk')))
    for (const delivery of made) await deliveries.add(delivery)
    const stores = second ? [store, await second()] : [store]
    const ids = made.map(({ id }) => id)
    const claimed = await Promise.all(
      Array.from({ length: 6 }, (_, n) => claim(ids, 60_000, stores[n % stores.length]!))
    )
    t.same(
      claimed
        .flat()
        .map(({ id }) => id)
        .sort(),
      ids.sort()
    )
  })

  await t.test(
    'a webhook takes what was still to be told along, and what was finished is forgotten in time',
    async t => {
      const webhook = webhookOf(newId('tenant'))
      await webhooks.tryInsert(webhook, 5)
      const [left, told] = [deliveryOf(webhook.id), deliveryOf(newId('whk'))]
      await deliveries.add(left)
      await webhooks.remove(webhook.tenant, webhook.id)
      t.same(await claim([left.id], 400), [])
      await deliveries.add(told)
      await claim([told.id], 60_000)
      await deliveries.finish(told.id, null)
      t.equal(await deliveries.prune(60_000, 10), 0)
      await sleep(20)
      while ((await deliveries.prune(1, 10)) > 0);
      await deliveries.add(told)
      t.match(await claim([told.id], 60_000), [{ tries: 1 }], 'it was forgotten')
    }
  )
}
