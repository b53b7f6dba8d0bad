/** One pass: polls and passes apart, losses and what was seen, one live row for each agreement, lists in every order. */

const NOW_MS = "CAST(round(unixepoch('subsec') * 1000) AS INTEGER)"
const NOW_TEXT = "strftime('%Y-%m-%dT%H:%M:%fZ')"

/** Whether this agreement of this client is the live one of its connection. */
const LIVE = `EXISTS (SELECT 1 FROM live_agreements AS live
  WHERE live.owner = clients.owner AND live.agreement = value ->> '$.externalId' AND live.pk = clients.pk)`

const connections = [
  'ALTER TABLE connections ADD COLUMN trouble TEXT',
  'ALTER TABLE connections ADD COLUMN worked_at TEXT',
  'ALTER TABLE connections ADD COLUMN last_validation TEXT',
  "CREATE INDEX connections_by_account_id ON connections (tenant, connector, account ->> '$.id')",
  'CREATE INDEX connections_by_update ON connections (updated_at, id)',
  `UPDATE connections SET worked_at = (
    SELECT max(last_pass ->> '$.startedAt') FROM installations WHERE connection_id = connections.id
  )`
]

const requests = [
  `CREATE TABLE replies (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, answer TEXT, begun INTEGER NOT NULL, ends INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX replies_by_end ON replies (ends)',
  'CREATE INDEX budgets_by_age ON budgets (counted_at)'
]

/** A pass under way and an approval are dropped, and the compare is due at once; polls go on where they were. */
const installations = [
  `CREATE TABLE installations_new (
    id TEXT PRIMARY KEY, tenant TEXT NOT NULL, connector TEXT NOT NULL, connection_id TEXT NOT NULL,
    sync_type TEXT NOT NULL, wanted TEXT NOT NULL, attention TEXT, schedule TEXT NOT NULL, settings TEXT NOT NULL,
    resolved TEXT NOT NULL, resettled TEXT, poll TEXT, pass TEXT, misfits TEXT, taken TEXT NOT NULL, hold TEXT,
    requested TEXT, current_run_id TEXT, last_run_id TEXT, last_pass TEXT, failures INTEGER NOT NULL,
    pass_failures INTEGER NOT NULL, due_at INTEGER, compare_due_at INTEGER NOT NULL,
    wake_at INTEGER GENERATED ALWAYS AS (min(due_at, compare_due_at)) VIRTUAL,
    token INTEGER NOT NULL, lease_owner TEXT, lease_until INTEGER, rev INTEGER NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    UNIQUE (connection_id, sync_type)
  ) STRICT`,
  `INSERT INTO installations_new SELECT
    id, tenant, connector, connection_id, sync_type, wanted, attention, schedule, settings, '{}', NULL,
    iif(checkpoint ->> '$.mark' IS NULL, NULL, json_object(
      'mark', checkpoint ->> '$.mark', 'memo', NULL, 'deepAt', NULL, 'alwaysDeep', json('false')
    )),
    NULL, NULL, '[]', NULL, requested, current_run_id, last_run_id, last_pass, failures, 0,
    iif(approval IS NOT NULL AND attention IS NULL AND wanted = 'running', ${NOW_MS}, due_at),
    iif(approval IS NULL AND pass IS NULL, compare_due_at, min(compare_due_at, ${NOW_MS})),
    token, lease_owner, lease_until, rev, created_at, updated_at FROM installations`,
  'DROP TABLE installations',
  'ALTER TABLE installations_new RENAME TO installations',
  'CREATE INDEX installations_by_age ON installations (tenant, created_at, id)',
  'CREATE INDEX installations_by_connector ON installations (tenant, connector, created_at, id)',
  // What a claim asks of those that it passes over stands in the index.
  `CREATE INDEX installations_due ON installations (wake_at, id, lease_until, tenant, connection_id)
    WHERE wanted = 'running' AND due_at IS NOT NULL`,
  "CREATE INDEX installations_running ON installations (tenant) WHERE wanted = 'running'",
  "CREATE INDEX installations_held ON installations (id) WHERE hold IS NOT NULL AND wanted = 'running'",
  "CREATE INDEX installations_misfitted ON installations (id) WHERE misfits IS NOT NULL AND wanted = 'running'"
]

const losses = [
  'DROP TABLE staged',
  `CREATE TABLE losses (
    installation_id TEXT NOT NULL, external_id TEXT NOT NULL, client_id TEXT NOT NULL, client_name TEXT NOT NULL,
    items TEXT NOT NULL, kinds INTEGER NOT NULL, state TEXT NOT NULL, by TEXT NOT NULL, token INTEGER NOT NULL,
    at TEXT NOT NULL, UNIQUE (installation_id, external_id)
  ) STRICT`,
  'CREATE INDEX losses_by_state ON losses (installation_id, state, external_id)',
  'CREATE INDEX losses_by_stager ON losses (installation_id, by, state, external_id)',
  // One for each kind, as losses.ts numbers them.
  ...[1, 2, 4, 8, 16, 32, 64, 128].map(
    kind => `CREATE INDEX losses_held_${kind} ON losses (installation_id, external_id)
      WHERE state = 'held' AND kinds & ${kind}`
  ),
  `CREATE TABLE seen (
    installation_id TEXT NOT NULL, key TEXT NOT NULL, stamps TEXT NOT NULL, left_out TEXT, set_aside TEXT,
    at TEXT NOT NULL, written INTEGER NOT NULL, PRIMARY KEY (installation_id, key)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX seen_looked ON seen (installation_id, written) WHERE set_aside IS NULL',
  'CREATE INDEX seen_set_aside ON seen (installation_id, written) WHERE set_aside IS NOT NULL'
]

const clients = [
  // agreement_states: JSON text of the different states of a client's agreements.
  `CREATE TABLE clients_new (
    pk INTEGER PRIMARY KEY, id TEXT NOT NULL, owner INTEGER NOT NULL, external_id TEXT NOT NULL,
    status INTEGER NOT NULL, rev INTEGER NOT NULL, name_key TEXT NOT NULL, sort_key TEXT NOT NULL,
    updated_at TEXT NOT NULL, part_states TEXT NOT NULL, changing TEXT, agreement_states TEXT,
    body TEXT NOT NULL, agreements TEXT
  ) STRICT`,
  `INSERT INTO clients_new SELECT pk, id, owner, external_id, status, rev, name_key, sort_key, body ->> '$.updatedAt',
    part_states, NULL, NULL, json_remove(body, '$.updatedAt'), agreements FROM clients`,
  'DROP TABLE clients',
  'ALTER TABLE clients_new RENAME TO clients',

  `CREATE TABLE live_agreements (
    owner INTEGER NOT NULL, agreement TEXT NOT NULL, pk INTEGER NOT NULL, PRIMARY KEY (owner, agreement)
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO live_agreements SELECT owner, agreement, pk FROM (
    SELECT owner, value ->> '$.externalId' AS agreement, pk, row_number() OVER (
      PARTITION BY owner, value ->> '$.externalId' ORDER BY value ->> '$.updatedAt' DESC, updated_at DESC, pk DESC
    ) AS place FROM clients, json_each(agreements) WHERE value ->> '$.status' <> 'gone'
  ) WHERE place = 1 ORDER BY owner, agreement`,
  // An agreement that was live at two clients stays so at the one that was written last. The others are judged anew
  // by their next pass: their hash is none.
  `UPDATE clients SET rev = rev + 1, updated_at = ${NOW_TEXT},
    body = json_set(body, '$.parts', json((
      SELECT json_group_array(json(json_set(value, '$[8]', '')) ORDER BY key) FROM json_each(body, '$.parts')
    ))),
    agreements = (
      SELECT json_group_array(json(
        iif(value ->> '$.status' = 'gone' OR ${LIVE}, value,
          json_set(value, '$.status', 'gone', '$.updatedAt', ${NOW_TEXT}))
      ) ORDER BY key) FROM json_each(agreements)
    )
    WHERE EXISTS (SELECT 1 FROM json_each(agreements) WHERE value ->> '$.status' <> 'gone' AND NOT ${LIVE})`,
  `UPDATE clients SET agreement_states = (
      SELECT json_group_array(state ORDER BY state) FROM (
        SELECT DISTINCT value ->> '$.status' AS state FROM json_each(agreements)
      )
    ) WHERE agreements IS NOT NULL`,
  // Clients by the states of their agreements; '': any.
  `CREATE TABLE agreement_states (
    owner INTEGER NOT NULL, state TEXT NOT NULL, status INTEGER NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (owner, state, status, id)
  ) STRICT, WITHOUT ROWID`,
  `INSERT INTO agreement_states SELECT owner, '', status, id FROM clients WHERE agreements IS NOT NULL
    UNION ALL SELECT owner, value, status, clients.id FROM clients, json_each(agreement_states) ORDER BY 1, 2, 3, 4`,

  'CREATE UNIQUE INDEX clients_by_id ON clients (id)',
  'CREATE UNIQUE INDEX clients_by_external_id ON clients (owner, external_id)',
  'CREATE INDEX clients_by_parts ON clients (owner, part_states, sort_key, external_id)',
  'CREATE INDEX clients_by_name ON clients (owner, status, name_key, id)',
  'CREATE INDEX clients_by_change ON clients (owner, status, updated_at, id)',
  'CREATE INDEX clients_in_order ON clients (owner, status, id)',
  `CREATE TABLE changing (
    installation_id TEXT NOT NULL, day TEXT NOT NULL, external_id TEXT NOT NULL,
    PRIMARY KEY (installation_id, day, external_id)
  ) STRICT, WITHOUT ROWID`,
  // words: 1, words of erased clients are still in the index; 2, it is being merged. See upkeep.ts.
  'CREATE TABLE upkeep (words INTEGER NOT NULL) STRICT',
  'INSERT INTO upkeep (words) VALUES (0)',
  'CREATE TABLE cursor_keys (key BLOB NOT NULL) STRICT',
  'INSERT INTO cursor_keys (key) VALUES (randomblob(32))'
]

export const onePass: readonly string[] = [...connections, ...requests, ...installations, ...losses, ...clients]
