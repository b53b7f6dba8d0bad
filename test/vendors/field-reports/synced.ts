/** A vendor's account with both sync types installed and synced: the base of every field report. */
import type { Test } from 'tap'
import { openWholeHost, type WholeHost } from '../../bad-days/whole-host.ts'
import type { TestVendor, VendorKind, VendorOrder } from '../vendor.ts'

export interface Synced {
  readonly host: WholeHost<TestVendor>
  readonly vendor: TestVendor
  readonly connectionId: string
  /** Installations. */
  readonly customers: string
  readonly agreements: string
}

export async function openSynced(
  t: Test,
  kind: VendorKind,
  order: VendorOrder = {},
  now?: () => Date
): Promise<Synced> {
  const vendor = await kind.start(t, order)
  const host = await openWholeHost(t, { vendor, connectors: [kind.unthrottled], ...(now && { now }) })
  const { ids, connectionId } = await host.install(kind.customers, kind.agreements)
  const [customers, agreements] = ids as [string, string]
  return { host, vendor, connectionId, customers, agreements }
}

export async function installationOf({ host }: Synced, id: string): Promise<any> {
  return (await host.call('GET', `/v1/installations/${id}`)).body
}

export async function clientOf({ host }: Synced, externalId: string): Promise<any> {
  return (await host.all(`/v1/clients?externalId=${externalId}`))[0]
}

/** As it stands now: live agreements of that id. */
export async function liveAgreements({ host }: Synced, externalId: string): Promise<any[]> {
  return (await host.all('/v1/agreements')).filter(one => one.externalId === externalId && one.status !== 'gone')
}

/** What a bad answer might take away. */
export async function belongings({ host }: Synced) {
  const clients = await host.all('/v1/clients?status=active')
  const agreements = await host.all('/v1/agreements')
  return {
    clients: clients.map(({ id }) => id).toSorted(),
    emails: clients.map(({ id, emails }) => `${id} ${emails.map(({ value }: any) => value).join()}`).toSorted(),
    phones: clients.map(({ id, phones }) => `${id} ${phones.map(({ value }: any) => value).join()}`).toSorted(),
    agreements: agreements
      .map(({ id, status, overallCost, vendors }) => `${id} ${status} ${overallCost} ${vendors.join()}`)
      .toSorted()
  }
}
