import type { Static } from 'typebox'
import { errors } from '../../errors.ts'
import type { Connection, Store } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import type { ConnectionView } from './schemas.ts'

type Reads = { readonly store: Store }

/** A connection as people see it: what may be shown of the credentials, and what uses it. */
export async function presentConnection(host: Reads, connection: Connection): Promise<Static<typeof ConnectionView>> {
  const { id, tenant, connector, account, display, createdAt, updatedAt } = connection
  const installations = (await installationsOf(host, tenant, id)).map(installation => installation.id)
  return { id, connector, account, display, installations, createdAt, updatedAt }
}

/** Throws HOST_ERR_NOT_FOUND. */
export async function getConnection(host: Reads, tenant: string, id: string): Promise<Static<typeof ConnectionView>> {
  const connection = await host.store.connections.get(tenant, id)
  if (!connection) throw new errors.HOST_ERR_NOT_FOUND('connection')
  return presentConnection(host, connection)
}
