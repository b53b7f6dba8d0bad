import type { Connector } from '../../connector/contract.ts'
import { errors } from '../../errors.ts'
import type { Connection } from '../../storage/port.ts'
import type { Host } from '../host.ts'

/** Throws HOST_ERR_NOT_FOUND for another tenant's or another connector's. */
export async function connectionOf(
  host: Pick<Host, 'store'>,
  connector: Connector,
  tenant: string,
  id: string
): Promise<Connection> {
  const connection = await host.store.connections.get(tenant, id)
  if (connection?.connector !== connector.name) throw new errors.HOST_ERR_NOT_FOUND('connection')
  return connection
}
