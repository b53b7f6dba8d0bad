import type { ClientWrite, Lease, PageResult } from '../port.ts'
import { changeStates, type StatesOfClient } from './agreement-states.ts'
import { ClientIndex } from './client-index.ts'
import type { NameRow } from './client-names.ts'
import { dropOwnerWithoutClients, Owners } from './client-owners.ts'
import { statusNumber, statusOf, toColumns } from './client-row.ts'
import type { Database, Row } from './database.ts'
import { type EntryRow, putHistory, toEntryRow } from './history.ts'
import { conflictsOf, putLive, removeLive } from './live-agreements.ts'

/**
 * A ClientWrite with the record as its row; null: the client is to go. Lists without names, as they go to another
 * thread: objects cost three times as much there.
 */
export type RowWrite = readonly [
  id: string,
  expectedRev: number,
  row: ClientRow | null,
  live: string | null,
  entry?: EntryRow
]

type ClientRow = readonly [
  externalId: string,
  status: number,
  nameKey: string,
  sortKey: string,
  updatedAt: string,
  partStates: string,
  changing: string | null,
  agreementStates: string | null,
  body: string,
  agreements: string | null
]

const CHANGING = `status = ?, name_key = ?, sort_key = ?, updated_at = ?, part_states = ?, changing = ?,
  agreement_states = ?, body = ?, agreements = ?`

/** What has to be known of a row that is replaced or removed. */
export const STORED =
  'pk, clients.id, owner, external_id, status, rev, name_key, part_states, changing, agreement_states, agreements'

export function toRowWrite({ id, expectedRev, record, entry }: ClientWrite): RowWrite {
  if (!record) return [id, expectedRev, null, null]
  const { externalId, nameKey, sortKey, updatedAt } = record
  const { partStates, changing, agreementStates, body, agreements, live } = toColumns(record)
  const status = statusNumber(record.status)
  const row: ClientRow = [
    ...([externalId, status, nameKey, sortKey, updatedAt, partStates, changing, agreementStates] as const),
    body,
    agreements
  ]
  return entry ? [id, expectedRev, row, live, toEntryRow(entry)] : [id, expectedRev, row, live]
}

type Conflicts = PageResult['conflicts']

/** Inside a fenced transaction: each write by its own compare-and-set. */
export function writeClients(database: Database, lease: Lease, writes: readonly RowWrite[]): PageResult {
  const page = new PageOfClients(database, lease)
  const lost: string[] = []
  const waiting = writes.filter(write => {
    const outcome = page.write(write)
    if (outcome === 'lost') lost.push(write[0])
    return typeof outcome === 'object'
  })
  // What stood in the way may have been freed by a later write of the same page.
  const conflicts = waiting.flatMap(write => {
    const outcome = page.write(write)
    return typeof outcome === 'object' ? outcome : []
  })
  page.end()
  if (writes.some(([, , row]) => row === null)) dropOwnerWithoutClients(database, lease)
  return { lost, conflicts }
}

class PageOfClients {
  readonly #database: Database
  readonly #lease: Lease
  readonly #index: ClientIndex
  readonly #owners: Owners
  readonly #written = new Set<string>()

  constructor(database: Database, lease: Lease) {
    this.#database = database
    this.#lease = lease
    this.#index = new ClientIndex(database)
    this.#owners = new Owners(database)
  }

