import { errors } from '../errors.ts'
import type { Installation, InstallationChange } from '../storage/port.ts'
import type { Host } from './host.ts'

const attempts = 5

/**
 * Changes an installation by compare-and-set. `decide` sees the newest state, again after each lost attempt, and may
 * throw; null: nothing to change. Throws HOST_ERR_NOT_FOUND, and HOST_ERR_CONFLICT when others were faster each time.
 */
export async function changeInstallation(
  host: Pick<Host, 'store'>,
  tenant: string,
  id: string,
  decide: (now: Installation) => InstallationChange | null
): Promise<{ before: Installation; after: Installation }> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await host.store.installations.get(tenant, id)
    if (!before) throw new errors.HOST_ERR_NOT_FOUND('installation')
    const change = decide(before)
    if (!change) return { before, after: before }
    const after = await host.store.installations.tryUpdate(tenant, id, before.rev, change)
    if (after) return { before, after }
  }
  throw new errors.HOST_ERR_CONFLICT()
}

/** All installations of a connection, uninstalled ones too. */
export async function installationsOf(
  host: Pick<Host, 'store'>,
  tenant: string,
  connectionId: string
): Promise<Installation[]> {
  const found: Installation[] = []
  let cursor: string | null = null
  do {
    const page = await host.store.installations.list(tenant, { connectionId }, { limit: 500, cursor })
    found.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}
