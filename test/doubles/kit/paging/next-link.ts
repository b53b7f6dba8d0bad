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
