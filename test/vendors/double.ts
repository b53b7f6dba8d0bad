/** What all vendors' doubles are started with and asked for in the same words. */
import { secondsApart } from '../doubles/kit/index.ts'
import type { TestVendor, VendorKind, VendorOrder } from './vendor.ts'

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

type Double = Pick<TestVendor, 'url' | 'oracle' | 'requests' | 'resetLog' | 'setLatency' | 'close'>

/** @param ids of the tiny account's companies */
export function commonTo(
  kind: VendorKind,
  { url, oracle, requests, resetLog, setLatency, close }: Double,
  ids: Readonly<Record<'active customer' | 'inactive customer' | 'prospect', number>>
) {
  const known = {
    customer: String(ids['active customer']),
    inactive: String(ids['inactive customer']),
    prospect: String(ids.prospect)
  }
  return { kind, connector: kind.connector, url, allow: url, known, oracle, requests, resetLog, setLatency, close }
}
