import type { Test } from 'tap'
import type { AgreementRow } from '../../../plugins/storage/port.ts'
import {
  agreementOf,
  all,
  badCursor,
  byBytes,
  first,
  leased,
  noCursors,
  type Open,
  profileOf,
  put,
  recordOf
} from './fixtures.ts'

export async function agreementCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { clients } = store
  const places = (rows: readonly AgreementRow[]) => rows.map(row => [row.clientId, row.externalId])

  await t.test('agreements come by client id, then by their vendor id, with the client’s name', async t => {
    const tenant = 'agreements'
    const lease = await leased(store, { tenant })
    const records = [
      recordOf(lease, '2', { agreements: ['10', '9', '100'].map(id => agreementOf(id)), profile: profileOf('Two') }),
      recordOf(lease, '1', { agreements: [agreementOf('5', { overallCost: '0.30', currency: null })] }),
      recordOf(lease, '3'),
      recordOf(lease, '4', { agreements: [agreementOf('1'), agreementOf('2', { status: 'expired' })] })
    ]
    await put(store, lease, records)
    const expected = records
      .toSorted((a, b) => byBytes(a.id, b.id))
      .flatMap(({ id: clientId, profile, agreements }) =>
        agreements
          .toSorted((a, b) => byBytes(a.externalId, b.externalId))
          .map(agreement => ({ ...agreement, clientId, clientName: profile.name, clientStatus: 'active' as const }))
      )
    t.same((await clients.listAgreements(tenant, {}, first)).items, expected)
    for (const limit of [1, 2, 4]) t.same(await all(limit, page => clients.listAgreements(tenant, {}, page)), expected)
    const filtered = async (query: { clientId?: string; status?: string }) =>
      places(await all(1, page => clients.listAgreements(tenant, query, page)))
    const two = records[0]!.id
    t.same(await filtered({ clientId: two }), [
      [two, '10'],
      [two, '100'],
      [two, '9']
    ])
    t.same(await filtered({ status: 'expired' }), [[records[3]!.id, '2']])
    t.same(await filtered({ status: 'expired', clientId: two }), [])
    t.same(await filtered({ status: 'exp' }), [])
    t.same(await filtered({ clientId: 'cli_none' }), [])
  })

  await t.test('agreements are filtered by their status and their client’s, together', async t => {
    const tenant = 'agreement-filters'
    const [one, two] = [await leased(store, { tenant }), await leased(store, { tenant })]
    const statuses = ['active', 'inactive', 'gone'] as const
    for (const lease of [one, two]) {
      await put(
        store,
        lease,
        Array.from({ length: 12 }, (_, i) =>
          recordOf(lease, String(i), {
            status: statuses[i % 3]!,
            agreements:
              i < 9 ? [agreementOf(`a${i}`), agreementOf(`x${i}`, { status: ['expired', 'gone', 'odd'][i % 2]! })] : []
          })
        )
      )
    }
    const everything = await all(100, page => clients.listAgreements(tenant, {}, page))
    t.equal(everything.length, 36)
    for (const status of [undefined, 'active', 'expired', 'gone', 'odd', 'none']) {
      for (const clientStatus of [undefined, ...statuses]) {
        const query = { ...(status && { status }), ...(clientStatus && { clientStatus }) }
        const found = await all(4, page => clients.listAgreements(tenant, query, page))
        const expected = everything.filter(
          row => (status ?? row.status) === row.status && (clientStatus ?? row.clientStatus) === row.clientStatus
        )
        t.same(found, expected, JSON.stringify(query))
      }
    }
    const { clientId } = everything[0]!
    const of = { clientId, status: 'active' }
    t.equal((await clients.listAgreements(tenant, { ...of, clientStatus: 'active' }, first)).items.length, 1)
    t.same((await clients.listAgreements(tenant, { ...of, clientStatus: 'gone' }, first)).items, [])
  })

  await t.test('a list stays whole while agreements are added and clients change behind the cursor', async t => {
    const tenant = 'agreements-stable'
    const lease = await leased(store, { tenant })
    await put(
      store,
      lease,
      ['1', '2', '3'].map(id => recordOf(lease, id, { agreements: [agreementOf(`${id}a`), agreementOf(`${id}c`)] }))
    )
    const page = await clients.listAgreements(tenant, {}, { limit: 3, cursor: null })
    const one = recordOf(lease, '1', { rev: 1, agreements: [] })
    const two = recordOf(lease, '2', {
      rev: 1,
      agreements: [agreementOf('0'), agreementOf('2a'), agreementOf('2b'), agreementOf('2c')]
    })
    await put(store, lease, [one, two])
    const rest = await clients.listAgreements(tenant, {}, { limit: 10, cursor: page.nextCursor })
    const three = recordOf(lease, '3').id
    t.same(places(rest.items), [
      [two.id, '2b'],
      [two.id, '2c'],
      [three, '3a'],
      [three, '3c']
    ])
  })

  await t.test('a text that is no cursor of this list is refused', async t => {
    for (const cursor of noCursors)
      await t.rejects(clients.listAgreements('acme', {}, { limit: 1, cursor }), badCursor, cursor)
  })
}
