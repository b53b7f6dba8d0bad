import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { ClientRecord, Store } from '../../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { agreementOf, all, at, first, pageOf } from '../../../conformance/storage/fixtures.ts'
import { agreement, clients, makeFormerFile, owner } from './former-file.ts'

async function openFormer(t: Test, schema: 1 | 2): Promise<{ store: Store; now: number }> {
  const path = join(t.testdir(), 'store.db')
  const now = Date.now()
  makeFormerFile(path, schema, now)
  const store = await openSqliteStore({ url: `file:${path}` })
  t.teardown(() => store.close())
  return { store, now }
}

t.test('installations of a former file go on with their polls, and drop passes and approvals', async t => {
  const { store, now } = await openFormer(t, 2)
  const get = async (id: string) => (await store.installations.get('acme', id))!
  const poll = { mark: at(8), memo: null, deepAt: null, alwaysDeep: false }
  const kept = {
    ...{ failures: 2, passFailures: 0, token: 3, rev: 5, lastRunId: 'run_1', resolved: {}, resettled: null, taken: [] },
    ...{ pass: null, hold: null, misfits: null, settings: { types: ['Customer'] }, updatedAt: at() }
  }
  const plain = { dueAt: now + 40_000, compareDueAt: now + 50_000_000 }
  t.match(await get('ins_poll'), { ...kept, ...plain, poll, lastPass: { runId: 'run_1', startedAt: at(7) } })
  t.match(await get('ins_full'), { ...kept, poll: null, lastPass: null })
  t.match(await get('ins_compare'), { ...kept, poll })
  t.match(await get('ins_stopped'), { ...kept, poll, dueAt: null, wanted: 'stopped' })
  for (const id of ['ins_full', 'ins_compare', 'ins_approval']) {
    const { compareDueAt } = await get(id)
    t.ok(compareDueAt >= now && compareDueAt < now + 30_000, `${id}: its complete pass is due at once`)
  }
  const claims = await store.leases.claimDue('host', 10, 60_000)
  t.same(claims.map(claim => claim.lease.installationId).sort(), ['ins_approval', 'ins_compare', 'ins_full'])
  const { workedAt, trouble, lastValidation, rev } = (await store.connections.get('acme', owner))!
  t.same({ workedAt, trouble, lastValidation, rev }, { workedAt: at(7), trouble: null, lastValidation: null, rev: 4 })
  t.match(await store.connections.get('acme', 'con_unused'), { workedAt: null })
})

t.test('a run of a former file is read with the fields of today', async t => {
  const { store } = await openFormer(t, 2)
  const expected = { status: 'failed', took: {}, oldestLookSeconds: null, notes: [], counts: { read: 1, held: 0 } }
  const differences = [{ reason: 'Left out', rule: null, count: 2 }]
  t.match(await store.runs.get('acme', 'run_1'), { ...expected, reconciliation: { differences } })
  t.match((await store.runs.list('acme', 'ins_approval', first)).items, [expected])
})

for (const schema of [1, 2] as const) {
  t.test(`clients of a file of schema ${schema} are read as they were, each agreement live at one of them`, async t => {
    const { store } = await openFormer(t, schema)
    const found = await store.clients.load(owner, Object.keys(clients))
    const byId = new Map(found.map(record => [record.externalId, record]))
    const today = { version: null, changesOn: null, open: [], kept: {} }
    for (const [id, { parts, agreements }] of Object.entries(clients)) {
      const record = byId.get(id)!
      // Of the three that had agreement 7, two were written at the same moment: the row that was made last has it.
      const gone = id === '1' || id === '2'
      t.same(
        record.parts,
        parts.map(part => ({ ...part, ...today, ...(gone && { hash: '' }) })),
        id
      )
      t.same(
        record.agreements.map(({ parentId, billedOnce, updatedAt: _at, ...rest }) => rest),
        agreements.map(({ updatedAt: _at, ...rest }) =>
          gone && rest.externalId === '7' ? { ...rest, status: 'gone' } : rest
        )
      )
      t.match(record, {
        rev: gone ? 3 : 2,
        profile: { name: `Client ${id} ü\u2028` },
        createdAt: at(),
        nameKey: `client ${id}`
      })
      t.equal(record.updatedAt === at(6), !gone, 'what has changed says so to who reads changes')
    }
    t.strictSame(
      Object.keys(byId.get('3')!.agreements[0]!),
      Object.keys(agreementOf('7')),
      'in the order that a new one is written in, as they are compared by their texts'
    )
    t.equal(byId.get('3')!.agreements[0]!.updatedAt, agreement('7', 'expired', 9).updatedAt)
  })
}

t.test('lists of a former file are whole in every order', async t => {
  const { store } = await openFormer(t, 2)
  const ids = (records: readonly ClientRecord[]) => records.map(({ externalId }) => externalId)
  const list = (query: object) => all(1, page => store.clients.list('acme', query, page)).then(ids)
  t.same(await list({}), ['1', '2', '3', '4'])
  t.same(await list({ order: 'id' }), ['1', '2', '3', '4'])
  t.same((await list({ order: 'changed' })).slice(0, 2), ['3', '4'])
  t.same(await list({ order: 'changed', changedUntil: at(6) }), ['3', '4'])
  t.same(await list({ search: 'client' }), ['1', '2', '3', '4'])
  const agreements = async (query: object) =>
    (await all(1, page => store.clients.listAgreements('acme', query, page))).map(
      row => `${row.clientId} ${row.externalId}`
    )
  t.same(await agreements({ status: 'gone' }), ['cli_1 7', 'cli_1 9', 'cli_2 7'])
  t.same(await agreements({ status: 'expired' }), ['cli_1 8', 'cli_3 7'])
  t.same(await agreements({ status: 'active' }), [])
  t.same(await agreements({ status: 'odd' }), ['cli_3 6'])
})

t.test('agreements of a former file are refused to other clients, and free once theirs is gone', async t => {
  const { store } = await openFormer(t, 2)
  const claims = await store.leases.claimDue('host', 10, 60_000)
  const { lease } = claims.find(claim => claim.lease.installationId === 'ins_full')!
  const [one, three] = await Promise.all(['1', '3'].map(async id => (await store.clients.load(owner, [id]))[0]!))
  const live = { ...one!, agreements: [agreementOf('7')] }
  const write = (record: ClientRecord) =>
    store.clients.write(lease, pageOf({ clients: [{ id: record.id, expectedRev: record.rev, record }] }))
  t.match(await write(live), { conflicts: [{ id: 'cli_1', agreement: '7', holder: 'cli_3' }] })
  t.same(await write({ ...three!, agreements: [] }), { lost: [], conflicts: [] })
  t.same(await write(live), { lost: [], conflicts: [] })
})
