import type { Installation, Transferred, TransferSection } from '../port.ts'
import { OWN_META } from '../transfer-batch.ts'
import { RECORD_COLUMNS, toRecord } from './client-row.ts'
import { toConnection, toColumns as toConnectionColumns } from './connections.ts'
import type { Database, Row, Value } from './database.ts'
import { toEntry, toColumns as toHistoryColumns } from './history.ts'
import { toInstallation, toJson } from './installations.ts'
import { toLoss, toColumns as toLossColumns } from './losses.ts'
import { toRun as toStoredRun } from './run-row.ts'
import { putSeen, toSeen, toSeenRow } from './seen.ts'
import { putClients, type Upsert, upsert } from './transfer-writes.ts'
import { toWebhook } from './webhooks.ts'

/** How the documents of one section lie in the file. */
export interface Section<D> {
  readonly from: string
  readonly where: string
  readonly columns: string
  /** The columns of an index that tells rows apart, in its order. */
  readonly key: readonly string[]
  /** About how many bytes a row takes. */
  readonly size: string
  readonly toDocument: (row: Row) => D
  /** Inside a transaction. */
  readonly put: (database: Database, documents: readonly D[]) => void
}

function each<D>(toUpsert: (document: D) => Upsert): Section<D>['put'] {
  return (database, documents) => {
    for (const document of documents) upsert(database, toUpsert(document))
  }
}

const all = { where: 'TRUE', columns: '*' } as const

