import type { Operation } from '../call.ts'
import type { Distortion } from '../writing/record-writer.ts'

/**
 * What goes wrong. Kinds marked "real" begin with the right answer and spoil it; those marked "rows" meet lists, records
 * and bundles alone, and leave what the vendor refuses as it is.
 * @typeParam Table the vendor's kinds of records @typeParam Odd names of odd records that the double knows
 */
export type Fault<Table extends string = string, Odd extends string = string> =
  /** Any status; the body is sent as JSON unless headers say otherwise. */
  | { kind: 'status'; status: number; body?: string | object; headers?: Record<string, string> }
  /** 429. `retryAfter` is sent as given (seconds, a negative number, an HTTP date); absent: no header. */
  | { kind: 'rateLimit'; retryAfter?: number | string | Date }
  /** 200 with an HTML sign-in page. */
  | { kind: 'html' }
  /** @default status 302 */
  | { kind: 'redirect'; location: string; status?: number }
  /** Rows: a list without any, which names no next page. */
  | { kind: 'emptyPage' }
  /** Rows: only the first of them, by number or share; the rest of the answer says nothing of it. @default share 0.5 */
  | { kind: 'cutList'; keep?: number; share?: number }
  /** Rows: each comes twice. @default how 'pairs' */
  | { kind: 'doubledRows'; how?: 'pairs' | 'laps' }
  /** Rows: the last one first, or in an order that the seed decides. @default how 'reversed' */
  | { kind: 'reorderedRows'; how?: 'reversed' | 'shuffled'; seed?: number }
  /** Rows: a field has no value in any of them; `a/b` is a field of a field. @default as 'absent' */
  | { kind: 'blankField'; field: string; as?: 'absent' | 'null' | 'empty' | 'empty-object' }
  /** Rows: any change; undefined leaves the row out. */
  | { kind: 'editRows'; edit: (row: any) => unknown }
  /** Rows: any other list. */
  | { kind: 'editList'; edit: (rows: any[]) => unknown[] }
  /** Real: a count is another one. `is` is sent as given, so that it can be no number of JavaScript's. */
  | { kind: 'count'; add?: number; is?: string | number }
  /** Real: a page, a record or a part of a bundle that holds this record (or any below the parent) fails whole. */
  | ({ kind: 'badRecord' } & BadRecord<Table>)
  /** Real: one record is odd on its way out; conditions still see it whole. */
  | { kind: 'oddRecord'; id: number; table?: Table; odd: Odd | Distortion }
  /** Real: half of the body, with a Content-Length that fits the half. */
  | { kind: 'truncated' }
  /** Real: Content-Length promises 100 bytes more than come. */
  | { kind: 'contentLengthTooLong' }
  /** Real: Content-Length names half of the body. */
  | { kind: 'contentLengthTooShort' }
  /** Real: no length; the connection closes early. `atRecordEdge` closes the list, so the JSON looks whole. */
  | { kind: 'noLengthEarlyClose'; atRecordEdge?: boolean }
  /** Never answers. */
  | { kind: 'hang' }
  /** The connection is reset before an answer. */
  | { kind: 'reset' }
  /** Real: after so long. Stands beside other faults. */
  | { kind: 'slow'; ms: number }
  /** Real: headers come byte by byte. @default everyMs 1000 */
  | { kind: 'slowHeaders'; everyMs?: number }
  /** Real: headers at once, the body byte by byte. @default everyMs 1000 */
  | { kind: 'drip'; everyMs?: number }
  /** Real: the Date header says this, or is off by so much; null: there is none. Stands beside other faults. */
  | { kind: 'date'; at?: string | Date | null; shiftMs?: number }
  /** Real: these headers are sent too; null takes one away. Stands beside other faults. */
  | { kind: 'headers'; headers: Record<string, string | null> }
  /** Real: the first answer to a list is given again for every other page of it. */
  | { kind: 'repeatPage' }
  /** A gzip stream of a few megabytes that unpacks to `bytes`. @default bytes 10 GiB */
  | { kind: 'gzipBomb'; bytes?: number }
  /** A JSON array without end. @default bytes 10 GiB */
  | { kind: 'hugeBody'; bytes?: number }
  /** Real: text that is Latin-1, not UTF-8. */
  | { kind: 'latin1' }
  /** Real: a byte order mark before the JSON. */
  | { kind: 'bom' }

export interface BadRecord<Table extends string = string> {
  table: Table
  id?: number
  /** Every record below this parent, and its list even if it is empty. */
  parent?: number
  /** @default 500 */
  status?: number
  /** How it has to be asked for: by its id, in a page, in a part of a bundle, or so that the whole bundle fails. @default ['record', 'list', 'part'] */
  where?: readonly ('record' | 'list' | 'part' | 'bundle')[]
  /** Reads of ids alone succeed. @default true */
  sparesIds?: boolean
}

/** What a rule is held against. */
export interface FaultRequest {
  readonly method: string
  /** Decoded path and query. */
  readonly address: string
  readonly body: string
  readonly endpoint: string
  readonly operation: Operation
  readonly pageSize: number | undefined
}

/** Which requests a fault meets; whatever is absent meets all. */
export interface Meets {
  /** Part of, or a pattern for, the decoded path and query. */
  path?: string | RegExp
  method?: string
  /** The vendor's kind of endpoint. In a bundle the parts that ask it are met, if the fault can spoil a part. */
  endpoint?: string | readonly string[]
  operation?: Operation
  /** Lists that ask for pages of at least so many rows. */
  pageSizeFrom?: number
  when?: (request: FaultRequest) => boolean
  /** How many matches it spoils. @default all */
  times?: number
  /** How many matches it lets pass first. @default 0 */
  after?: number
  /** Only this match, from 1: as `after: nth - 1, times: 1`. */
  nth?: number
  /** It ends by itself so long after the first match that it spoilt (real time). */
  forMs?: number
}

export type FaultRule<Table extends string = string, Odd extends string = string> = Fault<Table, Odd> & Meets

export interface FaultHandle {
  /** How many answers it has spoilt. */
  readonly hits: number
  clear: () => void
}

const rowKinds = ['emptyPage', 'cutList', 'doubledRows', 'reorderedRows', 'blankField', 'editRows', 'editList'] as const
export type RowFault = Extract<Fault, { kind: (typeof rowKinds)[number] }>

export function isRowFault(fault: Fault): fault is RowFault {
  return (rowKinds as readonly string[]).includes(fault.kind)
}

/** Whether a part of a bundle can be spoilt by itself. */
export function spoilsParts(fault: Fault): boolean {
  return fault.kind === 'status' || isRowFault(fault)
}

/** Faults that leave room for another one on the same answer. */
export function standsBeside({ kind }: Fault): boolean {
  return kind === 'slow' || kind === 'date' || kind === 'headers'
}
