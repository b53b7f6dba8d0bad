import type { Call, Subject } from './call.ts'

/** One request as it came. Headers that sign a caller in are never kept. */
export interface LoggedRequest {
  /** From 1 since the last reset. */
  readonly number: number
  readonly method: string
  readonly path: string
  readonly query: Record<string, string>
  readonly headers: Record<string, string>
  readonly endpoint: string
  readonly operation: Subject['operation']
  /** Of a POST, as it was sent. */
  readonly body: string
  /** 0 until answered; stays 0 for answers that were never made. */
  status: number
  readonly at: Date
}

const keptHeaders = ['accept', 'content-type', 'user-agent', 'accept-encoding', 'host']

export interface LogOptions {
  now: () => Date
  loggedHeaders?: readonly string[] | undefined
  nameOf?: ((path: string) => string) | undefined
}

/** Keeps what was asked, so that a test can count calls and look at their parameters. */
export function createRequestLog({ now, loggedHeaders = [], nameOf = withoutIds }: LogOptions) {
  const requests: LoggedRequest[] = []
  const kept = [...keptHeaders, ...loggedHeaders]
  const inFlight = new Map<string, number>()
  const most = new Map<string, number>()
  const change = (endpoint: string, by: number) => {
    for (const name of [endpoint, '']) {
      const now = (inFlight.get(name) ?? 0) + by
      inFlight.set(name, now)
      most.set(name, Math.max(most.get(name) ?? 0, now))
    }
  }
  return {
    requests,
    add: ({ request, method, path, rawQuery, body }: Call, { endpoint, operation }: Subject): LoggedRequest => {
      const headers: Record<string, string> = {}
      for (const name of kept) {
        const value = request.headers[name]
        if (typeof value === 'string') headers[name] = value
      }
      const query = Object.fromEntries(new URLSearchParams(rawQuery))
      const number = requests.length + 1
      const entry = { number, method, path, query, headers, endpoint, operation, body, status: 0, at: now() }
      requests.push(entry)
      change(endpoint, 1)
      return entry
    },
    done: ({ endpoint }: LoggedRequest) => change(endpoint, -1),
    /** The most requests that were in flight at once. @param endpoint only to this one */
    mostInFlight: (endpoint = '') => most.get(endpoint) ?? 0,
    /** How often each path was asked. */
    counts: (): Record<string, number> => {
      const counts: Record<string, number> = {}
      for (const { path } of requests) {
        const name = nameOf(path)
        counts[name] = (counts[name] ?? 0) + 1
      }
      return counts
    },
    reset: () => {
      requests.length = 0
      most.clear()
      for (const [endpoint, count] of inFlight) most.set(endpoint, count)
    }
  }
}

function withoutIds(path: string): string {
  return path.replace(/\/\d+(?=\/|$)/g, '/{id}')
}
