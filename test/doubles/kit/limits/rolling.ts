export interface RollingOptions {
  requests: number
  perMs: number
  now: () => Date
}

/** So many requests within any span of the given length, as vendors count that report what is used. */
export function createRollingLimit({ requests, perMs, now }: RollingOptions) {
  /** Times and how many at that time, oldest first. */
  const taken: { at: number; count: number }[] = []
  let used = 0
  const forget = (at: number) => {
    let old = 0
    while (old < taken.length && taken[old]!.at <= at - perMs) used -= taken[old++]!.count
    taken.splice(0, old)
  }
  const add = (at: number, count: number) => {
    const last = taken.at(-1)
    if (last?.at === at) last.count += count
    else taken.push({ at, count })
    used += count
  }
  return {
    allowed: requests,
    /** Within the span that ends now. */
    used: (): number => {
      forget(now().getTime())
      return used
    },
    /** Whether the request may pass; one that may not is not counted. */
    tryTake: (): boolean => {
      const at = now().getTime()
      forget(at)
      if (used >= requests) return false
      add(at, 1)
      return true
    },
    /** Requests that somebody else makes now. */
    spend: (count: number): void => {
      const at = now().getTime()
      forget(at)
      add(at, count)
    }
  }
}

export type RollingLimit = ReturnType<typeof createRollingLimit>
