/** A file as the host wrote it before complete passes and polls were apart: schema 1 (parts as objects) or 2 (as lists). */
import { DatabaseSync } from 'node:sqlite'
import { migrations } from '../../../../plugins/storage/sqlite/schema.ts'
import { at } from '../../../conformance/storage/fixtures.ts'
import { clients, connection, type FormerPart, installations, nameOf, owner, run } from '../former-documents.ts'

type Insert = (table: string, row: Record<string, string | number | null>) => void

/** @param now by the store's clock */
export function makeFormerFile(path: string, schema: 1 | 2, now: number): void {
  const sqlite = new DatabaseSync(path)
  sqlite.exec('PRAGMA journal_mode = WAL')
  for (const statement of migrations.slice(0, schema).flat()) sqlite.exec(statement)
  sqlite.exec(`PRAGMA user_version = ${schema}`)
  const insert: Insert = (table, row) => {
    const marks = Object.keys(row).map(() => '?')
    sqlite.prepare(`INSERT INTO ${table} (${Object.keys(row)}) VALUES (${marks})`).run(...Object.values(row))
  }
  insertWork(insert, now)
  insertClients(insert, schema)
  sqlite.close()
}

const json = (value: unknown) => (value === null ? null : JSON.stringify(value))
const dated = { created_at: at(), updated_at: at() }

function insertWork(insert: Insert, now: number): void {
  const { tenant, connector, rev, account, display, sealed, state } = connection
  const texts = { account: json(account), display: json(display), sealed: json(sealed), state: json(state) }
  for (const [id, key] of [[owner, 'one'] as const, ['con_unused', 'two'] as const]) {
    insert('connections', { id, tenant, connector, account_key: key, ...texts, kek: 'k1', rev, ...dated })
  }
  for (const [id, installation] of Object.entries(installations)) {
    const { wanted, failures, token, rev, dueInMs, compareDueInMs } = installation
    insert('installations', {
      ...{ id, tenant, connector, connection_id: owner, sync_type: id, wanted, failures, token, rev, ...dated },
      ...{ attention: null, approval: json(installation.approval), schedule: json(installation.schedule) },
      ...{ settings: json(installation.settings), checkpoint: json(installation.checkpoint) },
      ...{ pass: json(installation.pass), requested: null, current_run_id: null, last_run_id: installation.lastRunId },
      ...{ last_pass: json(installation.lastPass), due_at: dueInMs === null ? null : now + dueInMs },
      ...{ compare_due_at: now + compareDueInMs, lease_owner: null, lease_until: null }
    })
  }
  insert('staged', { installation_id: 'ins_approval', generation: 'g1', id: '4' })
  const { id, installationId, token } = run
  insert('runs', { id, tenant, installation_id: installationId, token, ended: now, body: json(run) })
}

function insertClients(insert: Insert, schema: 1 | 2): void {
  insert('client_owners', { owner: 1, tenant: 'acme', connection_id: owner })
  for (const [id, { parts, agreements }] of Object.entries(clients)) {
    const body = {
      ...{ connector: 'example', statusReason: null, statusSince: at(), createdAt: at(), updatedAt: at(6) },
      profile: { name: nameOf(id), address: null, emails: [], phones: [], websites: [] },
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
}

function partList({ stamps, hash, token, runId, seenAt, ...part }: FormerPart): unknown[] {
  const time = (value: string) => (value === at() ? 0 : value)
  const { installationId, syncType, status, statusReason, statusSince, standing, standingReason, standingSince } = part
  const list = [installationId, syncType, status, statusReason, time(statusSince), standing, standingReason]
  return [...list, time(standingSince), hash, token, runId, time(seenAt), ...Object.entries(stamps).flat()]
}
