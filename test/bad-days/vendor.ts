/** The ConnectWise double for tests of what is that vendor's alone; `../vendors` has what they share. */
import type { Test } from 'tap'
import {
  apiAccount,
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

/** As the vendor documents the order of the keys. */
export function credentialsFor(origin: string) {
  const { companyId, publicKey, privateKey, clientId } = apiAccount
  return { username: `${companyId}+${publicKey}`, password: privateKey, domain: origin, apiVersion: '', clientId }
}

/** What no log, answer or file may ever hold. */
export const canaries = [apiAccount.publicKey, apiAccount.privateKey, apiAccount.clientId]

/** Ids and names of the companies that take part by the rules, from the vendor's own records, in the order of ids. */
export function activeCustomersOf({ data }: Pick<ConnectWiseServer, 'data'>): { id: string; name: string }[] {
  return data.companies
    .scan({
      test: ({ types, status, deletedFlag }) =>
        types.some(({ id }: { id: number }) => id === 1) && status.id === 1 && !deletedFlag
    })
    .map(id => ({ id: String(id), name: String(data.companies.get(id)!.name) }))
}
