import type { NewRecord, VendorRecord } from '../../kit/index.ts'
import { plusMonths } from '../dates.ts'
import { complete, type EntityName } from '../schema.ts'
import { type HeldKind, heldKinds, heldRecord, heldRows, type Line } from './held.ts'
import type { Picklists } from './picklists.ts'
import type { RowRules } from './unit-rows.ts'

/** Collects the records of an account: ids that follow each other, and all that belongs to a contract's service. */
export function createLedger(
  picklists: Picklists,
  rules: RowRules,
  on: Date,
  firstIds: { [entity in EntityName]?: number } = {}
) {
  const records: { [entity in EntityName]?: VendorRecord[] } = {}
  const next: { [entity in EntityName]?: number } = { ...firstIds }
  // A job writes rows for about a year ahead.
  const until = plusMonths(on, 12)

  const add = (entity: EntityName, record: NewRecord): VendorRecord => {
    const id = record.id ?? next[entity] ?? 1
    next[entity] = Math.max(id + 1, next[entity] ?? 1)
    const made = complete(entity, { ...record, id })
    const list = records[entity] ?? []
    records[entity] = list
    list.push(made)
    return made
  }
  const hold = (kind: HeldKind, contract: VendorRecord, line: Line): VendorRecord => {
    const held = add(heldKinds[kind].held, heldRecord(kind, contract, line))
    for (const row of heldRows(kind, contract, held.id, line, { picklists, rules, until })) {
      add(heldKinds[kind].units, row)
    }
    return held
  }
  return {
    records,
    add,
    nextId: (entity: EntityName) => next[entity] ?? 1,
    service: (contract: VendorRecord, line: Line) => hold('service', contract, line),
    bundle: (contract: VendorRecord, line: Line) => hold('bundle', contract, line)
  }
}

export type Ledger = ReturnType<typeof createLedger>
