import { secondsApart } from '../doubles/kit/index.ts'
import type { VendorOrder } from './vendor.ts'

/** How a vendor's double makes its accounts. */
export interface AccountMakers<A> {
  tiny(): A
  demo(seed: number, companies: number): A
  big(companies: number): A
}

/** What every double is started with, as the order says it. */
export function startOptions<A>(
  { account = 'tiny', seed = 1, latencyMs = 0, now = secondsApart(), tls }: VendorOrder,
  { tiny, demo, big }: AccountMakers<A>
) {
  const made = account === 'tiny' ? tiny() : typeof account === 'number' ? demo(seed, account) : big(account.big)
  return { account: made, latencyMs, now, ...(tls && { tls }) }
}
