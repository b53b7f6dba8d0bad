import type { WholeHost } from '../../bad-days/whole-host.ts'
import type { TestVendor } from '../vendor.ts'

/** What the steps hand on to one another: they are told in order, over one host. */
export interface Story {
  readonly host: WholeHost<TestVendor>
  readonly vendor: TestVendor
  /** `/v1/integrations/{connector}` */
  readonly url: string
  connectionId: string
  /** The installation of each sync type, once it is there. */
  customers: string
  agreements: string
}

export const installationUrl = (id: string) => `/v1/installations/${id}`

/** Waits until the client of a company is as said, by no other means than the syncs that are due. */
export async function untilClient(
  { host, connectionId }: Story,
  externalId: string,
  isSo: (client: any) => boolean
): Promise<any> {
  const list = `/v1/clients?connectionId=${connectionId}&externalId=${externalId}`
  const { items } = await host.until(list, ({ items }) => items.length === 1 && isSo(items[0]))
  return items[0]
}
