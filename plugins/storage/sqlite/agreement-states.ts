/** Clients by the statuses of their agreements and their own, for lists of agreements. */
import type { Database } from './database.ts'

export interface StatesOfClient {
  readonly owner: number
  readonly id: string
  /** As its number. */
  readonly status: number
  /** JSON text of the different statuses of its agreements; null: it has none. */
  readonly states: string | null
}

/** Any status. */
export const ANY = ''

export function changeStates(database: Database, before: StatesOfClient | null, after: StatesOfClient | null): void {
  if (before?.states === after?.states && before?.status === after?.status) return
  if (before) forEachState(before, (...key) => database.run(REMOVE, ...key))
  if (after) forEachState(after, (...key) => database.run(PUT, ...key))
}

const REMOVE = 'DELETE FROM agreement_states WHERE owner = ? AND state = ? AND status = ? AND id = ?'
const PUT = 'INSERT OR IGNORE INTO agreement_states (owner, state, status, id) VALUES (?, ?, ?, ?)'

type Key = [owner: number, state: string, status: number, id: string]

function forEachState({ owner, id, status, states }: StatesOfClient, work: (...key: Key) => unknown): void {
  if (states === null) return
  for (const state of [ANY, ...(JSON.parse(states) as string[])]) work(owner, state, status, id)
}
