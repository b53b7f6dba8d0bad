import type { Connector, Resolved } from '../../connector/contract.ts'
import type { Connection } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'
import { type Settings, settingsOf } from '../settings.ts'

/** What a connection's account is validated with: the settings of its first installation, else the connector's defaults. */
export async function settingsInUse(
  host: Pick<Host, 'store'>,
  connector: Connector,
  connection: Connection
): Promise<{ settings: Settings; resolved: Resolved }> {
  const [first] = await installationsOf(host, connection.tenant, connection.id)
  return first ?? { settings: settingsOf(connector, undefined), resolved: {} }
}
