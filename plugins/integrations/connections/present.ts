import type { Static } from 'typebox'
import type { Connection, Installation } from '../../storage/port.ts'
import type { Host } from '../host.ts'
import { statusOf } from '../status.ts'
import type { ConnectionView } from './schemas.ts'

/** Connections as people see them, with what is switched on over them. */
export async function presentConnections(
  { store }: Pick<Host, 'store'>,
  tenant: string,
  connections: readonly Connection[]
): Promise<Static<typeof ConnectionView>[]> {
  const installations = await store.installations.listOf(
    tenant,
    connections.map(({ id }) => id)
  )
  return connections.map(connection =>
    viewOf(
      connection,
      installations.filter(({ connectionId }) => connectionId === connection.id)
    )
  )
}

export async function presentConnection(
  host: Pick<Host, 'store'>,
  connection: Connection
): Promise<Static<typeof ConnectionView>> {
  const [view] = await presentConnections(host, connection.tenant, [connection])
  return view!
}

function viewOf(connection: Connection, installations: readonly Installation[]): Static<typeof ConnectionView> {
  const { id, connector, account, display, trouble, workedAt, lastValidation, createdAt, updatedAt } = connection
  return {
    id,
    connector,
    account,
    display,
    trouble: trouble && {
      code: trouble.code,
      detail: trouble.detail,
      since: trouble.since,
      retryAt: trouble.retryAt
    },
    workedAt,
    lastValidation: lastValidation && { at: lastValidation.at, checks: [...lastValidation.checks] },
    installations: installations.map(one => ({
      id: one.id,
      syncType: one.syncType,
      status: statusOf(one, trouble)
    })),
    createdAt,
    updatedAt
  }
}
