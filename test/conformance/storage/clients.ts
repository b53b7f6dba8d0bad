import type { Test } from 'tap'
import type { ClientRecord } from '../../../plugins/storage/port.ts'
import { agreementOf, all, at, first, leased, type Open, partOf, profileOf, put, recordOf, write } from './fixtures.ts'

const externalIds = (list: readonly { externalId: string }[]) => list.map(item => item.externalId)

function sorted<T extends { readonly externalId: string }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => (a.externalId < b.externalId ? -1 : 1))
}

export async function clientCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { clients } = store

  await t.test('a client comes back as it was put, with revision 1', async t => {
    const lease = await leased(store)
    const record = recordOf(lease, '7', {
      profile: { ...profileOf('Ünïcode "quoted" \\ 😀'), address: null, websites: ['https://example.com/?a=1&b=$x.y'] },
      agreements: [agreementOf('2'), agreementOf('10')],
      parts: [partOf(lease, { stamps: { 'contact:1.5': at(), $odd: 'x' }, statusReason: 'rule "x"' })]
    })
    t.same(await put(store, lease, [record]), [])
    t.same(await clients.get('acme', record.id), { ...record, rev: 1 })
    t.same(await clients.load(lease.connectionId, ['7']), [{ ...record, rev: 1 }])
  })

  await t.test('a profile of before, whose phones lack what was typed, comes back as it was', async t => {
    const lease = await leased(store)
    const { typed: _, ...phone } = profileOf('Old').phones[0]!
    const record = recordOf(lease, '8', {
      profile: { ...profileOf('Old'), phones: [phone as typeof phone & { typed: null }] }
    })
    t.same(await put(store, lease, [record]), [])
    t.strictSame((await clients.get('acme', record.id))?.profile.phones, [phone])
  })

  await t.test('those that exist are loaded, once each', async t => {
    const lease = await leased(store)
    await put(
      store,
      lease,
      ['1', '2', '3'].map(id => recordOf(lease, id))
    )
    const found = await clients.load(lease.connectionId, ['3', 'none', '1', '3', "x' OR 1"])
    t.same(externalIds(found).sort(), ['1', '3'])
    t.same(await clients.load(lease.connectionId, []), [])
    t.same(await clients.load('con_none', ['1']), [])
  })

  await t.test('parts are loaded without their clients, and only of the installation that is asked for', async t => {
    const [lease, other] = [await leased(store), await leased(store)]
    const twice = recordOf(lease, '1', { parts: [partOf(other), partOf(lease, { stamps: { thing: at(5) } })] })
    const foreign = recordOf(lease, '3', { parts: [partOf(other)] })
    await put(store, lease, [twice, recordOf(lease, '2', { status: 'inactive' }), foreign])
    const { connectionId, installationId } = lease
    const found = await clients.loadParts(connectionId, installationId, ['3', '1', 'none', '2', '1', "x' OR 1"])
    const whole = await clients.load(connectionId, ['1', '2'])
    const expected = whole.map(({ externalId, parts }) => ({ externalId, part: parts.at(-1) }))
    t.same(sorted(found), sorted(expected))
    t.equal(found.length, 2)
    t.same(await clients.loadParts(connectionId, installationId, []), [])
    t.same(await clients.loadParts('con_none', installationId, ['1']), [])
    t.same(await clients.loadParts(connectionId, 'ins_none', ['1']), [])
  })

  await t.test('a page of 1,000 is written and loaded', async t => {
    const lease = await leased(store)
    const ids = Array.from({ length: 1000 }, (_, i) => String(i))
    t.same(
      await put(
        store,
        lease,
        ids.map(id => recordOf(lease, id))
      ),
      []
    )
    t.equal((await clients.load(lease.connectionId, ids)).length, 1000)
    t.same(await clients.counts(lease.installationId), { active: 1000, inactive: 0, gone: 0 })
    t.same(await write(store, lease, []), [])
  })

  await t.test('a record of megabytes is kept', async t => {
    const lease = await leased(store)
    const emails = Array.from({ length: 20_000 }, (_, i) => ({
      value: `address-number-${i}-with-some-length@subdomain.example.com`,
      label: 'Email',
      primary: false
    }))
    const record = recordOf(lease, '1', { profile: { ...profileOf('Large'), emails } })
    await put(store, lease, [record])
    t.same((await clients.get('acme', record.id))?.profile.emails.length, 20_000)
  })

  await t.test('a write with another revision than the stored one loses and changes nothing', async t => {
    const lease = await leased(store)
    const [one, two, three] = ['1', '2', '3'].map(id => recordOf(lease, id)) as [
      ClientRecord,
      ClientRecord,
      ClientRecord
    ]
    await put(store, lease, [one, two])
    const changed = (record: ClientRecord, rev: number) => ({ ...record, rev, updatedAt: at(5) })
    t.same(await put(store, lease, [changed(one, 1), changed(two, 0), changed(three, 1)]), [two.id, three.id])
    t.same(await clients.get('acme', one.id), { ...changed(one, 2) })
    t.same(await clients.get('acme', two.id), { ...two, rev: 1 })
    t.equal(await clients.get('acme', three.id), null)
    t.same(await put(store, lease, [changed(one, 1)]), [one.id], 'an old revision loses')
    t.same(await put(store, lease, [changed(one, 2)]), [])
  })

  await t.test('of many that write the same revision at once one succeeds', async t => {
    const lease = await leased(store)
    const record = recordOf(lease, '1')
    for (const rev of [0, 1]) {
      const lost = await Promise.all(
        Array.from({ length: 6 }, (_, i) => put(store, lease, [{ ...record, rev, updatedAt: at(i) }]))
      )
      t.equal(lost.filter(ids => ids.length === 0).length, 1)
      t.equal((await clients.get('acme', record.id))?.rev, rev + 1)
    }
    t.same(await clients.counts(lease.installationId), { active: 1, inactive: 0, gone: 0 })
  })

  await t.test('one client for each connection and vendor id', async t => {
    const lease = await leased(store)
    const record = recordOf(lease, '1')
    await put(store, lease, [record])
    t.same(await put(store, lease, [{ ...record, id: 'cli_twin' }]), ['cli_twin'])
    t.equal(await clients.get('acme', 'cli_twin'), null)
    const other = await leased(store)
    t.same(await put(store, other, [recordOf(other, '1')]), [])
  })

  await t.test('a deleted client is gone from everything', async t => {
    const lease = await leased(store)
    const record = recordOf(lease, '1', { agreements: [agreementOf('1')] })
    await put(store, lease, [record])
    t.same(await write(store, lease, [{ id: record.id, expectedRev: 2, record: null }]), [record.id])
    t.same(await write(store, lease, [{ id: record.id, expectedRev: 1, record: null }]), [])
    t.equal(await clients.get('acme', record.id), null)
    const { connectionId, installationId } = lease
    t.same((await clients.list('acme', { connectionId }, first)).items, [])
    t.same((await clients.list('acme', { connectionId, search: 'client' }, first)).items, [])
    t.same((await clients.listAgreements('acme', { clientId: record.id }, first)).items, [])
    t.same(await clients.activeInRange(installationId, null, null, 10), [])
    t.same(await clients.counts(installationId), { active: 0, inactive: 0, gone: 0 })
    t.same(await clients.load(connectionId, ['1']), [])
    t.same(await put(store, lease, [record]), [], 'and may come again')
    t.equal((await clients.get('acme', record.id))?.rev, 1)
  })

  await t.test('another tenant finds nothing', async t => {
    const lease = await leased(store, { tenant: 'first-tenant' })
    const record = recordOf(lease, '1', { agreements: [agreementOf('1')] })
    await put(store, lease, [record])
    const { connectionId } = lease
    t.equal(await clients.get('other', record.id), null)
    for (const query of [
      {},
      { connectionId },
      { externalId: '1' },
      { search: 'client' },
      { status: 'active' as const }
    ]) {
      t.same((await clients.list('other', query, first)).items, [])
      t.same(externalIds((await clients.list('first-tenant', query, first)).items), ['1'])
    }
    t.same((await clients.listAgreements('other', {}, first)).items, [])
    t.same((await clients.listAgreements('other', { clientId: record.id }, first)).items, [])
  })

  await t.test('a lease of one tenant does not write the clients of another', async t => {
    const [own, foreign] = [await leased(store), await leased(store, { tenant: 'other' })]
    const record = recordOf(own, '1')
    await put(store, own, [record])
    t.same(await write(store, foreign, [{ id: record.id, expectedRev: 1, record: null }]), [record.id])
    t.same(await clients.get('acme', record.id), { ...record, rev: 1 })
  })

  await t.test('the active ones of a range come in sort order, bounds as after < key <= through', async t => {
    const lease = await leased(store)
    const other = await leased(store, { connectionId: lease.connectionId, syncType: 'others' })
    const statuses = ['active', 'active', 'inactive', 'active', 'gone', 'active'] as const
    await put(store, lease, statuses.map((status, i) => recordOf(lease, String(i), { status })).reverse())
    const range = async (after: string | null, through: string | null, limit = 10, of = lease) =>
      externalIds(await clients.activeInRange(of.installationId, after, through, limit))
    const key = (id: string) => id.padStart(8, '0')
    t.same(await range(null, null), ['0', '1', '3', '5'])
    t.same(await range(key('0'), key('3')), ['1', '3'])
    t.same(await range(key('1'), null, 1), ['3'])
    t.same(await range(null, key('2')), ['0', '1'])
    t.same(await range(null, null, 10, other), [], 'a part of another installation does not count')
    const [found] = await clients.activeInRange(lease.installationId, key('3'), null, 1)
    t.same(found, { externalId: '5', sortKey: key('5') })
  })

  await t.test('active records come in sort order, one behind the other', async t => {
    const lease = await leased(store)
    const other = await leased(store, { connectionId: lease.connectionId, syncType: 'others' })
    const records = ['active', 'inactive', 'active', 'gone', 'active'].map((status, i) =>
      recordOf(lease, String(i), {
        status: status as ClientRecord['status'],
        ...(i === 2 && { parts: [partOf(lease), partOf(other, { status: 'inactive' })] })
      })
    )
    await put(store, lease, records.toReversed())
    const walked = async (of: typeof lease, limit: number) => {
      const found: ClientRecord[] = []
      for (;;) {
        const next = await clients.activeRecords(of.installationId, found.at(-1)?.sortKey ?? null, limit)
        if (next.length === 0) return found
        found.push(...next)
      }
    }
    const active = [0, 2, 4].map(i => ({ ...records[i]!, rev: 1 }))
    for (const limit of [1, 2, 10]) t.same(await walked(lease, limit), active)
    t.same(await walked(other, 10), [])
  })

  await t.test('those that change by themselves are known by the day, as long as they are active', async t => {
    const lease = await leased(store)
    const other = await leased(store, { connectionId: lease.connectionId, syncType: 'others' })
    const on = (id: string, day: string | null, change: Partial<ClientRecord> = {}) =>
      recordOf(lease, id, {
        parts: [partOf(lease, { changesOn: day }), partOf(other, { changesOn: '2026-01-01' })],
        ...change
      })
    await put(store, lease, [on('1', '2026-03-01'), on('2', '2026-02-01'), on('3', null), on('4', '2026-04-01')])
    const by = (day: string, limit = 10) => clients.changingBy(lease.installationId, day, limit)
    t.same((await by('2026-03-01')).sort(), ['1', '2'])
    t.same(await by('2026-01-31'), [])
    t.equal((await by('2026-12-31', 2)).length, 2)
    t.equal((await clients.changingBy(other.installationId, '2026-01-01', 10)).length, 4)
    const left = partOf(lease, { status: 'inactive', changesOn: '2026-02-01' })
    await put(store, lease, [on('1', '2026-05-01', { rev: 1 }), on('2', null, { rev: 1, parts: [left] })])
    t.same(await by('2026-04-30'), ['4'])
    await write(store, lease, [{ id: on('4', null).id, expectedRev: 1, record: null }])
    t.same(await by('2026-12-31'), ['1'])
  })

  await t.test('each installation counts its own parts', async t => {
    const lease = await leased(store)
    const other = await leased(store, { connectionId: lease.connectionId, syncType: 'others' })
    const record = recordOf(lease, '1')
    const both = { ...record, rev: 1, parts: [...record.parts, partOf(other, { status: 'inactive' })] }
    await put(store, lease, [record, recordOf(lease, '2', { status: 'gone' })])
    t.same(await clients.counts(lease.installationId), { active: 1, inactive: 0, gone: 1 })
    await put(store, other, [both])
    t.same(await clients.counts(other.installationId), { active: 0, inactive: 1, gone: 0 })
    await put(store, other, [{ ...both, rev: 2, parts: [partOf(lease, { status: 'inactive' }), partOf(other)] }])
    t.same(await clients.counts(lease.installationId), { active: 0, inactive: 1, gone: 1 })
    t.same(await clients.counts(other.installationId), { active: 1, inactive: 0, gone: 0 })
    t.same(externalIds(await clients.activeInRange(other.installationId, null, null, 5)), ['1'])
    t.same(await clients.activeInRange(lease.installationId, null, null, 5), [])
  })

  await t.test('erasing one installation leaves the part of the other', async t => {
    const lease = await leased(store)
    const other = await leased(store, { connectionId: lease.connectionId, syncType: 'others' })
    const shared = Array.from({ length: 5 }, (_, i) =>
      recordOf(lease, String(i), { parts: i < 3 ? [partOf(lease), partOf(other)] : [partOf(lease)] })
    )
    await put(store, lease, shared)
    for (let rounds = 0; rounds < 10; rounds++) {
      const records = await clients.listOfInstallation(lease.installationId, 2)
      if (records.length === 0) break
      const writes = records.map(record => {
        const parts = record.parts.filter(part => part.installationId !== lease.installationId)
        return { id: record.id, expectedRev: record.rev, record: parts.length ? { ...record, parts } : null }
      })
      t.same(await write(store, lease, writes), [])
    }
    const left = await all(10, page => clients.list('acme', { connectionId: lease.connectionId }, page))
    t.same(externalIds(left), ['0', '1', '2'])
    t.same(await clients.counts(lease.installationId), { active: 0, inactive: 0, gone: 0 })
    t.same(await clients.counts(other.installationId), { active: 3, inactive: 0, gone: 0 })
  })
}
