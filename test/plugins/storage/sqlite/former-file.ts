/** A file as the host wrote it before complete passes and polls were apart: schema 1 (parts as objects) or 2 (as lists). */
import { DatabaseSync } from 'node:sqlite'
import { migrations } from '../../../../plugins/storage/sqlite/schema.ts'
import { at } from '../../../conformance/storage/fixtures.ts'

export const owner = 'con_1'

const part = (installation: string, stamps: Record<string, string>) => ({
  installationId: installation,
  syncType: 'things',
  status: 'active',
  statusReason: null,
  statusSince: at(),
  standing: 'active',
  standingReason: null,
  standingSince: at(),
  hash: `hash-${installation}`,
  stamps,
  token: 3,
  runId: 'run_1',
  seenAt: at(2)
})

type FormerPart = ReturnType<typeof part>

export const agreement = (id: string, status: string, step: number) => ({
  ...{ externalId: id, vendorName: 'Vendor', vendors: ['Vendor'], contractName: null, overallCost: '1.50' },
  ...{ currency: null, billingCycle: 'Monthly', status, startDate: null, endDate: null },
  ...{ id: `agr_${id}`, updatedAt: at(step) }
})

/** By external id. Agreement 7 is live at three of them. */
export const clients = {
  '1': {
    parts: [part('ins_full', { company: 'it\'s "2024"', 'contact:7': 'é' }), part('ins_poll', {})],
    agreements: [agreement('7', 'active', 5), agreement('8', 'expired', 1), agreement('9', 'gone', 1)]
  },
  '2': { parts: [part('ins_full', { company: at() })], agreements: [agreement('7', 'active', 9)] },
  '3': { parts: [part('ins_full', {})], agreements: [agreement('7', 'expired', 9), agreement('6', 'odd', 1)] },
  '4': { parts: [part('ins_full', {})], agreements: [] }
} as const

function partList({ stamps, ...rest }: FormerPart): unknown[] {
  const time = (value: string) => (value === at() ? 0 : value)
  const { installationId, syncType, status, statusReason, statusSince, standing, standingReason, standingSince } = rest
  const list = [installationId, syncType, status, statusReason, time(statusSince), standing, standingReason]
  return [
    ...list,
    time(standingSince),
    rest.hash,
    rest.token,
    rest.runId,
    time(rest.seenAt),
    ...Object.entries(stamps).flat()
  ]
}

/** @param now by the store's clock */
export function makeFormerFile(path: string, schema: 1 | 2, now: number): void {
  const sqlite = new DatabaseSync(path)
  sqlite.exec('PRAGMA journal_mode = WAL')
  for (const statement of migrations.slice(0, schema).flat()) sqlite.exec(statement)
  sqlite.exec(`PRAGMA user_version = ${schema}`)
  const insert = (table: string, row: Record<string, string | number | null>) =>
    sqlite
      .prepare(`INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.keys(row).map(() => '?')})`)
      .run(...Object.values(row))

  const texts = { account: '{"id":"a1","name":"One"}', display: '{}', sealed: '{"v":1,"kek":"k1"}', state: '{}' }
  const dated = { created_at: at(), updated_at: at() }
  const connection = { tenant: 'acme', connector: 'example', ...texts, kek: 'k1', rev: 4, ...dated }
  insert('connections', { id: owner, account_key: 'one', ...connection })
  insert('connections', { id: 'con_unused', account_key: 'two', ...connection })

  const json = JSON.stringify
  const installation = {
    ...{ tenant: 'acme', connector: 'example', connection_id: owner, wanted: 'running', attention: null },
    ...{ schedule: json({ everyMs: 60_000, compareEveryMs: 86_400_000 }), settings: '{"types":["Customer"]}' },
    ...{ approval: null, checkpoint: null, pass: null, requested: null, current_run_id: null, failures: 2 },
    ...{ last_run_id: 'run_1', last_pass: json({ runId: 'run_1', startedAt: at(7) }), due_at: now + 40_000 },
    ...{ compare_due_at: now + 50_000_000, token: 3, lease_owner: null, lease_until: null, rev: 5, ...dated }
  }
  const checkpoint = json({ mark: at(8), seen: 'abc', count: 3 })
  const approval = json({ generation: 'g1', removals: 9, of: 9, since: at(), approved: null })
  const rows: Record<string, object> = {
    ins_poll: { checkpoint },
    ins_full: { pass: json({ mode: 'full', generation: 'g1', checkpoint: { lastId: 7 } }), last_pass: null },
    ins_compare: { checkpoint, pass: json({ mode: 'compare', generation: 'g2', checkpoint: null }) },
    ins_approval: { checkpoint, approval, due_at: null },
    ins_stopped: { checkpoint, approval, due_at: null, wanted: 'stopped' }
  }
  for (const [id, change] of Object.entries(rows))
    insert('installations', { ...installation, id, sync_type: id, ...change })
  insert('staged', { installation_id: 'ins_approval', generation: 'g1', id: '4' })

  const counts = { read: 1, created: 1, updated: 0, unchanged: 0, leftOut: 0, inactivated: 0, gone: 0, setAside: 0 }
  const run = {
    ...{ id: 'run_1', tenant: 'acme', installationId: 'ins_approval', mode: 'compare', status: 'awaiting-approval' },
    ...{ continues: null, startedAt: at(7), endedAt: at(8), progress: { read: 1, expected: null }, counts },
    ...{ source: { count: 1, requests: 2, throttled: 0, bytes: 3 }, leftOutBy: {} },
    reconciliation: { source: 3, store: 1, differences: [{ reason: 'Left out', count: 2 }] },
    ...{ error: { code: 'HOST_ERR_X', detail: 'too many' }, token: 3 }
  }
  insert('runs', {
    id: 'run_1',
    tenant: 'acme',
    installation_id: 'ins_approval',
    token: 3,
    ended: now,
    body: json(run)
  })

  insert('client_owners', { owner: 1, tenant: 'acme', connection_id: owner })
  for (const [id, { parts, agreements }] of Object.entries(clients)) {
    const body = {
      ...{ connector: 'example', statusReason: null, statusSince: at(), createdAt: at(), updatedAt: at(6) },
      profile: { name: `Client ${id} ü\u2028`, address: null, emails: [], phones: [], websites: [] },
      parts: schema === 1 ? parts : parts.map(partList)
    }
    const states = [...new Set(agreements.map(({ status }) => status))].sort()
    insert('clients', {
      ...{ pk: Number(id), id: `cli_${id}`, owner: 1, external_id: id, status: 0, rev: 2, name_key: `client ${id}` },
      ...{ sort_key: `01${id}`, part_states: json(parts.map(each => [each.installationId, each.status])) },
      agreement_states: agreements.length ? `|${states.join('|')}|` : null,
      body: json(body),
      agreements: agreements.length ? json(agreements) : null
    })
    insert('client_names', { rowid: Number(id), words: `00001client 00001${id}` })
  }
  insert('part_counts', { installation_id: 'ins_full', status: 'active', count: 4 })
  insert('part_counts', { installation_id: 'ins_poll', status: 'active', count: 1 })
  sqlite.close()
}