  write([id, expectedRev, row, live, entry]: RowWrite): 'written' | 'lost' | Conflicts {
    // What was collected for an earlier write of the same client has to be there before the next one.
    if (this.#written.has(id)) this.#index.flush()
    this.#written.add(id)
    if (expectedRev === 0) return this.#insert(id, row, live)
    const stored = this.#stored(id)
    if (stored?.rev !== expectedRev) return 'lost'
    if (row !== null) {
      const outcome = this.#replace(id, stored, row, live)
      if (outcome === 'written' && entry !== undefined) putHistory(this.#database, entry)
      return outcome
    }
    removeClient(this.#database, this.#index, stored)
    return 'written'
  }

  end(): void {
    this.#index.flush()
  }

  #stored(id: string): Row | undefined {
    const owner = this.#owners.find(this.#lease.tenant, this.#lease.connectionId)
    if (owner === undefined) return undefined
    return this.#database.one(`SELECT ${STORED} FROM clients WHERE id = ? AND owner = ?`, id, owner)
  }

  #insert(id: string, row: ClientRow | null, live: string | null): 'written' | 'lost' | Conflicts {
    if (row === null) return this.#database.one('SELECT 1 FROM clients WHERE id = ?', id) ? 'lost' : 'written'
    const owner = this.#owners.of(this.#lease.tenant, this.#lease.connectionId)
    const conflicts = conflictsOf(this.#database, owner, null, id, live)
    if (conflicts.length > 0) return this.#isThere(id, owner, row) ? 'lost' : conflicts
    const { changes, rowId } = this.#database.run(
      `INSERT OR IGNORE INTO clients (rev, id, owner, external_id, status, name_key, sort_key, updated_at, part_states,
        changing, agreement_states, body, agreements) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      owner,
      ...row
    )
    if (changes === 0) return 'lost'
    const [externalId, status, nameKey, , , partStates, changing, states] = row
    putLive(this.#database, owner, rowId, live)
    changeStates(this.#database, null, { owner, id, status, states })
    this.#index.addName({ pk: rowId, owner, status: statusOf(status), nameKey })
    this.#index.countParts(partStates, 1)
    this.#index.changeDays(externalId, null, changing)
    return 'written'
  }

  #isThere(id: string, owner: number, [externalId]: ClientRow): boolean {
    const text =
      'SELECT 1 FROM clients WHERE id = ? UNION ALL SELECT 1 FROM clients WHERE owner = ? AND external_id = ?'
    return this.#database.one(text, id, owner, externalId) !== undefined
  }

  #replace(id: string, stored: Row, row: ClientRow, live: string | null): 'written' | Conflicts {
    const { pk, owner } = stored
    const [externalId, status, , , , partStates, changing, states, , agreements] = row
    if (agreements !== stored.agreements) {
      const conflicts = conflictsOf(this.#database, owner, pk, id, live)
      if (conflicts.length > 0) return conflicts
      removeLive(this.#database, owner, pk, stored.agreements)
      putLive(this.#database, owner, pk, live)
    }
    const [, ...columns] = row
    // SQLite leaves an index alone whose columns keep their values.
    this.#database.run(`UPDATE clients SET rev = ?, ${CHANGING} WHERE pk = ?`, stored.rev + 1, ...columns, pk)
    changeStates(this.#database, statesOf(stored), { owner, id, status, states })
    this.#rename(nameRowOf(stored), row)
    this.#index.countParts(stored.part_states, -1)
    this.#index.countParts(partStates, 1)
    this.#index.changeDays(externalId, stored.changing, changing)
    return 'written'
  }

  #rename(before: NameRow, [, number, nameKey]: ClientRow): void {
    const status = statusOf(number)
    if (before.nameKey === nameKey && before.status === status) return
    this.#index.removeName(before)
    this.#index.addName({ ...before, status, nameKey })
  }
}

/** `stored`: STORED. */
export function removeClient(database: Database, index: ClientIndex, stored: Row): void {
  index.removeName(nameRowOf(stored))
  index.countParts(stored.part_states, -1)
  index.changeDays(stored.external_id, stored.changing, null)
  removeLive(database, stored.owner, stored.pk, stored.agreements)
  changeStates(database, statesOf(stored), null)
  database.run('DELETE FROM clients WHERE pk = ?', stored.pk)
}

function statesOf({ owner, id, status, agreement_states: states }: Row): StatesOfClient {
  return { owner, id, status, states }
}

function nameRowOf(stored: Row): NameRow {
  return { pk: stored.pk, owner: stored.owner, status: statusOf(stored.status), nameKey: stored.name_key }
}
