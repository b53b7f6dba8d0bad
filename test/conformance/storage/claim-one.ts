import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { fence, installationOf, leased, leaseLost, type Open } from './fixtures.ts'

export async function claimOneCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { installations, leases } = store

  await t.test(
    'an installation is claimed by its id, due or not, also if it is stopped, and given back as it was',
    async t => {
      for (const change of [
        { dueInMs: 3_600_000, compareDueInMs: 3_600_000 },
        { wanted: 'stopped', dueInMs: null },
        { wanted: 'uninstalled', dueInMs: null }
      ] as const) {
        const installation = installationOf()
        await installations.tryInsert(installation)
        const before = await installations.tryUpdate('acme', installation.id, 1, change)
        const claim = await leases.tryClaim('someone', 'acme', installation.id, 60_000)
        t.equal(claim!.takenOver, false)
        t.same(claim!.lease, {
          tenant: 'acme',
          connectionId: installation.connectionId,
          installationId: installation.id,
          owner: 'someone',
          token: 1
        })
        t.match(claim!.installation, { wanted: before!.wanted, dueAt: before!.dueAt, token: 1, leaseOwner: 'someone' })
        await leases.giveBack(claim!)
        t.same(await installations.get('acme', installation.id), { ...before, token: 1 })
      }
    }
  )

  await t.test('what is leased, being erased, another tenant’s or not there is not claimed', async t => {
    const lease = await leased(store)
    t.equal(await leases.tryClaim('someone', 'acme', lease.installationId, 60_000), null)
    await leases.tryRelease(lease, { dueInMs: null, failures: 0 })
    t.equal(await leases.tryClaim('someone', 'globex', lease.installationId, 60_000), null)
    t.equal(await leases.tryClaim('someone', 'acme', 'ins_none', 60_000), null)
    const claim = await leases.tryClaim('someone', 'acme', lease.installationId, 60_000)
    t.equal(await leases.tryClaim('another', 'acme', lease.installationId, 60_000), null)
    await leases.giveBack(claim!)
    await installations.tryUpdate('acme', lease.installationId, 1, { wanted: 'erasing' })
    t.equal(await leases.tryClaim('someone', 'acme', lease.installationId, 60_000), null)
  })

  await t.test(
    'as long as it is claimed no run is given out, and a run’s claim comes due at once behind it',
    async t => {
      const installation = installationOf()
      await installations.tryInsert(installation)
      const isDue = async () =>
        (await leases.claimDue('runner', 100, 60_000)).some(({ lease }) => lease.installationId === installation.id)
      const claim = await leases.tryClaim('someone', 'acme', installation.id, 60_000)
      t.equal(await isDue(), false)
      t.equal(await leases.tryRenew(claim!.lease, 60_000), true)
      await leases.giveBack(claim!)
      t.equal(await isDue(), true)
    }
  )

  await t.test('a former holder that did not release is still known as such when it is given back', async t => {
    const lease = await leased(store)
    await fence(store, lease)
    const claim = await leases.tryClaim('someone', 'acme', lease.installationId, 60_000)
    t.equal(claim!.takenOver, true)
    await leases.giveBack(claim!)
    const [next] = (await leases.claimDue('runner', 100, 60_000)).filter(
      one => one.lease.installationId === lease.installationId
    )
    t.equal(next!.takenOver, true)
  })

  await t.test('whoever has lost it gives nothing back', async t => {
    const installation = installationOf()
    await installations.tryInsert(installation)
    const claim = await leases.tryClaim('someone', 'acme', installation.id, 1)
    await sleep(20)
    const next = await leases.tryClaim('another', 'acme', installation.id, 60_000)
    t.equal(next!.takenOver, true)
    await leases.giveBack(claim!)
    t.match(await installations.get('acme', installation.id), { leaseOwner: 'another', token: 2 })
    await t.rejects(leases.commit(claim!.lease, {}), leaseLost)
  })
}
