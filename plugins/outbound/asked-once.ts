import type { HttpRequest, HttpResponse } from '../connector/contract.ts'
import { unlessAborted } from './unless-aborted.ts'

/** Answers of a joint run to what several of its sync types ask, under way or here. */
export type Memo = Map<string, Promise<HttpResponse>>

/** Whose end ends a request that others wait for too. */
const askers = new WeakMap<Promise<HttpResponse>, AbortSignal>()

/**
 * The answer that is known, or under way, or else asked for now. A failure is not kept; nor is it theirs who waited for
 * one who went away: they ask themselves.
 */
export async function askedOnce(
  memo: Memo,
  request: HttpRequest,
  signal: AbortSignal,
  ask: () => Promise<HttpResponse>
): Promise<HttpResponse> {
  const key = keyOf(request)
  for (;;) {
    signal.throwIfAborted()
    const known = memo.get(key)
    if (!known) break
    const asker = askers.get(known)
    try {
      return await unlessAborted(known, signal)
    } catch (error) {
      if (!asker?.aborted || signal.aborted) throw error
      if (memo.get(key) === known) memo.delete(key)
    }
  }
  const asked = ask()
  askers.set(asked, signal)
  memo.set(key, asked)
  try {
    return await asked
  } catch (error) {
    if (memo.get(key) === asked) memo.delete(key)
    throw error
  }
}

/** All that the answer depends on. */
function keyOf({ url, headers = {}, decimals = [], answers = [], maxBytes }: HttpRequest): string {
  const sorted = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([url, sorted, [...decimals].sort(), [...answers].sort(), maxBytes ?? null])
}
