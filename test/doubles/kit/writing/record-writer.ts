import { isRawJson, stringifyWithRaw } from '../raw-json.ts'
import type { VendorRecord } from '../record.ts'
import type { Table } from '../table.ts'
import { type FieldTree, project } from './project.ts'
import { writeRecord } from './write-record.ts'

/** Changes a record only on its way out, to give a client odd data; what it returns may hold `rawJson`. */
export type Distortion = (record: VendorRecord) => unknown

/** Turns records of tables into JSON. */
export interface RecordWriter {
  text: (table: Table, id: number, fields: FieldTree | undefined) => string
  /** Odd data for one record; undefined ends it. */
  distort: (table: Table, id: number, distortion: Distortion | undefined) => void
  /** Whether some record of the table is odd now. */
  isDistorted: (table: Table) => boolean
}

/** @param present what a record looks like to this reader, where that differs from how it is kept */
export function createRecordWriter(
  present: (table: Table, record: VendorRecord) => VendorRecord = (_table, record) => record
): RecordWriter {
  // By schema: a table as a role sees it is another object, and its records are as odd.
  const distortions = new Map<string, Map<number, Distortion>>()
  return {
    text: (table, id, fields) => {
      const record = present(table, table.get(id)!)
      const distortion = distortions.get(table.schema)?.get(id)
      if (!distortion) return writeRecord(record, fields)
      const odd = distortion(structuredClone(record)) as VendorRecord | null
      return stringifyWithRaw(fields && odd && !isRawJson(odd) ? project(odd, fields) : odd)
    },
    distort: (table, id, distortion) => {
      const known = distortions.get(table.schema) ?? new Map<number, Distortion>()
      distortions.set(table.schema, known)
      if (distortion) known.set(id, distortion)
      else known.delete(id)
    },
    isDistorted: table => (distortions.get(table.schema)?.size ?? 0) > 0
  }
}
