import type { Distortion } from '../answers/record-writer.ts'
import type { Oddity } from './oddities.ts'

/** What goes wrong. Kinds marked "real" begin with the right answer and spoil it. */
export type Fault =
  /** Any status; the body is sent as JSON unless headers say otherwise. */
  | { kind: 'status'; status: number; body?: string | object; headers?: Record<string, string> }
  /** 429. `retryAfter` is sent as given (seconds, a negative number, an HTTP date); absent: no header. */
  | { kind: 'rateLimit'; retryAfter?: number | string | Date }
  /** 200 with an HTML sign-in page. */
  | { kind: 'html' }
  /** 200 with `[]`. */
  | { kind: 'emptyPage' }
  /** Real: half of the body, with a Content-Length that fits the half. */
  | { kind: 'truncated' }
  /** Real: Content-Length promises 100 bytes more than come. */
  | { kind: 'contentLengthTooLong' }
  /** Real: Content-Length names half of the body. */
  | { kind: 'contentLengthTooShort' }
  /** Real: no length; the connection closes early. `atRecordEdge` closes the array, so the JSON looks whole. */
  | { kind: 'noLengthEarlyClose'; atRecordEdge?: boolean }
  /** Never answers. */
  | { kind: 'hang' }
  /** Real: headers come byte by byte. @default everyMs 1000 */
  | { kind: 'slowHeaders'; everyMs?: number }
  /** Real: headers at once, the body byte by byte. @default everyMs 1000 */
  | { kind: 'drip'; everyMs?: number }
  /** The connection is reset before an answer. */
  | { kind: 'reset' }
  /** @default status 302 */
  | { kind: 'redirect'; location: string; status?: number }
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
  /** Real: a page with this company fails whole with 500, unless `fields` is just `id`. */
  | { kind: 'badRecord'; companyId: number }
  /** Real: one record is odd on its way out; conditions still see it whole. @default table 'companies' */
  | {
      kind: 'oddRecord'
      id: number
      table?: 'companies' | 'contacts' | 'agreements' | 'additions' | 'catalog'
      odd: Oddity | Distortion
    }

/** Which requests a fault meets. */
export type FaultRule = Fault & {
  /** Part of, or a pattern for, the decoded path and query. Absent: every request. */
  path?: string | RegExp
  /** How many matches it spoils. @default all */
  times?: number
  /** How many matches it lets pass first. @default 0 */
  after?: number
}

export interface FaultHandle {
  /** How many answers it has spoilt. */
  readonly hits: number
  clear: () => void
}

interface Active {
  rule: FaultRule
  seen: number
  hits: number
  /** Of repeatPage: the first answer, by path. */
  kept: Map<string, unknown>
}

/** The rules in force; the first that meets a request has it. */
export function createFaults() {
  const active: Active[] = []
  return {
    add: (rule: FaultRule, onClear: () => void = () => {}): FaultHandle => {
      const entry: Active = { rule, seen: 0, hits: 0, kept: new Map() }
      if (rule.kind !== 'oddRecord') active.push(entry)
      return {
        get hits() {
          return entry.hits
        },
        clear: () => {
          const index = active.indexOf(entry)
          if (index >= 0) active.splice(index, 1)
          onClear()
        }
      }
    },
    /** The first rule that meets a request. @param pathAndQuery decoded. */
    find: (pathAndQuery: string): Active | undefined =>
      active.find(entry => entry.rule.kind !== 'badRecord' && meets(entry, pathAndQuery)),
    /** Bad records stand beside other faults: they count only when a page holds them. */
    badRecords: (): Active[] =>
      active.filter(({ rule, hits }) => rule.kind === 'badRecord' && hits < (rule.times ?? hits + 1))
  }
}

function meets(entry: Active, pathAndQuery: string): boolean {
  const { path, times = Number.POSITIVE_INFINITY, after = 0 } = entry.rule
  const named =
    path === undefined || (typeof path === 'string' ? pathAndQuery.includes(path) : pathAndQuery.search(path) >= 0)
  if (!named || entry.hits >= times) return false
  entry.seen++
  if (entry.seen <= after) return false
  entry.hits++
  return true
}

export type Faults = ReturnType<typeof createFaults>
export type ActiveFault = Active
