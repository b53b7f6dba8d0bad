import type { DatabaseSync } from 'node:sqlite'
import { errors } from '../../errors.ts'
import { onePass } from './schema-one-pass.ts'
import { runKinds } from './schema-run-kinds.ts'

/** 'IHST' in the file's header: tells our files from those of other programs. */
export const APPLICATION_ID = 0x49485354

/**
 * Migration n (from 1) is what stands at n - 1; one that was ever released is never changed. Rowid tables where keys
 * are scattered (WITHOUT ROWID is four times slower there); WITHOUT ROWID where they arrive almost in order or the
 * row is little more than its key.
 */
export const migrations: readonly (readonly string[])[] = [
  [
    `PRAGMA application_id = ${APPLICATION_ID}`,
    'CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',

    `CREATE TABLE connections (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, connector TEXT NOT NULL, account_key TEXT NOT NULL,
      account TEXT NOT NULL, display TEXT NOT NULL, sealed TEXT NOT NULL, kek TEXT NOT NULL, state TEXT NOT NULL,
      rev INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
      UNIQUE (tenant, connector, account_key)
    ) STRICT`,
    'CREATE INDEX connections_by_age ON connections (tenant, created_at, id)',
    'CREATE INDEX connections_by_kek ON connections (kek)',

    `CREATE TABLE installations (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, connector TEXT NOT NULL, connection_id TEXT NOT NULL,
      sync_type TEXT NOT NULL, wanted TEXT NOT NULL, attention TEXT, approval TEXT, schedule TEXT NOT NULL,
      settings TEXT NOT NULL, checkpoint TEXT, pass TEXT, requested TEXT, current_run_id TEXT, last_run_id TEXT,
      last_pass TEXT, failures INTEGER NOT NULL, due_at INTEGER, compare_due_at INTEGER NOT NULL,
      token INTEGER NOT NULL, lease_owner TEXT, lease_until INTEGER, rev INTEGER NOT NULL,
      created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
      UNIQUE (connection_id, sync_type)
    ) STRICT`,
    'CREATE INDEX installations_by_age ON installations (tenant, created_at, id)',
    `CREATE INDEX installations_due ON installations (due_at, id, lease_until)
      WHERE wanted = 'running' AND due_at IS NOT NULL`,

    `CREATE TABLE runs (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, installation_id TEXT NOT NULL, token INTEGER NOT NULL,
      ended INTEGER, body TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX runs_by_installation ON runs (installation_id, id)',
    'CREATE INDEX runs_by_end ON runs (ended) WHERE ended IS NOT NULL',
    `CREATE TABLE rejects (
      run_id TEXT NOT NULL, key TEXT NOT NULL, tenant TEXT NOT NULL, installation_id TEXT NOT NULL,
      external_id TEXT, reason TEXT NOT NULL, payload TEXT, at TEXT NOT NULL,
      UNIQUE (run_id, key)
    ) STRICT`,
    'CREATE INDEX rejects_by_installation ON rejects (installation_id)',
    `CREATE TABLE staged (
      installation_id TEXT NOT NULL, generation TEXT NOT NULL, id TEXT NOT NULL,
      PRIMARY KEY (installation_id, generation, id)
    ) STRICT, WITHOUT ROWID`,

    // A small number for a tenant's connection in the keys of its clients. Never given out again: words in client_names carry it.
    `CREATE TABLE client_owners (
      owner INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, connection_id TEXT NOT NULL UNIQUE
    ) STRICT`,
    'CREATE INDEX client_owners_by_tenant ON client_owners (tenant)',
    // part_states: installations and their statuses; the clients of a connection have few different ones.
    `CREATE TABLE clients (
      pk INTEGER PRIMARY KEY, id TEXT NOT NULL, owner INTEGER NOT NULL, external_id TEXT NOT NULL,
      status INTEGER NOT NULL, rev INTEGER NOT NULL, name_key TEXT NOT NULL, sort_key TEXT NOT NULL,
      part_states TEXT NOT NULL, agreement_states TEXT, body TEXT NOT NULL, agreements TEXT
    ) STRICT`,
    'CREATE UNIQUE INDEX clients_by_id ON clients (id)',
    'CREATE UNIQUE INDEX clients_by_external_id ON clients (owner, external_id)',
    'CREATE INDEX clients_by_parts ON clients (owner, part_states, sort_key, external_id)',
    'CREATE INDEX clients_by_name ON clients (owner, status, name_key, id)',
    `CREATE INDEX clients_with_agreements ON clients (owner, id, agreement_states)
      WHERE agreement_states IS NOT NULL`,
    `CREATE TABLE part_counts (
      installation_id TEXT NOT NULL, status TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (installation_id, status)
    ) STRICT, WITHOUT ROWID`,
    // Words without the names; see client-names.ts. The prefixes are an owner's five characters and one or two letters.
    `CREATE VIRTUAL TABLE client_names USING fts5 (
      words, content = '', columnsize = 0, detail = none, tokenize = 'ascii', prefix = '6 7'
    )`,
    // Pieces of the index before they are merged: each merge writes them anew, each search looks into all.
    "INSERT INTO client_names (client_names, rank) VALUES ('automerge', 16)",
    "INSERT INTO client_names (client_names, rank) VALUES ('crisismerge', 40)",

    `CREATE TABLE budgets (
      account TEXT PRIMARY KEY, tokens REAL NOT NULL, counted_at INTEGER NOT NULL, hold_until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`
  ],
  [
    // A client's parts: objects become the lists of client-row.ts, stamps at the end.
    `UPDATE clients SET body = json_set(body, '$.parts', json((
      SELECT json_group_array(json(
        substr(list, 1, length(list) - 1) || coalesce((
          SELECT group_concat(',' || json_quote(key) || ',' || json_quote(value), '') FROM json_each(stamps)
        ), '') || ']'
      ) ORDER BY number)
      FROM (
        SELECT key AS number, value -> '$.stamps' AS stamps, json_array(
          value -> '$.installationId', value -> '$.syncType', value -> '$.status', value -> '$.statusReason',
          value -> '$.statusSince', value -> '$.standing', value -> '$.standingReason', value -> '$.standingSince',
          value -> '$.hash', value -> '$.token', value -> '$.runId', value -> '$.seenAt'
        ) AS list FROM json_each(body, '$.parts')
      )
    )))`
  ],
  [
    // What is kept for people who are signed in; `ends` by the store's clock.
    `CREATE TABLE sessions (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, sub TEXT NOT NULL, permissions TEXT NOT NULL, form_key TEXT NOT NULL,
      embedded INTEGER NOT NULL, started_at TEXT NOT NULL, ends INTEGER NOT NULL, latest INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX sessions_by_end ON sessions (ends)',
    `CREATE TABLE links (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, sub TEXT NOT NULL, permissions TEXT NOT NULL, leads_to TEXT NOT NULL,
      ends INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX links_by_end ON links (ends)',
    `CREATE TABLE drafts (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, sub TEXT NOT NULL, connector TEXT NOT NULL, sync_type TEXT NOT NULL,
      sealed TEXT, progress TEXT NOT NULL, rev INTEGER NOT NULL, changed INTEGER NOT NULL, ends INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX drafts_by_end ON drafts (ends)',
    'CREATE INDEX drafts_by_person ON drafts (tenant, sub, connector, sync_type, changed)'
  ],
  [
    `CREATE TABLE counters (
      key TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX counters_by_end ON counters (until)'
  ],
  [
    `CREATE TABLE activity (
      tenant TEXT NOT NULL, seq INTEGER NOT NULL, actor TEXT, action TEXT NOT NULL, mac TEXT NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (tenant, seq)
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX activity_by_actor ON activity (tenant, actor, seq)',
    'CREATE INDEX activity_by_action ON activity (tenant, action, seq)',
    `CREATE TABLE activity_anchors (
      tenant TEXT PRIMARY KEY, seq INTEGER NOT NULL, mac TEXT NOT NULL, key_id TEXT NOT NULL, anchor_mac TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`
  ],
  onePass,
  [
    `CREATE TABLE webhooks (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, url TEXT NOT NULL, created_at TEXT NOT NULL, ended TEXT
    ) STRICT`,
    'CREATE INDEX webhooks_by_age ON webhooks (tenant, created_at, id)',
    `CREATE TABLE deliveries (
      id TEXT PRIMARY KEY, tenant TEXT NOT NULL, webhook_id TEXT NOT NULL, body TEXT NOT NULL, created_at TEXT NOT NULL,
      tries INTEGER NOT NULL, due_at INTEGER, finished INTEGER
    ) STRICT`,
    'CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL',
    'CREATE INDEX deliveries_finished ON deliveries (finished) WHERE finished IS NOT NULL',
    'CREATE INDEX deliveries_by_webhook ON deliveries (webhook_id)'
  ],
  [
    'ALTER TABLE deliveries ADD COLUMN last TEXT',
    'DROP INDEX deliveries_by_webhook',
    'CREATE INDEX deliveries_by_webhook ON deliveries (webhook_id, created_at, id)',
    "CREATE INDEX connections_by_check ON connections (coalesce(last_validation ->> '$.at', ''), id)"
  ],
  [
    // How many clients an owner has of each status, kept with every write.
    `CREATE TABLE client_counts (
      owner INTEGER NOT NULL, status INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (owner, status)
    ) STRICT, WITHOUT ROWID`,
    'INSERT INTO client_counts SELECT owner, status, count(*) FROM clients GROUP BY owner, status'
  ],
  runKinds,
  [
    // What runs have changed of clients; ids begin with the client's. undoes: 1, a person has undone the run.
    `CREATE TABLE history (
      id TEXT PRIMARY KEY, installation_id TEXT NOT NULL, run_id TEXT NOT NULL, undoes INTEGER NOT NULL,
      written INTEGER NOT NULL, body TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX history_by_run ON history (installation_id, run_id, undoes, id)',
    'CREATE INDEX history_by_age ON history (written)'
  ],
  // Of what people did: the host's own entries may be many times as many.
  ['CREATE INDEX activity_of_people ON activity (tenant, seq) WHERE actor IS NOT NULL']
]

/**
 * Brings the file to the newest schema, each migration in a transaction of its own, so that one that is cut is as if
 * it had never begun. Several processes may do it at once.
 */
export function migrate(sqlite: Pick<DatabaseSync, 'exec' | 'prepare'>): void {
  for (;;) {
    const before = requireKnownSchema(sqlite)
    if (before === migrations.length) return
    sqlite.exec('BEGIN IMMEDIATE')
    try {
      // Another process may have been faster while this one waited for the lock.
      const current = requireKnownSchema(sqlite)
      for (const statement of migrations[current] ?? []) sqlite.exec(statement)
      if (current < migrations.length) sqlite.exec(`PRAGMA user_version = ${current + 1}`)
      sqlite.exec('COMMIT')
    } catch (error) {
      sqlite.exec('ROLLBACK')
      throw error
    }
  }
}

/** The file's schema number; throws HOST_ERR_SCHEMA_NEWER if this program does not know it. */
export function requireKnownSchema(sqlite: Pick<DatabaseSync, 'prepare'>): number {
  const version = Number(sqlite.prepare('PRAGMA user_version').get()!.user_version)
  if (version > migrations.length) throw new errors.HOST_ERR_SCHEMA_NEWER(String(version), String(migrations.length))
  return version
}
