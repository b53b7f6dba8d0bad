import { errors } from '../errors.ts'
import { type Expected, requireExpected } from '../http/preconditions.ts'
import type { Connection, Installation, InstallationChange } from '../storage/port.ts'
import type { Host } from './host.ts'

const attempts = 5

type Decision = InstallationChange | null

/**
 * Changes an installation by compare-and-set. `decide` sees the newest state, and what stops its connection, again
 * after each lost attempt, and may throw; null: nothing to change. Throws HOST_ERR_NOT_FOUND, HOST_ERR_CHANGED_MEANWHILE if it is none of the
 * revisions `expected`, and HOST_ERR_CONFLICT when others were faster each time.
 */
export async function changeInstallation(
  host: Pick<Host, 'store' | 'webhooks'>,
  tenant: string,
  id: string,
  decide: (now: Installation, trouble: Connection['trouble']) => Decision | Promise<Decision>,
  expected: Expected = null
): Promise<{ before: Installation; after: Installation }> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await host.store.installations.get(tenant, id)
    if (!before) throw new errors.HOST_ERR_NOT_FOUND('installation')
    requireExpected(expected, before.rev)
    const trouble = (await host.store.connections.get(tenant, before.connectionId))?.trouble ?? null
    const change = await decide(before, trouble)
    if (!change) return { before, after: before }
    const after = await host.store.installations.tryUpdate(tenant, id, before.rev, change)
    if (!after) continue
    await host.webhooks.changed({ installation: before, trouble }, { installation: after, trouble })
    return { before, after }
  }
  throw new errors.HOST_ERR_CONFLICT()
}

/** All installations of a connection, uninstalled ones too. */
export function installationsOf(
  host: Pick<Host, 'store'>,
  tenant: string,
  connectionId: string
): Promise<Installation[]> {
  return host.store.installations.listOf(tenant, [connectionId])
}
