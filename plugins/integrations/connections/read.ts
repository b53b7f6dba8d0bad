import type { Static } from 'typebox'
import { errors } from '../../errors.ts'
import type { Host } from '../host.ts'
import { presentConnection } from './present.ts'
import type { ConnectionView } from './schemas.ts'

/** Throws HOST_ERR_NOT_FOUND. */
export async function getConnection(
  host: Pick<Host, 'store'>,
  tenant: string,
  id: string
): Promise<Static<typeof ConnectionView>> {
  const connection = await host.store.connections.get(tenant, id)
  if (!connection) throw new errors.HOST_ERR_NOT_FOUND('connection')
  return presentConnection(host, connection)
}
