/**
 * The index of words: rows of client_names hold the words of one client's name and no name. Its row ids begin with
 * the name's own beginning, so that whatever a search matches comes almost in the order of lists, and only as much of
 * it is read as a page needs.
 */
import type { ClientStatus } from '../../entities/shapes/client.ts'
import type { ClientQuery } from '../port.ts'
import { statusNumber } from './client-row.ts'
import type { Database } from './database.ts'

/** A token, but of no word: what follows is a status. */
const STATUS_MARK = '·'

/** Bits of a row id that are the client's; those before them are the head of its name. */
const PK_BITS = 31

/** Where the words of one client stand. */
export interface NameRow {
  readonly pk: number
  readonly owner: number
  readonly status: ClientStatus
  readonly nameKey: string
}

/** A client that has the words. */
export interface Candidate {
  readonly pk: number
  readonly head: number
}

export type WordForm = 'whole' | 'beginning'

const INTO = 'INSERT INTO client_names'
const ROW_ID = `? << ${PK_BITS} | ?`

/** Rows that one statement inserts: the call costs more than a row of it. */
const TOGETHER = 25

const PK_MASK = 2 ** PK_BITS - 1

const matches = (bound: string, order: string) => `SELECT rowid >> ${PK_BITS} AS head, rowid & ${PK_MASK} AS pk
  FROM client_names WHERE client_names MATCH ? AND rowid ${bound} ORDER BY rowid ${order} LIMIT ? OFFSET ?`

const MATCHES = matches(`>= ? << ${PK_BITS}`, 'ASC')
const MATCHES_DOWN = matches(`<= ? << ${PK_BITS} | ${PK_MASK}`, 'DESC')

/** Puts words in and takes them out, in the order of the index: any other makes it write a piece for every row. */
export function changeNames(database: Database, added: readonly NameRow[], removed: readonly NameRow[]): void {
  for (const { head, row } of inOrder(removed)) {
    const text = `${INTO} (client_names, rowid, words) VALUES ('delete', ${ROW_ID}, ?)`
    database.run(text, head, row.pk, tokensOf(row))
  }
  const values = inOrder(added).flatMap(({ head, row }) => [head, row.pk, tokensOf(row)])
  let at = 0
  for (const rows of [TOGETHER, 1]) {
    const text = `${INTO} (rowid, words) VALUES ${Array(rows).fill(`(${ROW_ID}, ?)`).join(', ')}`
    for (; at + 3 * rows <= values.length; at += 3 * rows) database.run(text, ...values.slice(at, at + 3 * rows))
  }
}

function inOrder(rows: readonly NameRow[]): { head: number; row: NameRow }[] {
  return rows.map(row => ({ head: headOf(row.nameKey), row })).sort((a, b) => a.head - b.head || a.row.pk - b.row.pk)
}

/** The index keeps what was taken out until it next merges: the upkeep is told to leave nothing of it. */
export function purgeNames(database: Database): void {
  database.run('UPDATE upkeep SET words = 1')
}

/** Clients in the order of their heads, from the head `from` on; `down`: backwards. */
export interface Stretch {
  readonly from: number
  readonly down: boolean
  readonly skip: number
  readonly limit: number
}

/**
 * Those that have all the words. `form`: whether a word of the search may begin a longer one of the name; for that the
 * index gathers all that the word begins before it gives out the first, and for whole words it does not.
 */
export function matchNames(
  database: Database,
  owners: readonly number[],
  words: readonly string[],
  form: WordForm,
  status: ClientQuery['status'],
  { from, down, skip, limit }: Stretch
): Candidate[] {
  const match = owners.map(owner => `(${expressionOf(codeOf(owner), words, form, status)})`).join(' OR ')
  return database.all(down ? MATCHES_DOWN : MATCHES, match, from, limit, skip) as unknown as Candidate[]
}

function expressionOf(code: string, words: readonly string[], form: WordForm, status: ClientQuery['status']): string {
  const all = words.map(word => `"${code}${word}"${form === 'beginning' ? '*' : ''}`).join(' AND ')
  if (status === undefined) return all
  if (status === 'active') return `${all} NOT "${code}${STATUS_MARK}"*`
  return `${all} AND "${code}${STATUS_MARK}${statusNumber(status)}"`
}

/** Each word with its owner in front, so that no search finds what belongs to another. */
function tokensOf({ owner, status, nameKey }: NameRow): string {
  const code = codeOf(owner)
  const words = code + nameKey.replace(/[^\p{L}\p{N}]+/gu, ` ${code}`)
  return status === 'active' ? words : `${words} ${code}${STATUS_MARK}${statusNumber(status)}`
}

/** Of the length that the index's prefixes are made for. */
function codeOf(owner: number): string {
  return owner.toString(36).padStart(5, '0')
}

const bytes = new Uint8Array(16)
const encoder = new TextEncoder()

/** The first four bytes as a number: a ≤ b implies headOf(a) ≤ headOf(b). */
export function headOf(nameKey: string): number {
  bytes.fill(0)
  encoder.encodeInto(nameKey.slice(0, 5), bytes)
  return new DataView(bytes.buffer).getUint32(0)
}

/** A text that no name with this head, nor any behind it, comes before. */
export function startOf(head: number): string {
  const start = Buffer.alloc(4)
  start.writeUInt32BE(head)
  // Four bytes may end within a character or behind the end of the name.
  return start.toString().replace(/[\0\ufffd]+$/, '')
}

/** A text that no name with this head, nor any before it, comes behind. */
export function endOf(head: number): string {
  return startOf(head) + '\u{10ffff}'.repeat(4)
}
