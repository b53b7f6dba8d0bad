/** What `npm run prove` holds the host to: one file of `promises/` exports one. */
export interface ProveOptions {
  /** Whatever is drawn by chance is drawn from it: a failure comes again with the same seed. */
  readonly seed: number
  /** Two hours over all promises instead of three minutes. */
  readonly long: boolean
  /** A MongoDB server; without one only SQLite is tried. */
  readonly mongoUrl: string | undefined
  /** Progress for whoever watches. */
  readonly say: (line: string) => void
}

export interface Proved {
  /** `100,000 requests, 0 unexpected 5xx`: as the table shows it. */
  readonly figure: string
  /** What did not hold, a line each; none: the promise was kept. */
  readonly failures: readonly string[]
}

export interface ProvedPromise {
  /** One sentence. */
  readonly promise: string
  /** Why it cannot be tried here; null: it can. */
  readonly missing?: (options: ProveOptions) => string | null
  prove(options: ProveOptions): Promise<Proved>
}
