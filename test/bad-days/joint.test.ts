import t from 'tap'
import { demoAccount } from '../doubles/connectwise/index.ts'
import { startVendor } from './vendor.ts'
import { openWholeHost } from './whole-host.ts'

t.test('both sync types of an account are asked about together: four requests where nothing changed', async t => {
  const host = await openWholeHost(t, { vendor: await startVendor(t, { account: demoAccount(7, 60) }) })
  const { ids } = await host.install('active-customers', 'active-agreements')
  const { store, dispatcher } = host.host
  const tenant = 'acme'
  const installations = await Promise.all(ids.map(id => store.installations.get(tenant, id)))
  t.ok(installations.every(Boolean))
  for (const [at, one] of installations.entries())
    await store.installations.tryUpdate(tenant, one!.id, one!.rev, { dueInMs: at === 0 ? 0 : 60_000 })
  host.vendor.resetLog()
  await dispatcher.tick()
  for (const one of installations)
    for (;;) {
      const now = await store.installations.get(tenant, one!.id)
      if (now!.lastRunId !== one!.lastRunId && now!.leaseOwner === null) break
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  t.same(host.vendor.requestCounts(), {
    '/company/companies': 1,
    '/company/contacts': 1,
    '/finance/agreements': 1,
    '/system/bundles': 1
  })
})
