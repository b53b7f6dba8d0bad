import type { Answer, Call, Subject } from '../call.ts'
import {
  type FaultHandle,
  type FaultRequest,
  type FaultRule,
  isRowFault,
  type Meets,
  spoilsParts,
  standsBeside
} from './rules.ts'

export interface ActiveFault {
  readonly rule: FaultRule
  seen: number
  hits: number
  /** Real time, ms, of the first hit. */
  since: number
  /** Of repeatPage: the first answer, by path. */
  readonly kept: Map<string, Answer>
}

/** What the rules make of a request: the fault that has it, and those that stand beside. */
export interface Met {
  readonly fault: ActiveFault | undefined
  readonly beside: readonly ActiveFault[]
}

const none: Met = { fault: undefined, beside: [] }

/** The rules in force; the first that meets a request has it. */
export function createFaultBook() {
  const active: ActiveFault[] = []
  return {
    /** @param onClear undoes what the rule did elsewhere @param elsewhere the rule works without the book */
    add: (rule: FaultRule, onClear: () => void = () => {}, elsewhere = false): FaultHandle => {
      const entry: ActiveFault = { rule, seen: 0, hits: 0, since: 0, kept: new Map() }
      if (!elsewhere) active.push(entry)
      return {
        get hits() {
          return entry.hits
        },
        clear: () => {
          const at = active.indexOf(entry)
          if (at >= 0) active.splice(at, 1)
          onClear()
        }
      }
    },
    find: (call: Call, subject: Subject): Met => {
      if (active.length === 0) return none
      const request = requestOf(call, subject)
      const beside = active.filter(entry => standsBeside(entry.rule) && meetsCall(entry, request, subject))
      const fault = active.find(
        entry => !standsBeside(entry.rule) && entry.rule.kind !== 'badRecord' && meetsCall(entry, request, subject)
      )
      return { fault, beside }
    },
    /** The rule that has a part of a bundle: one that names the part's endpoint. */
    findPart: (call: Call, subject: Subject): ActiveFault | undefined => {
      if (active.length === 0) return undefined
      const request = requestOf(call, subject)
      return active.find(
        entry =>
          entry.rule.endpoint !== undefined &&
          spoilsParts(entry.rule) &&
          fits(entry.rule, request, [subject.endpoint], subject) &&
          count(entry)
      )
    },
    /** Bad records stand beside other faults: they count only when an answer holds them. */
    badRecords: (call: Call, subject: Subject): ActiveFault[] => {
      const bad = active.filter(({ rule }) => rule.kind === 'badRecord')
      if (bad.length === 0) return bad
      const request = requestOf(call, subject)
      return bad.filter(entry => fits(entry.rule, request, [subject.endpoint, ...(subject.parts ?? [])], subject))
    }
  }
}

export type FaultBook = ReturnType<typeof createFaultBook>

function requestOf({ method, path, rawQuery, body }: Call, { endpoint, operation, pageSize }: Subject): FaultRequest {
  return {
    method,
    address: `${path}${rawQuery === '' ? '' : `?${decodeLoosely(rawQuery)}`}`,
    body,
    endpoint,
    operation,
    pageSize
  }
}

function meetsCall(entry: ActiveFault, request: FaultRequest, subject: Subject): boolean {
  const { rule } = entry
  const named = [subject.endpoint, ...(spoilsParts(rule) ? [] : (subject.parts ?? []))]
  return fits(rule, request, named, subject) && count(entry)
}

function fits(rule: FaultRule, request: FaultRequest, endpoints: readonly string[], { operation }: Subject): boolean {
  if (isRowFault(rule) && (operation === 'count' || operation === 'other')) return false
  if (rule.kind === 'count' && operation !== 'count') return false
  const { path, method, endpoint, pageSizeFrom, when } = rule as Meets
  if (typeof path === 'string' ? !request.address.includes(path) : path && request.address.search(path) < 0)
    return false
  if (method !== undefined && method.toUpperCase() !== request.method) return false
  if (endpoint !== undefined) {
    const wanted = typeof endpoint === 'string' ? [endpoint] : endpoint
    if (!endpoints.some(name => wanted.includes(name))) return false
  }
  if (rule.operation !== undefined && rule.operation !== operation) return false
  if (pageSizeFrom !== undefined && (request.pageSize ?? 0) < pageSizeFrom) return false
  return when === undefined || when(request)
}

/** Counts a match; whether this one is spoilt. */
export function count(entry: ActiveFault): boolean {
  const { nth, forMs } = entry.rule
  const after = nth === undefined ? (entry.rule.after ?? 0) : nth - 1
  const times = nth === undefined ? (entry.rule.times ?? Number.POSITIVE_INFINITY) : 1
  if (entry.hits >= times) return false
  entry.seen++
  if (entry.seen <= after) return false
  const now = performance.now()
  if (forMs !== undefined && entry.hits > 0 && now - entry.since > forMs) return false
  if (entry.hits === 0) entry.since = now
  entry.hits++
  return true
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
