import { isDeepStrictEqual } from 'node:util'
import type { SyncType } from '../../connector/contract.ts'
import { newId } from '../../entities/new-id.ts'
import { errors } from '../../errors.ts'
import type { Connection, Installation, InstallationSchedule } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'
import type { Settings } from '../settings.ts'
import { erase } from './erase.ts'
import { uninstall } from './life-cycle.ts'

/** `given` false: an installation that is brought back keeps its own. */
export interface Wish {
  readonly schedule: { readonly given: boolean; readonly value: InstallationSchedule }
  readonly settings: { readonly given: boolean; readonly value: Settings }
}

export interface SwitchedOn {
  readonly installation: Installation
  /** Puts it back as it was. */
  undo(): Promise<void>
}

/** Throws HOST_ERR_ALREADY_INSTALLED, also when another install of it was faster. */
export async function switchOn(
  host: Host,
  connection: Connection,
  syncType: SyncType,
  wish: Wish
): Promise<SwitchedOn> {
  const { tenant } = connection
  const { installations } = host.store
  const existing = (await installationsOf(host, tenant, connection.id)).find(one => one.syncType === syncType.name)
  if (existing) {
    const installation = existing.wanted === 'uninstalled' ? await bringBack(host, existing, wish) : null
    if (!installation) throw new errors.HOST_ERR_ALREADY_INSTALLED(syncType.title)
    return {
      installation,
      undo: async () => {
        await uninstall(host, tenant, installation.id)
      }
    }
  }
  const id = newId('ins')
  const inserted = await installations.tryInsert({
    id,
    tenant,
    connector: connection.connector,
    connectionId: connection.id,
    syncType: syncType.name,
    schedule: wish.schedule.value,
    settings: wish.settings.value,
    createdAt: new Date().toISOString()
  })
  const installation = inserted ? await installations.get(tenant, id) : null
  if (!installation) throw new errors.HOST_ERR_ALREADY_INSTALLED(syncType.title)
  return { installation, undo: () => erase(host, tenant, id) }
}

/** Deletes were not watched meanwhile, so it begins with a compare; under other settings everything is read anew. */
async function bringBack(host: Host, existing: Installation, wish: Wish): Promise<Installation | null> {
  const changed = wish.settings.given && !isDeepStrictEqual(wish.settings.value, existing.settings)
  return host.store.installations.tryUpdate(existing.tenant, existing.id, existing.rev, {
    wanted: 'running',
    attention: null,
    failures: 0,
    dueInMs: 0,
    compareDueInMs: 0,
    ...(wish.schedule.given && { schedule: wish.schedule.value }),
    ...(changed && { settings: wish.settings.value, checkpoint: null, pass: null, approval: null })
  })
}

/** Throws HOST_ERR_ALREADY_INSTALLED if any of the sync types is installed on the connection. */
export async function requireNotInstalled(
  host: Pick<Host, 'store'>,
  connection: Connection,
  syncTypes: readonly SyncType[]
): Promise<void> {
  const present = await installationsOf(host, connection.tenant, connection.id)
  const installed = syncTypes.find(type =>
    present.some(one => one.syncType === type.name && one.wanted !== 'uninstalled')
  )
  if (installed) throw new errors.HOST_ERR_ALREADY_INSTALLED(installed.title)
}
