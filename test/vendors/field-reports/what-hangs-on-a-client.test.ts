/** Field reports A: what hangs on a client goes with nobody's asking. Every row, with every vendor. */
import t from 'tap'
import { kinds } from '../every.ts'
import type { Endpoint } from '../vendor.ts'
import { belongings, clientOf, installationOf, liveAgreements, openSynced } from './synced.ts'

t.jobs = 2

const hidden: Record<string, { what: Endpoint[]; hangsOn: 'customers' | 'agreements'; losses: string[] }> = {
  'A1, A9': { what: ['contacts'], hangsOn: 'customers', losses: ['emails', 'phones'] },
  'A2, A9': { what: ['agreements'], hangsOn: 'agreements', losses: ['clients', 'agreements'] },
  'A3, lines': { what: ['lines'], hangsOn: 'agreements', losses: ['costs', 'vendors', 'agreements'] },
  'A3, catalogue': { what: ['catalogue'], hangsOn: 'agreements', losses: ['costs', 'vendors'] }
}

for (const kind of kinds) {
  t.test(`field reports A1, A2, A3 and A9, ${kind.title}: what a role hides`, async t => {
    const synced = await openSynced(t, kind, { account: 120, seed: 3 })
    const { host, vendor } = synced
    const before = await belongings(synced)
    t.ok(before.clients.length > 20 && before.agreements.length > 20)
    for (const [row, { what, hangsOn, losses }] of Object.entries(hidden)) {
      await t.test(`${row}: hidden ${what.join()} take nothing away unasked, and everything else goes on`, async t => {
        const id = synced[hangsOn]
        const hidings = what.map(endpoint => vendor.hide(endpoint))
        t.match(await host.run(id, 'compare'), { status: 'succeeded', took: {} })
        t.strictSame(await belongings(synced), before)
        const { status, statusReason, hold } = await installationOf(synced, id)
        t.equal(status, 'awaiting-approval', statusReason)
        t.ok(
          losses.some(kind => hold.kinds[kind]?.held > 4),
          JSON.stringify(hold.kinds)
        )
        const listed = await host.all(`/v1/installations/${id}/losses`)
        t.ok(
          listed.length === hold.clients && listed.every(({ name, losses }) => name && losses.length > 0),
          'with names'
        )

        const [first] = vendor.oracle.customers()
        vendor.people.rename(first!.externalId, `Renamed in ${row}`)
        t.match(await host.run(synced.customers), { status: 'succeeded' })
        t.equal((await clientOf(synced, first!.externalId)).name, `Renamed in ${row}`)
        for (const hiding of hidings) hiding.clear()
        t.match(await host.run(id, 'compare'), { status: 'succeeded', took: {} })
        t.match(await installationOf(synced, id), { status: 'running', hold: null })
        t.strictSame(await belongings(synced), before)
      })
    }
  })

  t.test(`field reports A1 to A4, ${kind.title}: lists that come empty`, async t => {
    const synced = await openSynced(t, kind, { account: 60, seed: 3 })
    const { host, vendor } = synced
    const before = await belongings(synced)
    for (const [name, endpoint] of Object.entries(kind.endpoints)) {
      const id = name === 'companies' || name === 'contacts' ? synced.customers : synced.agreements
      for (const times of [1, Number.POSITIVE_INFINITY]) {
        const words = times === 1 ? 'A4: one empty answer for' : 'A1 to A3: nothing but empty answers for'
        await t.test(`${words} ${name} cost nothing`, async t => {
          const fault = vendor.fail({ kind: 'emptyPage', endpoint, ...(times === 1 && { times }) })
          await host.run(id, 'compare')
          fault.clear()
          t.strictSame(await belongings(synced), before)
        })
      }
    }
    for (const id of [synced.customers, synced.agreements]) {
      t.match(await host.run(id, 'compare'), { status: 'succeeded', took: {}, counts: { held: 0 } })
      t.match(await installationOf(synced, id), { status: 'running' })
    }
    t.strictSame(await belongings(synced), before)
  })

  t.test(`field reports A5 and A6, ${kind.title}: fields that rules and grouping need are not sent`, async t => {
    const synced = await openSynced(t, kind, { account: 60, seed: 3 })
    const { host, vendor, customers } = synced
    const before = await belongings(synced)
    const cases = {
      'A5: contacts without their company': ['contacts', 'companyOfContact'],
      'A6: companies without type': ['companies', 'type'],
      'A6: companies without status': ['companies', 'status']
    } as const
    for (const [row, [endpoint, field]] of Object.entries(cases)) {
      await t.test(`${row} take nobody and nothing away, and it is told`, async t => {
        const asked = { endpoint: kind.endpoints[endpoint], field: kind.fields[field] }
        const fault = vendor.fail({ kind: 'blankField', ...asked })
        const run = await host.run(customers, 'compare')
        const { externalId } = vendor.oracle.customers().find(({ emails }) => emails.length > 0)!
        const url = `/v1/integrations/${kind.connector}/explain?connectionId=${synced.connectionId}&id=${externalId}`
        const [told] = (await host.call('GET', url)).body.syncTypes
        fault.clear()
        t.strictSame(await belongings(synced), before)
        t.match(run, { took: {}, counts: { gone: 0, inactivated: 0 } })
        t.ok(run.counts.setAside > 0 || run.notes.length > 0 || told.unread.length > 0, JSON.stringify({ run, told }))
      })
    }
    t.match(await host.run(customers, 'compare'), { status: 'succeeded', counts: { setAside: 0, held: 0 }, took: {} })
  })

  t.test(
    `field report A7, ${kind.title}: a type that is deleted and made anew under its name drops nobody`,
    async t => {
      const synced = await openSynced(t, kind, { account: 60 })
      const before = await belongings(synced)
      synced.vendor.people.recreateType()
      const [first] = synced.vendor.oracle.customers()
      synced.vendor.people.rename(first!.externalId, 'Renamed by whoever tidied up')
      for (const mode of ['sync', 'compare', 'sync'] as const)
        for (const id of [synced.customers, synced.agreements])
          t.match(await synced.host.run(id, mode), { status: 'succeeded', took: {} }, mode)
      t.strictSame(await belongings(synced), before)
    }
  )

  t.test(`field report A8, ${kind.title}: a child that cannot be read is no absent child`, async t => {
    const synced = await openSynced(t, kind)
    const { host, vendor, agreements } = synced
    const { customer } = vendor.known
    const id = vendor.people.addAgreement(customer, 'Kept', 10_000)
    for (const edit of Object.values(vendor.people.costEdits).slice(0, 2)) edit(id)
    await host.run(agreements)
    const before = await belongings(synced)
    const [{ overallCost }] = (await liveAgreements(synced, id)) as [any]
    const { lines } = kind.endpoints
    const cases = { [kind.endpoints.agreements]: Number(id), [lines]: vendor.lineOf(id) }
    for (const [table, bad] of Object.entries(cases)) {
      const fault = vendor.fail({
        kind: 'badRecord',
        table,
        id: bad,
        sparesIds: kind.refusesOneBy === 500 || table !== lines
      })
      t.match(await host.run(agreements, 'compare'), { status: 'succeeded', took: {}, counts: { gone: 0 } }, table)
      t.match(await liveAgreements(synced, id), [{ overallCost, status: 'active' }], table)
      t.ok(fault.hits > 0)
      fault.clear()
    }
    t.match(await host.run(agreements, 'compare'), { status: 'succeeded', took: {}, counts: { held: 0 } })
    t.strictSame(await belongings(synced), before)
  })
}
