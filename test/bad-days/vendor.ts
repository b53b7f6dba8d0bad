/** The vendor of these tests: the ConnectWise double, credentials for it, and what its records say should be stored. */
import type { Test } from 'tap'
import {
  apiAccount,
  type ConnectWiseOptions,
  type ConnectWiseServer,
  startConnectWise,
  tinyAccount
} from '../doubles/connectwise/index.ts'

export type Vendor = ConnectWiseServer

/** Changes lie minutes back, each in a second of its own, so that a tick never has to look at one twice. */
function changesApart(): () => Date {
  let at = Date.now() - 15 * 60_000
  return () => {
    at += 1000
    return new Date(at)
  }
}

/** @param options the tiny account without a rate limit, unless they say otherwise */
export async function startVendor(t: Test, options: ConnectWiseOptions = {}): Promise<Vendor> {
  const account = options.account ?? tinyAccount()
  const vendor = await startConnectWise({ rateLimit: false, now: changesApart(), ...options, account })
  t.teardown(() => vendor.close())
  return vendor
}

/** As the vendor documents the order of the keys. */
export function credentialsFor(origin: string) {
  const { companyId, publicKey, privateKey, clientId } = apiAccount
  return { username: `${companyId}+${publicKey}`, password: privateKey, domain: origin, apiVersion: '', clientId }
}

/** What no log, answer or file may ever hold. */
export const canaries = [apiAccount.publicKey, apiAccount.privateKey, apiAccount.clientId]

/** Ids and names of the companies that take part by the rules, from the vendor's own records, in the order of ids. */
export function activeCustomersOf({ data }: Vendor): { id: string; name: string }[] {
  return data.companies
    .scan({
      test: ({ types, status, deletedFlag }) =>
        types.some(({ id }: { id: number }) => id === 1) && status.id === 1 && !deletedFlag
    })
    .map(id => ({ id: String(id), name: String(data.companies.get(id)!.name) }))
}
