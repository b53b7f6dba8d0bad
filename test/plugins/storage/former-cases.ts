/** That a store which has brought former documents to its own shapes goes on with them as with its own. */
import type { Test } from 'tap'
import type { ClientRecord, Store } from '../../../plugins/storage/port.ts'
import { agreementOf, all, at, first, pageOf } from '../../conformance/storage/fixtures.ts'
import { agreement, clients, nameOf, owner } from './former-documents.ts'

/** Of the three that had agreement 7, two were written at the same moment: the one with the larger id has it. */
const losers: readonly string[] = ['1', '2']

/** @param now by the store's clock when the store was made */
export async function installationsGoOn(t: Test, store: Store, now: number): Promise<void> {
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
  t.notOk(Object.hasOwn(await get('ins_poll'), 'checkpoint'))
  for (const id of ['ins_full', 'ins_compare', 'ins_approval']) {
    const { compareDueAt } = await get(id)
    t.ok(compareDueAt >= now - 1000 && compareDueAt < now + 30_000, `${id}: its complete pass is due at once`)
  }
  const claims = await store.leases.claimDue('host', 10, 60_000)
  t.same(claims.map(claim => claim.lease.installationId).sort(), ['ins_approval', 'ins_compare', 'ins_full'])
  const { workedAt, trouble, lastValidation, rev } = (await store.connections.get('acme', owner))!
  t.same({ workedAt, trouble, lastValidation, rev }, { workedAt: at(7), trouble: null, lastValidation: null, rev: 4 })
  t.match(await store.connections.get('acme', 'con_unused'), { workedAt: null })
}

export async function runsAreRead(t: Test, store: Store): Promise<void> {
  const expected = { status: 'failed', took: {}, oldestLookSeconds: null, notes: [], counts: { read: 1, held: 0 } }
  const differences = [{ reason: 'Left out', rule: null, count: 2 }]
  t.match(await store.runs.get('acme', 'run_1'), { ...expected, reconciliation: { differences } })
  t.match((await store.runs.list('acme', 'ins_approval', first)).items, [expected])
  for (const query of [{}, { kind: 'changes' }, { kind: 'problems', installationId: 'ins_approval' }] as const)
    t.match((await store.runs.listAll('acme', query, first)).items, [expected], JSON.stringify(query))
}

export async function clientsAreRead(t: Test, store: Store): Promise<void> {
  const found = await store.clients.load(owner, Object.keys(clients))
  const byId = new Map(found.map(record => [record.externalId, record]))
  const today = { version: null, changesOn: null, open: [], kept: {} }
  for (const [id, { parts, agreements }] of Object.entries(clients)) {
    const record = byId.get(id)!
    const lost = losers.includes(id)
    t.same(
      record.parts,
      parts.map(part => ({ ...part, ...today, ...(lost && { hash: '' }) })),
      id
    )
    t.same(
      record.agreements.map(({ parentId: _parent, billedOnce: _once, updatedAt: _at, ...rest }) => rest),
      agreements.map(({ updatedAt: _at, ...rest }) =>
        lost && rest.externalId === '7' ? { ...rest, status: 'gone' } : rest
      )
    )
    const same = { profile: { name: nameOf(id) }, createdAt: at(), nameKey: `client ${id}` }
    t.match(record, { ...same, rev: lost ? 3 : 2 })
    t.equal(record.updatedAt === at(6), !lost, 'what has changed says so to who reads changes')
  }
  const [seven] = byId.get('3')!.agreements
  const order = 'in the order that a new one is written in, as they are compared by their texts'
  t.strictSame(Object.keys(seven!), Object.keys(agreementOf('7')), order)
  t.equal(seven!.updatedAt, agreement('7', 'expired', 9).updatedAt)
}

export async function listsAreWhole(t: Test, store: Store): Promise<void> {
  const ids = (records: readonly ClientRecord[]) => records.map(({ externalId }) => externalId)
  const list = (query: object) => all(1, page => store.clients.list('acme', query, page)).then(ids)
  t.same(await list({}), ['1', '2', '3', '4'])
  t.same(await list({ order: 'id' }), ['1', '2', '3', '4'])
  t.same(await store.clients.total('acme', { status: 'active' }), { count: 4, exact: true })
  t.same((await list({ order: 'changed' })).slice(0, 2), ['3', '4'])
  t.same(await list({ order: 'changed', changedUntil: at(6) }), ['3', '4'])
  t.same(await list({ search: 'client' }), ['1', '2', '3', '4'])
  const agreements = async (query: object) => {
    const rows = await all(1, page => store.clients.listAgreements('acme', query, page))
    return rows.map(row => `${row.clientId} ${row.externalId}`)
  }
  t.same(await agreements({ status: 'gone' }), ['cli_1 7', 'cli_1 9', 'cli_2 7'])
  t.same(await agreements({ status: 'expired' }), ['cli_1 8', 'cli_3 7'])
  t.same(await agreements({ status: 'active' }), [])
  t.same(await agreements({ status: 'odd' }), ['cli_3 6'])
}

export async function agreementsAreHeld(t: Test, store: Store): Promise<void> {
  const claims = await store.leases.claimDue('host', 10, 60_000)
  const { lease } = claims.find(claim => claim.lease.installationId === 'ins_full')!
  const [one, three] = await Promise.all(['1', '3'].map(async id => (await store.clients.load(owner, [id]))[0]!))
  const live = { ...one!, agreements: [agreementOf('7')] }
  const write = (record: ClientRecord) =>
    store.clients.write(lease, pageOf({ clients: [{ id: record.id, expectedRev: record.rev, record }] }))
  t.match(await write(live), { conflicts: [{ id: 'cli_1', agreement: '7', holder: 'cli_3' }] })
  t.same(await write({ ...three!, agreements: [] }), { lost: [], conflicts: [] })
  t.same(await write(live), { lost: [], conflicts: [] })
}
