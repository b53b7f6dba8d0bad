import type { IncomingMessage } from 'node:http'
import { readQueryForLog } from './answers/query.ts'

/** One request as it came; Authorization is never kept. */
export interface LoggedRequest {
  readonly method: string
  readonly path: string
  readonly query: Record<string, string>
  readonly headers: Record<string, string>
  /** 0 until answered; stays 0 for answers that were never made. */
  status: number
  readonly at: Date
}

const keptHeaders = ['accept', 'clientid', 'content-type', 'pagination-type', 'user-agent', 'accept-encoding', 'host']

/** Keeps what was asked, so that a test can count calls and look at their parameters. */
export function createRequestLog(now: () => Date) {
  const requests: LoggedRequest[] = []
  let inFlight = 0
  let mostInFlight = 0
  return {
    requests,
    add: (request: IncomingMessage, path: string, rawQuery: string): LoggedRequest => {
      const headers: Record<string, string> = {}
      for (const name of keptHeaders) {
        const value = request.headers[name]
        if (typeof value === 'string') headers[name] = value
      }
      const entry = {
        method: request.method ?? '',
        path,
        query: readQueryForLog(rawQuery),
        headers,
        status: 0,
        at: now()
      }
      requests.push(entry)
      mostInFlight = Math.max(mostInFlight, ++inFlight)
      return entry
    },
    done: () => {
      inFlight--
    },
    mostInFlight: () => mostInFlight,
    /** How often each path was asked, with ids as `{id}` and without codebase. */
    counts: (): Record<string, number> => {
      const counts: Record<string, number> = {}
      for (const { path } of requests) {
        const name = path.replace(/^\/[^/]+\/apis\/3\.0/, '').replace(/\/\d+(?=\/|$)/g, '/{id}')
        counts[name] = (counts[name] ?? 0) + 1
      }
      return counts
    },
    reset: () => {
      requests.length = 0
      mostInFlight = inFlight
    }
  }
}
