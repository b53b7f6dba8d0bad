import { ConnectorFailure, type Resolved } from '../../connector/contract.ts'
import type { Installation } from '../../storage/port.ts'
import type { Host } from '../host.ts'
import { resolveDeadlineMs, resolveSettings } from '../resolve.ts'
import { type Change, resume } from './life-cycle.ts'

/**
 * Goes on where it was, with a compare first: deletes were not watched meanwhile. What its settings name may have been
 * deleted meanwhile too, so it is asked for; a vendor that does not answer now is asked again when the compare begins.
 */
export const reinstall: Change = async (host, tenant, id, asked) => {
  const installation = await host.store.installations.get(tenant, id)
  const resolved =
    installation?.wanted === 'uninstalled' ? await resolvedAgain(host, installation, asked.log) : undefined
  const more = { pass: null, compareDueInMs: 0, ...(resolved && { resolved }) } as const
  return resume(host, tenant, id, 'reinstall', more, asked)
}

/** undefined: it could not be found out now. Throws HOST_ERR_SETTINGS_INVALID. */
export async function resolvedAgain(
  host: Host,
  { tenant, connector: name, connectionId, settings, resolved }: Installation,
  log: Parameters<Change>[3]['log']
): Promise<Resolved | undefined> {
  const connector = host.connectors.get(name)
  const connection = await host.store.connections.get(tenant, connectionId)
  // Refused credentials are left alone: their vendor may lock the account.
  if (!connector?.resolve || !connection || connection.trouble) return undefined
  try {
    const options = { settings, resolved, deadlineMs: resolveDeadlineMs, log }
    return await resolveSettings(connector, host.vendor.over(connector, connection, options))
  } catch (failure) {
    if (failure instanceof ConnectorFailure) return undefined
    throw failure
  }
}
