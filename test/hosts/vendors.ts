import type { Test } from 'tap'
import { installable, type Vendor } from '../bad-days/vendor.ts'
import { type ConnectWiseOptions, demoAccount, startConnectWise } from '../doubles/connectwise/index.ts'

/** A vendor of its own port and so an account of its own, closed after the test. No limit of its own but what is asked for. */
export async function startVendor(t: Test, options: ConnectWiseOptions): Promise<Vendor> {
  const vendor = await startConnectWise({ rateLimit: false, ...options })
  t.teardown(() => vendor.close())
  return installable(vendor)
}

/** As many small accounts of different content. */
export function startVendors(t: Test, count: number, latencyMs: number): Promise<Vendor[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => startVendor(t, { account: demoAccount(index + 1, 60), latencyMs }))
  )
}
