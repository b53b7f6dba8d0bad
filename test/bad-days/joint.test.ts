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
  const [first, second] = installations
  host.vendor.resetLog()
  // The one that is due last: the host's own tick may come at any time.
  t.ok(await store.installations.tryUpdate(tenant, second!.id, second!.rev, { dueInMs: 60_000 }))
  t.ok(await store.installations.tryUpdate(tenant, first!.id, first!.rev, { dueInMs: 0 }))
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
