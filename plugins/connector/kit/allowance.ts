/** For vendors that say how much of an account's calls is used, by whomever. */
import type { CallContext } from '../contract.ts'
import { SourcePostponed, SourceUnavailable } from '../failures.ts'

/** Calls within the vendor's time, of all that call the account together. */
export interface Usage {
  readonly used: number
  readonly allowed: number
}

/** Some of the time is over by then. */
const waitMs = 10 * 60_000

/** `1,234 of 10,000 calls are used, by all integrations together` */
export function usageInWords({ used, allowed }: Usage): string {
  const written = (calls: number) => calls.toLocaleString('en-US')
  return `${written(used)} of ${written(allowed)} calls are used, by all integrations together`
}

/**
 * Calls for which nobody waits: each read makes half of those that are left at most, so that the owner's other tools go
 * on. What is not let through, and what the vendor throttles, is SourcePostponed: no failure, it goes on later.
 * @param ask for the usage, before the first call; @param send what is limited
 */
export function patiently<A, R>(
  { log }: Pick<CallContext, 'log'>,
  ask: () => Promise<Usage>,
  send: (ask: A) => Promise<R>
): (ask: A) => Promise<R> {
  let left: Promise<{ usage: Usage; calls: number }> | undefined
  async function begin() {
    const usage = await ask()
    log[usage.used * 2 > usage.allowed ? 'warn' : 'debug'](usage, 'calls of the account, of all integrations')
    return { usage, calls: Math.floor((usage.allowed - usage.used) / 2) }
  }
  return async one => {
    try {
      left ??= begin()
      const budget = await left
      if (budget.calls-- > 0) return await send(one)
      const words = `${usageInWords(budget.usage)}. Half of what is left is spent, the rest is for others: it goes on later.`
      throw new SourcePostponed(words, waitMs)
    } catch (failure) {
      if (!(failure instanceof SourceUnavailable) || failure.code !== 'HOST_ERR_SOURCE_THROTTLED') throw failure
      throw new SourcePostponed(failure.message, failure.retryAfterMs ?? 60_000)
    }
  }
}
