/** Where a list goes on, as vendors hide it in the link to the next page. */
export interface LinkState {
  readonly pageSize: number
  /** Each visited page's last id; the rows after the last of them come next. */
  readonly after: readonly number[]
}

/** Writes and reads links whose state is JSON in one parameter. */
export const nextLink = {
  write: (address: string, parameter: string, state: object): string =>
    `${address}${address.includes('?') ? '&' : '?'}${parameter}=${encodeURIComponent(JSON.stringify(state))}`,
  /** Undefined if the parameter is missing or no JSON object. */
  read: (query: URLSearchParams, parameter: string): Record<string, unknown> | undefined => {
    try {
      const state: unknown = JSON.parse(query.get(parameter) ?? '')
      return typeof state === 'object' && state !== null ? (state as Record<string, unknown>) : undefined
    } catch {
      return undefined
    }
  }
}
