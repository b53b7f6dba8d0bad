import type { VendorRecord } from '../records.ts'
import type { Table } from '../table.ts'
import { type FieldTree, project } from './fields.ts'
import { writeRecord } from './write-record.ts'

/** Changes a record only on its way out, to give a client odd data. */
export type Distortion = (record: VendorRecord) => unknown

/** Turns records into JSON and keeps the text, since a benchmark asks for the same fields of the same records again. */
export interface JsonCache {
  text: (table: Table, id: number, fields: FieldTree | undefined, fieldsText: string) => string
  /** Odd data for one record; undefined ends it. */
  distort: (table: Table, id: number, distortion: Distortion | undefined) => void
}

/** Characters kept over all tables; beyond it texts are made anew. */
const budget = 600_000_000

export function createJsonCache(): JsonCache {
  const byTable = new WeakMap<Table, Map<string, Map<number, string>>>()
  const distortions = new WeakMap<Table, Map<number, Distortion>>()
  let spent = 0

  const textsOf = (table: Table, fieldsText: string) => {
    let byFields = byTable.get(table)
    if (!byFields) {
      const texts = new Map<string, Map<number, string>>()
      table.onChange(id => {
        for (const known of texts.values()) known.delete(id)
      })
      byTable.set(table, texts)
      byFields = texts
    }
    let texts = byFields.get(fieldsText)
    if (!texts) {
      texts = new Map()
      byFields.set(fieldsText, texts)
    }
    return texts
  }

  return {
    text: (table, id, fields, fieldsText) => {
      const distortion = distortions.get(table)?.get(id)
      if (distortion) {
        const record = structuredClone(table.get(id)!)
        const odd = distortion(record) as VendorRecord
        return JSON.stringify(fields ? project(odd, fields) : odd)
      }
      const texts = textsOf(table, fieldsText)
      const known = texts.get(id)
      if (known !== undefined) return known
      const record = table.get(id)!
      const text = writeRecord(record, fields)
      if (spent < budget) {
        spent += text.length
        texts.set(id, text)
      }
      return text
    },
    distort: (table, id, distortion) => {
      const known = distortions.get(table) ?? new Map<number, Distortion>()
      distortions.set(table, known)
      if (distortion) known.set(id, distortion)
      else known.delete(id)
    }
  }
}
