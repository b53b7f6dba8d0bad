/** What a folder of samples holds: index.json, and the body of each answer beside it, as the vendor writes JSON. */
export interface Samples {
  readonly connector: string
  /** The connector's clock, at which the same is asked again. */
  readonly now: string
  /** What to type: of the same shape as what was typed, and no key to anything. Fields that name a server hold `{origin}`. */
  readonly credentials: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, unknown>>
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** What was sent, if anything. */
  readonly json?: unknown
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** File of the body, in which `{origin}` stands for the server; absent: there was none that is JSON. */
  readonly body?: string
}

/** Stands for whichever server of the vendor's was called. */
export const anyOrigin = '{origin}'

/** Two questions are the same though they name another moment. @param asked method, path and what was sent */
export function sameQuestion({ method, path, json }: Pick<Sample, 'method' | 'path' | 'json'>): string {
  const { pathname: way, search: query } = new URL(path, 'http://any')
  const values = [...new URLSearchParams(query)].sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([method, way, values, json ?? null]).replace(
    /\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?/g,
    '<moment>'
  )
}
