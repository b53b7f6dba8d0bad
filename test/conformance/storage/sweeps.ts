import type { Test } from 'tap'
import { leased, type Open } from './fixtures.ts'

export async function sweepCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { sweeps } = store

  await t.test('staged ids are kept once and listed in text order', async t => {
    const lease = await leased(store)
    const { installationId } = lease
    await sweeps.stage(lease, 'g1', ['10', '9', '1'])
    await sweeps.stage(lease, 'g1', ['9', '2', 'ä', '😀', '\uff5e'])
    await sweeps.stage(lease, 'g1', [])
    t.equal(await sweeps.count(installationId, 'g1'), 7)
    t.same(await sweeps.list(installationId, 'g1', null, 100), ['1', '10', '2', '9', 'ä', '\uff5e', '😀'])
    t.same(await sweeps.list(installationId, 'g1', '10', 2), ['2', '9'])
    t.same(await sweeps.list(installationId, 'g1', '😀', 2), [])
  })

  await t.test('staging for another generation drops what an older one left', async t => {
    const lease = await leased(store)
    await sweeps.stage(lease, 'g1', ['1', '2'])
    await sweeps.stage(lease, 'g2', ['3'])
    t.equal(await sweeps.count(lease.installationId, 'g1'), 0)
    t.same(await sweeps.list(lease.installationId, 'g1', null, 10), [])
    t.same(await sweeps.list(lease.installationId, 'g2', null, 10), ['3'])
  })

  await t.test('clearing is for one installation and may be repeated', async t => {
    const [lease, other] = [await leased(store), await leased(store)]
    await sweeps.stage(lease, 'g1', ['1'])
    await sweeps.stage(other, 'g1', ['1'])
    await sweeps.clear(lease)
    await sweeps.clear(lease)
    t.equal(await sweeps.count(lease.installationId, 'g1'), 0)
    t.equal(await sweeps.count(other.installationId, 'g1'), 1)
  })

  await t.test('a page of 1,000 is staged', async t => {
    const lease = await leased(store)
    await sweeps.stage(
      lease,
      'g1',
      Array.from({ length: 1000 }, (_, i) => `id-${i}`)
    )
    t.equal(await sweeps.count(lease.installationId, 'g1'), 1000)
    t.equal((await sweeps.list(lease.installationId, 'g1', null, 500)).length, 500)
  })
}
