/** One tenant with every vendor: what they share, and what none of them may take from the other. */
import t from 'tap'
import { installOver, openWholeHost } from '../bad-days/whole-host.ts'
import { agreementsExpected, agreementsStored, clientsExpected, clientsStored, equalsTheVendor } from './as-stored.ts'
import { kinds } from './every.ts'
import { stores } from './stores.ts'

t.jobs = 2

for (const store of stores)
  t.test(`a tenant with every vendor over ${store.name}`, store.needs, async t => {
    const vendors = await Promise.all(kinds.map(kind => kind.start(t)))
    const allow = vendors.map(vendor => vendor.allow).join()
    const host = await openWholeHost(t, { vendor: vendors[0]!, env: { ...store.env(t), OUTBOUND_ALLOW: allow } })
    // One customer that all of them have, under an id of its own in each.
    const shared = vendors.map(({ people }) => people.addCustomer('Shared Customer Ltd'))
    const installed = await Promise.all(
      vendors.map(vendor => installOver(host, vendor, [vendor.kind.customers, vendor.kind.agreements]))
    )
    for (const { ids } of installed) for (const id of ids) await host.settled(id)

    await t.test('sees its clients in one list, each with its source', async t => {
      const clients = await host.all('/v1/clients?status=active')
      t.equal(clients.length, vendors.flatMap(clientsExpected).length)
      for (const { name, sources } of clients) {
        const at = installed.findIndex(({ connectionId }) => connectionId === sources[0].connectionId)
        t.equal(sources.length, 1, name)
        t.equal(sources[0].connector, vendors[at]?.connector, name)
      }
      const names = clients.map(({ name }) => name)
      t.strictSame(names, [...names].sort(new Intl.Collator('en').compare), 'by name, whoever has them')
      for (const [at, vendor] of vendors.entries()) {
        const { connectionId } = installed[at]!
        await equalsTheVendor(t, host, vendor, { connectionId })
      }
      t.equal((await agreementsStored(host)).length, vendors.flatMap(agreementsExpected).length)
    })

    await t.test('finds a customer that all vendors have under each of them, and never mixes the two up', async t => {
      const found = await host.all('/v1/clients?search=shared')
      t.strictSame(
        new Set(found.map(({ sources }) => `${sources[0].connector} ${sources[0].externalId}`)),
        new Set(vendors.map(({ connector }, at) => `${connector} ${shared[at]}`))
      )
      vendors[0]!.people.rename(shared[0]!, 'Shared Only There Ltd')
      t.match(await host.run(installed[0]!.id), { status: 'succeeded', counts: { updated: 1 } })
      const names = (await host.all('/v1/clients?search=shared')).map(({ name }) => name)
      t.strictSame(new Set(names), new Set(['Shared Only There Ltd', 'Shared Customer Ltd']))
    })

    await t.test('loses nothing of one vendor while another one is out of order', async t => {
      for (const [at, vendor] of vendors.entries()) {
        const outage = vendor.fail({ kind: 'status', status: 503 })
        t.match(await host.run(installed[at]!.id), { status: 'failed' }, vendor.kind.title)
        for (const [other, { ids }] of installed.entries())
          if (other !== at) t.match(await host.run(ids[0]!), { status: 'succeeded' })
        outage.clear()
        t.match(await host.run(installed[at]!.id, 'compare'), { status: 'succeeded', took: {} })
      }
    })

    await t.test('keeps what it has of the others when one vendor is erased', async t => {
      for (const id of installed[0]!.ids) t.equal((await host.call('DELETE', `/v1/installations/${id}`)).status, 204)
      t.strictSame(
        (await host.all('/v1/connections')).map(({ id }) => id),
        installed.slice(1).map(({ connectionId }) => connectionId)
      )
      const [, ...others] = vendors
      t.strictSame(await clientsStored(host), others.flatMap(clientsExpected))
      t.strictSame(await agreementsStored(host), others.flatMap(agreementsExpected))
      const { items } = (await host.call('GET', '/v1/integrations')).body
      for (const { connector, syncTypes } of items)
        for (const { installation } of syncTypes) t.equal(installation === null, connector === kinds[0]!.connector)
    })
  })
