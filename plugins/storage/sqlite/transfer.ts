import type { ClientRecord, Installation, Transferred, TransferSection, TransferStore } from '../port.ts'
import { BATCH_BYTES, fromKey, OWN_META, toKey } from '../transfer-batch.ts'
import { ClientIndex } from './client-index.ts'
import { partStatesOf, RECORD_COLUMNS, toColumns, toRecord } from './client-row.ts'
import { toConnection } from './connections.ts'
import type { Database, Row, Value } from './database.ts'
import { toInstallation, toJson } from './installations.ts'

interface Section<D> {
  readonly from: string
  /** @default everything */
  readonly where?: string
  /** @default all of `from` */
  readonly columns?: string
  /** In the order of an index. */
  readonly key: readonly string[]
  /** About how many bytes a row takes. */
  readonly size: string
  readonly toDocument: (row: Row) => D
  readonly put: (database: Database, documents: readonly D[]) => void
}

const sections: { readonly [S in TransferSection]: Section<Transferred[S]> } = {
  connections: {
    from: 'connections',
    key: ['id'],
    size: 'octet_length(sealed) + octet_length(state)',
    toDocument: row => toConnection(row)!,
    put: each(({ accountKey, account, display, sealed, state, createdAt, updatedAt, ...same }) => ({
      table: 'connections',
      key: ['id'],
      newest: 'rev',
      columns: {
        ...same,
        account_key: accountKey,
        account: JSON.stringify(account),
        display: JSON.stringify(display),
        sealed: JSON.stringify(sealed),
        kek: sealed.kek,
        state: JSON.stringify(state),
        created_at: createdAt,
        updated_at: updatedAt
      }
    }))
  },
  installations: {
    from: 'installations',
    key: ['id'],
    size: 'octet_length(settings) + octet_length(schedule) + coalesce(octet_length(pass), 0)',
    toDocument: toInstallation,
    put: each(installation => ({
      table: 'installations',
      key: ['id'],
      newest: 'token',
      columns: installationColumns(installation)
    }))
  },
  runs: {
    from: 'runs',
    key: ['id'],
    size: 'octet_length(body)',
    toDocument: row => JSON.parse(row.body),
    put: each(run => ({
      table: 'runs',
      key: ['id'],
      newest: 'token',
      columns: {
        id: run.id,
        tenant: run.tenant,
        installation_id: run.installationId,
        token: run.token,
        // By a host's clock, for want of the store's that saw it end.
        ended: run.endedAt === null ? null : Date.parse(run.endedAt),
        body: JSON.stringify(run)
      }
    }))
  },
  rejects: {
    from: 'rejects',
    key: ['run_id', 'key'],
    size: 'coalesce(octet_length(payload), 0) + octet_length(reason)',
    toDocument: ({ run_id, installation_id, external_id, ...same }) =>
      ({ ...same, runId: run_id, installationId: installation_id, externalId: external_id }) as Transferred['rejects'],
    put: each(({ runId, installationId, externalId, ...same }) => ({
      table: 'rejects',
      key: ['run_id', 'key'],
      columns: { ...same, run_id: runId, installation_id: installationId, external_id: externalId }
    }))
  },
  clients: {
    from: 'clients',
    columns: RECORD_COLUMNS,
    key: ['id'],
    size: 'octet_length(body) + coalesce(octet_length(agreements), 0)',
    toDocument: toRecord,
    put: putClients
  },
  sweeps: {
    from: 'staged JOIN installations ON installations.id = staged.installation_id',
    columns: 'tenant, installation_id, generation, staged.id',
    key: ['staged.installation_id', 'staged.generation', 'staged.id'],
    size: '200',
    toDocument: ({ tenant, installation_id: installationId, generation, id }) => ({
      ...{ tenant, installationId, generation, id }
    }),
    put: each(({ installationId, generation, id }) => ({
      table: 'staged',
      key: ['installation_id', 'generation', 'id'],
      columns: { installation_id: installationId, generation, id }
    }))
  },
  meta: {
    from: 'meta',
    where: `key NOT GLOB '${OWN_META}*'`,
    key: ['key'],
    size: 'octet_length(value)',
    toDocument: ({ key, value }) => ({ key, value }),
    put: each(({ key, value }) => ({ table: 'meta', key: ['key'], columns: { key, value } }))
  }
}

export function transferStore(database: Database): TransferStore {
  return {
    read: (section, after, limit) => database.read(() => readBatch(database, sections[section], after, limit)),

    write: (section, items) =>
      database.write(() =>
        sections[section].put(
          database,
          items.map(item => item.document)
        )
      ),

    count: section =>
      database.read(() => {
        const { from, where = 'TRUE' } = sections[section]
        return database.one(`SELECT count(*) AS count FROM ${from} WHERE ${where}`)!.count
      }),

    countLeased: () =>
      database.read(
        () => database.one('SELECT count(*) AS count FROM installations WHERE lease_until > ?', database.now())!.count
      )
  }
}

function readBatch<D>(database: Database, section: Section<D>, after: string | null, limit: number) {
  const { from, where = 'TRUE', columns = '*', key, size, toDocument } = section
  const start = fromKey(after, key.length) ?? key.map(() => '')
  const keys = key.join(', ')
  const marks = key.map(() => '?').join(', ')
  const named = key.map((column, i) => `${column} AS key_${i}`).join(', ')
  const rest = `FROM ${from} WHERE ${where} AND (${keys}) > (${marks})`
  const keyOf = (row: Row): string[] => key.map((_, i) => row[`key_${i}`])
  // Sizes come from the rows' heads: nothing large is read before it is known to fit.
  const found = database.all(`SELECT ${named}, ${size} AS size ${rest} ORDER BY ${keys} LIMIT ?`, ...start, limit)
  let bytes = 0
  const end = found.findIndex(row => (bytes += row.size) > BATCH_BYTES)
  const last = end === -1 ? found.at(-1) : found[Math.max(0, end - 1)]
  if (!last) return []
  return database
    .all(`SELECT ${columns}, ${named} ${rest} AND (${keys}) <= (${marks}) ORDER BY ${keys}`, ...start, ...keyOf(last))
    .map(row => {
      const parts = keyOf(row)
      key.forEach((_, i) => void delete row[`key_${i}`])
      return { key: toKey(parts), document: toDocument(row) }
    })
}

interface Upsert {
  readonly table: string
  readonly key: readonly string[]
  readonly columns: Readonly<Record<string, Value>>
  /** A stored row with a larger value in this column stays. */
  readonly newest?: string
}

function each<D>(toUpsert: (document: D) => Upsert): Section<D>['put'] {
  return (database, documents) => {
    for (const document of documents) upsert(database, toUpsert(document))
  }
}

/** Names of tables and columns come from this file alone, never from input. */
function upsert(database: Database, { table, key, columns, newest }: Upsert): void {
  const names = Object.keys(columns)
  const changes = names.filter(name => !key.includes(name)).map(name => `${name} = excluded.${name}`)
  const unless = newest ? ` WHERE excluded.${newest} >= ${table}.${newest}` : ''
  database.run(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
      ON CONFLICT (${key.join(', ')}) DO ${changes.length ? `UPDATE SET ${changes.join(', ')}${unless}` : 'NOTHING'}`,
    ...Object.values(columns)
  )
}
