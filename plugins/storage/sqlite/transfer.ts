import type { TransferStore } from '../port.ts'
import { BATCH_BYTES, fromKey, toItem } from '../transfer-batch.ts'
import type { Database } from './database.ts'
import { type Section, sections } from './transfer-sections.ts'

export function transferStore(database: Database): TransferStore {
  return {
    read: (section, after, limit) =>
      database.read(() =>
        readBatch(database, sections[section], after, limit).map(document => toItem(section, document))
      ),

    write: (section, items) =>
      database.write(() => {
        const documents = items.map(item => item.document)
        sections[section].put(database, documents)
      }),

    count: section =>
      database.read(() => {
        const { from, where } = sections[section]
        return database.one(`SELECT count(*) AS count FROM ${from} WHERE ${where}`)!.count
      }),

    countLeased: () =>
      database.read(
        () => database.one('SELECT count(*) AS count FROM installations WHERE lease_until > ?', database.now())!.count
      )
  }
}

function readBatch<D>(database: Database, section: Section<D>, after: string | null, limit: number): D[] {
  const { from, where, columns, key, size, toDocument } = section
  const start = fromKey(after, key.length) ?? key.map(() => '')
  const [keys, marks] = [key.join(', '), key.map(() => '?').join(', ')]
  const rest = `FROM ${from} WHERE ${where} AND (${keys}) > (${marks})`
  // SQLite tells sizes by the head of a row: nothing is read before it is known to fit.
  const found = database.all(`SELECT ${keys}, ${size} AS size ${rest} ORDER BY ${keys} LIMIT ?`, ...start, limit)
  let bytes = 0
  const fitting = found.filter((row, i) => {
    bytes += row.size
    return i === 0 || bytes <= BATCH_BYTES
  })
  const last = fitting.at(-1)
  if (!last) return []
  const end = Object.values(last).slice(0, key.length)
  return database
    .all(`SELECT ${columns} ${rest} AND (${keys}) <= (${marks}) ORDER BY ${keys}`, ...start, ...end)
    .map(toDocument)
}