export const sections: { readonly [S in TransferSection]: Section<Transferred[S]> } = {
  connections: {
    ...all,
    from: 'connections',
    key: ['id'],
    size: 'octet_length(sealed) + octet_length(state)',
    toDocument: row => toConnection(row)!,
    put: each(connection => ({
      table: 'connections',
      key: ['id'],
      newest: 'rev',
      columns: toConnectionColumns(connection)
    }))
  },

  installations: {
    ...all,
    from: 'installations',
    key: ['id'],
    size: 'octet_length(settings) + coalesce(octet_length(poll), 0) + coalesce(octet_length(pass), 0)',
    toDocument: toInstallation,
    put: each(installation => ({
      table: 'installations',
      key: ['id'],
      newest: 'token',
      columns: toInstallationColumns(installation)
    }))
  },

  runs: {
    ...all,
    from: 'runs',
    key: ['id'],
    size: 'octet_length(body)',
    toDocument: toStoredRun,
    put: each(run => ({
      table: 'runs',
      key: ['id'],
      newest: 'token',
      columns: {
        id: run.id,
        tenant: run.tenant,
        installation_id: run.installationId,
        token: run.token,
        // By a host's clock: this store did not see it end.
        ended: run.endedAt === null ? null : Date.parse(run.endedAt),
        body: JSON.stringify(run)
      }
    }))
  },

  rejects: {
    ...all,
    from: 'rejects',
    key: ['run_id', 'key'],
    size: 'octet_length(reason) + coalesce(octet_length(payload), 0)',
    toDocument: ({ tenant, installation_id, run_id, key, external_id, reason, payload, at }) => ({
      ...{ tenant, installationId: installation_id, key, runId: run_id },
      ...{ externalId: external_id, reason, payload, at }
    }),
    put: each(({ runId, installationId, externalId, ...same }) => ({
      table: 'rejects',
      key: ['run_id', 'key'],
      columns: { ...same, run_id: runId, installation_id: installationId, external_id: externalId }
    }))
  },

  clients: {
    from: 'clients CROSS JOIN client_owners USING (owner)',
    where: 'TRUE',
    columns: RECORD_COLUMNS,
    key: ['id'],
    size: 'octet_length(body) + coalesce(octet_length(agreements), 0)',
    toDocument: toRecord,
    put: putClients
  },

  losses: {
    from: 'losses JOIN installations ON installations.id = losses.installation_id',
    where: 'TRUE',
    columns: 'tenant, losses.*',
    key: ['losses.installation_id', 'losses.external_id'],
    size: 'octet_length(items)',
    toDocument: row => ({ tenant: row.tenant, ...toLoss(row) }),
    put: each(({ tenant: _tenant, ...row }) => ({
      table: 'losses',
      key: ['installation_id', 'external_id'],
      newest: 'token',
      columns: toLossColumns(row)
    }))
  },

  history: {
    ...all,
    from: 'history',
    key: ['id'],
    size: 'octet_length(body)',
    toDocument: toEntry,
    put: each(entry => ({
      table: 'history',
      key: ['id'],
      // By a host's clock: this store did not see it written.
      columns: toHistoryColumns(entry, Date.parse(entry.at))
    }))
  },

  seen: {
    from: 'seen JOIN installations ON installations.id = seen.installation_id',
    where: 'TRUE',
    columns: 'tenant, seen.*',
    key: ['seen.installation_id', 'seen.key'],
    size: '200 + octet_length(stamps)',
    toDocument: row => ({ tenant: row.tenant, installationId: row.installation_id, ...toSeen(row) }),
    put: (database, documents) => {
      const now = database.now()
      for (const { installationId, ...row } of documents) putSeen(database, installationId, [toSeenRow(row)], now)
    }
  },

  webhooks: {
    ...all,
    from: 'webhooks',
    key: ['id'],
    size: 'octet_length(url)',
    toDocument: toWebhook,
    put: each(({ id, tenant, url, createdAt, ended }) => ({
      table: 'webhooks',
      key: ['id'],
      columns: { id, tenant, url, created_at: createdAt, ended: ended && JSON.stringify(ended) }
    }))
  },

  anchors: {
    ...all,
    from: 'activity_anchors',
    key: ['tenant'],
    size: '200',
    toDocument: ({ tenant, seq, mac, key_id: keyId, anchor_mac: anchorMac }) => ({
      tenant,
      seq,
      mac,
      keyId,
      anchorMac
    }),
    put: each(({ tenant, seq, mac, keyId, anchorMac }) => ({
      table: 'activity_anchors',
      key: ['tenant'],
      newest: 'seq',
      columns: { tenant, seq, mac, key_id: keyId, anchor_mac: anchorMac }
    }))
  },

  activity: {
    ...all,
    from: 'activity',
    key: ['tenant', 'seq'],
    size: 'octet_length(body)',
    toDocument: ({ body }) => JSON.parse(body),
    put: each(entry => ({
      table: 'activity',
      key: ['tenant', 'seq'],
      columns: {
        ...{ tenant: entry.tenant, seq: entry.seq, actor: entry.actor, action: entry.action, mac: entry.mac },
        body: JSON.stringify(entry)
      }
    }))
  },

  meta: {
    from: 'meta',
    where: `key NOT GLOB '${OWN_META}*'`,
    columns: '*',
    key: ['key'],
    size: 'octet_length(value)',
    toDocument: ({ key, value }) => ({ key, value }),
    put: each(({ key, value }) => ({ table: 'meta', key: ['key'], columns: { key, value } }))
  }
}

function toInstallationColumns(installation: Installation): Record<string, Value> {
  const { id, tenant, connector, wanted, failures, token, rev } = installation
  return {
    ...{ id, tenant, connector, wanted, failures, token, rev },
    connection_id: installation.connectionId,
    sync_type: installation.syncType,
    attention: toJson(installation.attention),
    schedule: JSON.stringify(installation.schedule),
    settings: JSON.stringify(installation.settings),
    resolved: JSON.stringify(installation.resolved),
    resettled: installation.resettled,
    poll: toJson(installation.poll),
    pass: toJson(installation.pass),
    misfits: toJson(installation.misfits),
    taken: JSON.stringify(installation.taken),
    hold: toJson(installation.hold),
    requested: toJson(installation.requested),
    current_run_id: installation.currentRunId,
    last_run_id: installation.lastRunId,
    last_pass: toJson(installation.lastPass),
    pass_failures: installation.passFailures,
    due_at: installation.dueAt,
    compare_due_at: installation.compareDueAt,
    lease_owner: installation.leaseOwner,
    lease_until: installation.leaseUntil,
    created_at: installation.createdAt,
    updated_at: installation.updatedAt
  }
}
