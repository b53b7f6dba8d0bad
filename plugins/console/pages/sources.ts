import type { Connection } from '../../storage/port.ts'
import type { Desk } from '../desk.ts'

/**
 * What each connection is called where clients of several stand together: two products may hold accounts of one name,
 * and often do, since both are called after their owner.
 */
export function sourceLabels({ host }: Desk, connections: readonly Connection[]): ReadonlyMap<string, string> {
  const byProduct = Map.groupBy(connections, ({ connector }) => connector)
  const label = ({ connector, account }: Connection): string => {
    if (byProduct.size === 1) return account.name
    const product = host.connectors.get(connector)?.title ?? connector
    return byProduct.get(connector)!.length === 1 ? product : `${product}: ${account.name}`
  }
  return new Map(connections.map(connection => [connection.id, label(connection)]))
}
