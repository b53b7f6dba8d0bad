import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { SignInLink } from '../../../plugins/storage/port.ts'
import { newId, type Open } from './fixtures.ts'

const linkOf = (change: Partial<SignInLink> = {}): SignInLink => ({
  id: newId('link'),
  tenant: 'acme',
  sub: 'alex@acme.example',
  permissions: ['integrations:read'],
  to: '/console/clients?search=$a',
  ...change
})

export async function linkCases(t: Test, open: Open): Promise<void> {
  const { store, second } = await open(t)
  const { links } = store

  await t.test('a link is taken once', async t => {
    const link = linkOf()
    await links.insert(link, 60_000)
    t.same(await links.take(link.id), link)
    t.equal(await links.take(link.id), null)
    t.equal(await links.take(newId('link')), null)
  })

  await t.test('a link is looked at as often as one likes, until it is taken', async t => {
    const link = linkOf()
    await links.insert(link, 60_000)
    for (let looks = 0; looks < 3; looks++) t.same(await links.get(link.id), link)
    t.same(await links.take(link.id), link)
    t.equal(await links.get(link.id), null)
    t.equal(await links.get(newId('link')), null)
  })

  await t.test('of many that take it at once one gets it', async t => {
    const link = linkOf()
    await links.insert(link, 60_000)
    const stores = second ? [store, await second()] : [store]
    const taken = await Promise.all(
      Array.from({ length: 16 }, (_, i) => stores[i % stores.length]!.links.take(link.id))
    )
    t.equal(taken.filter(one => one !== null).length, 1)
  })

  await t.test('a link that has ended is neither seen nor taken', async t => {
    const [late, early] = [linkOf(), linkOf()]
    await links.insert(late, 150)
    await links.insert(early, 60_000)
    await sleep(200)
    t.equal(await links.get(late.id), null)
    t.equal(await links.take(late.id), null)
    t.same(await links.take(early.id), early)
  })
}
