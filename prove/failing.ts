/** Calls that fail once: the n-th, counted over everything that is wrapped. */
export type Failure =
  /** Nothing was done. */
  | 'before'
  /** All was done, and nobody is told. */
  | 'after'
  /** The process is gone before, or after, it was done. */
  | 'killed before'
  | 'killed after'

export interface FailingCalls {
  /** Calls so far. */
  readonly count: number
  /** What the failing call was; null: it has not come yet. */
  readonly failed: string | null
  /** The same sections with every call counted. */
  wrap<T extends object>(sections: T): T
}

/** @param nth from 1; 0: none fails. @param fault what the caller meets */
export function failingCalls(nth: number, failure: Failure, fault: (what: string) => Error): FailingCalls {
  let count = 0
  let failed: string | null = null

  async function call(what: string, run: () => Promise<unknown>): Promise<unknown> {
    count++
    if (count !== nth) return run()
    failed = what
    if (failure === 'killed before') process.kill(process.pid, 'SIGKILL')
    if (failure === 'before') throw fault(what)
    const answer = await run()
    if (failure === 'killed after') process.kill(process.pid, 'SIGKILL')
    if (failure === 'after') throw fault(what)
    return answer
  }

  const section = (name: string, methods: object): object =>
    new Proxy(methods, {
      get(target, method, receiver) {
        const value = Reflect.get(target, method, receiver)
        if (typeof value !== 'function' || typeof method !== 'string') return value
        return (...values: unknown[]) => call(`${name}.${method}`, () => value.apply(target, values))
      }
    })

  return {
    get count() {
      return count
    },
    get failed() {
      return failed
    },
    wrap: sections =>
      Object.fromEntries(
        Object.entries(sections).map(([name, value]) => [
          name,
          typeof value === 'object' && value !== null ? section(name, value) : value
        ])
      ) as typeof sections
  }
}
