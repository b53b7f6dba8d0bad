/** Field reports C, and of B what is not one vendor's alone. Every row, with every vendor. */
import t from 'tap'
import { openWholeHost } from '../../bad-days/whole-host.ts'
import { kinds } from '../every.ts'
import { belongings, clientOf, installationOf, liveAgreements, openSynced } from './synced.ts'

t.jobs = 2

for (const kind of kinds) {
  t.test(`field report B2, ${kind.title}: after a merge the survivor has what was signed, each once`, async t => {
    const synced = await openSynced(t, kind)
    const { host, vendor } = synced
    const [from, into] = ['Merged Away Ltd', 'Survivor Ltd'].map(vendor.people.addCustomer) as [string, string]
    const id = vendor.people.addAgreement(from, 'Handed over', 10)
    for (const one of [synced.customers, synced.agreements]) await host.run(one)
    t.match(await liveAgreements(synced, id), [{ clientName: 'Merged Away Ltd', status: 'active' }])
    vendor.people.merge(from, into)
    for (const mode of ['sync', 'compare'] as const)
      for (const one of [synced.customers, synced.agreements])
        t.match(await host.run(one, mode), { status: 'succeeded' }, mode)
    const live = await liveAgreements(synced, id)
    t.match(live, [{ clientId: (await clientOf(synced, into)).id, status: 'active' }])
    t.equal(live.length, 1)
    t.not((await clientOf(synced, from)).status, 'active')
  })

  t.test(
    `field reports B3 and B4, ${kind.title}: what a client that leaves had says so, and what moves is there once`,
    async t => {
      const synced = await openSynced(t, kind)
      const { host, vendor, agreements } = synced
      const [leaving, staying] = ['Leaving Ltd', 'Staying Ltd'].map(vendor.people.addCustomer) as [string, string]
      const kept = vendor.people.addAgreement(leaving, 'Kept', 10)
      const moved = vendor.people.addAgreement(leaving, 'Moved', 20)
      for (const one of [synced.customers, agreements]) await host.run(one)
      vendor.people.moveAgreement(moved, staying)
      t.match(await host.run(agreements), { status: 'succeeded' })
      const target = await clientOf(synced, staying)
      t.strictSame(
        (await liveAgreements(synced, moved)).map(({ clientId }) => clientId),
        [target.id],
        'B4'
      )
      vendor.people.setActive(leaving, false)
      for (const one of [synced.customers, agreements]) t.match(await host.run(one), { status: 'succeeded' })
      t.match(await liveAgreements(synced, kept), [{ clientStatus: 'inactive' }], 'B3')
      const billed = await host.all('/v1/agreements?status=active&clientStatus=active')
      t.notOk(
        billed.some(({ externalId }) => externalId === kept),
        'B3: one filter leaves it out of the sum'
      )
      t.ok(billed.some(({ externalId }) => externalId === moved))
    }
  )

  t.test(
    `field report C1, ${kind.title}: a type that is renamed is followed, and asked for once it is gone`,
    async t => {
      const synced = await openSynced(t, kind, { account: 60 })
      const { host, vendor, customers } = synced
      const before = await belongings(synced)
      vendor.people.renameType('Kunde')
      for (const mode of ['sync', 'compare'] as const)
        t.match(await host.run(customers, mode), { status: 'succeeded', took: {} }, mode)
      t.strictSame(await belongings(synced), before)
      vendor.people.removeType()
      t.match(await host.run(customers, 'compare'), { error: { code: 'HOST_ERR_SETTING_UNRESOLVED' } })
      const { status, statusReason } = await installationOf(synced, customers)
      t.equal(status, 'needs-attention')
      t.match(statusReason, /no company type named "Customer".*Prospect/)
      t.strictSame(await belongings(synced), before)
      const chosen = { settings: { types: ['Prospect'] } }
      t.match(await host.call('PATCH', `/v1/installations/${customers}`, chosen), { body: { status: 'running' } })
    }
  )

  t.test(`field report C2, ${kind.title}: a name that does not exist is told with those that do`, async t => {
    const vendor = await kind.start(t)
    const host = await openWholeHost(t, { vendor })
    const url = `/v1/integrations/${kind.connector}`
    const { credentials } = vendor
    const settings = { types: ['Customer', 'Custmer'] }
    const told = [{ pointer: /types\/1$/, message: /no company type named "Custmer".*Prospect/ }]
    const validated = (await host.call('POST', `${url}/validate`, { credentials, settings })).body
    t.match(validated, { valid: false, problems: told }, 'validate')
    for (const [path, more] of [
      ['preview', { syncType: kind.customers }],
      ['install', { syncTypes: [kind.customers] }]
    ] as const)
      t.match(
        await host.call('POST', `${url}/${path}`, { credentials, settings, ...more }),
        { status: 422, body: { problems: told } },
        path
      )
    t.strictSame(await host.all('/v1/connections'), [])
    const { id } = await host.install(kind.customers)
    const changed = await host.call('PATCH', `/v1/installations/${id}`, { settings })
    t.match(changed, { status: 422, body: { problems: told } }, 'change')
    t.match(await host.run(id, 'compare'), { status: 'succeeded', took: {} })
  })

  t.test(
    `field report C3, ${kind.title}: settings that differ make no client depend on the order of polls`,
    async t => {
      const synced = await openSynced(t, kind)
      const { host, vendor, customers, agreements } = synced
      const { customer } = vendor.known
      await host.call('PATCH', `/v1/installations/${agreements}`, { settings: { types: ['Prospect'] } })
      await host.settled(agreements)
      t.match(await host.run(agreements, 'compare'), { status: 'succeeded' })
      for (const [name, order] of Object.entries({ there: [customers, agreements], back: [agreements, customers] })) {
        vendor.people.rename(customer, `Seen ${name}`)
        for (const id of order) t.match(await host.run(id), { status: 'succeeded' })
        t.match(await clientOf(synced, customer), { status: 'active', name: `Seen ${name}` }, name)
      }
    }
  )

  t.test(`field report C5, ${kind.title}: explain names the reason why a record was set aside`, async t => {
    const synced = await openSynced(t, kind)
    const { host, vendor, customers, connectionId } = synced
    const { customer } = vendor.known
    const odd = (record: object) => ({ ...record, [kind.fields.name]: ' ' })
    vendor.fail({ kind: 'oddRecord', table: kind.endpoints.companies, id: Number(customer), odd } as never)
    t.match(await host.run(customers, 'compare'), { counts: { setAside: 1, gone: 0 } })
    const url = `/v1/integrations/${kind.connector}/explain?connectionId=${connectionId}&id=${customer}`
    const { verdict, syncTypes } = (await host.call('GET', url)).body
    t.notMatch(verdict, /next sync brings/)
    t.match(syncTypes[0], { syncType: kind.customers, reject: /has no name/, setAside: { reason: /has no name/ } })
    t.match(await clientOf(synced, customer), { status: 'active' }, 'it stays as it was')
  })
}
