/** The ConnectWise double for tests of what is that vendor's alone; `../vendors` has what they share. */
import type { Test } from 'tap'
import { credentialsFor } from '../connectors/connectwise/credentials.ts'
import {
  type ConnectWiseOptions,
  type ConnectWiseServer,
  startConnectWise,
  tinyAccount
} from '../doubles/connectwise/index.ts'
import { secondsApart } from '../doubles/kit/index.ts'
import type { Installable } from '../vendors/vendor.ts'

export type Vendor = ConnectWiseServer & Installable

/** @param options the tiny account without a rate limit, unless they say otherwise */
export async function startVendor(t: Test, options: ConnectWiseOptions = {}): Promise<Vendor> {
  const account = options.account ?? tinyAccount()
  const vendor = await startConnectWise({ rateLimit: false, now: secondsApart(), ...options, account })
  t.teardown(() => vendor.close())
  return installable(vendor)
}

export function installable(server: ConnectWiseServer): Vendor {
  const { url } = server
  return Object.assign(server, { connector: 'connectwise', allow: url, credentials: credentialsFor(url) })
}
