import { isDeepStrictEqual } from 'node:util'
import type { FastifyBaseLogger } from 'fastify'
import type { Resolved, SyncType } from '../../connector/contract.ts'
import { newId } from '../../entities/new-id.ts'
import { errors } from '../../errors.ts'
import type { Connection, Installation, InstallationChange, InstallationSchedule } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'
import type { Settings } from '../settings.ts'
import { alreadyInstalled } from './already-installed.ts'
import { erase } from './erase.ts'
import { uninstall } from './life-cycle.ts'
import { resettled } from './reconfigure.ts'
import { resolvedAgain } from './reinstall.ts'

/** `given` false: an installation that is brought back keeps its own. */
export interface Wish {
  readonly schedule: { readonly given: boolean; readonly value: InstallationSchedule }
  readonly settings: { readonly given: boolean; readonly value: Settings; readonly resolved: Resolved }
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
  wish: Wish,
  log: FastifyBaseLogger
): Promise<SwitchedOn> {
  const { tenant } = connection
  const { installations } = host.store
  const existing = (await installationsOf(host, tenant, connection.id)).find(one => one.syncType === syncType.name)
  if (existing?.wanted === 'erasing') throw new errors.HOST_ERR_CONFLICT()
  if (existing) {
    const installation = existing.wanted === 'uninstalled' ? await bringBack(host, existing, wish, log) : null
    if (!installation) throw await alreadyInstalled(host, connection, syncType)
    return {
      installation,
      undo: async () => {
        await uninstall(host, tenant, installation.id, { log })
      }
    }
  }
  const id = newId('ins')
  const fresh = {
    id,
    tenant,
    connector: connection.connector,
    connectionId: connection.id,
    syncType: syncType.name,
    schedule: wish.schedule.value,
    settings: wish.settings.value,
    resolved: wish.settings.resolved,
    createdAt: new Date().toISOString()
  }
  const undo = () => erase(host, tenant, id)
  const insert = async () => ((await installations.tryInsert(fresh)) ? installations.get(tenant, id) : null)
  const installation = await insert().catch(async error => {
    // It may be there all the same: what failed may have been the answer, or the look at it.
    await undo().catch(() => {})
    throw error
  })
  if (!installation) throw await alreadyInstalled(host, connection, syncType)
  return { installation, undo }
}

/** Deletes were not watched meanwhile, so it begins with a compare; under other settings everything is judged anew. */
async function bringBack(
  host: Host,
  existing: Installation,
  wish: Wish,
  log: FastifyBaseLogger
): Promise<Installation | null> {
  const { given, value, resolved } = wish.settings
  const changed = given && !isDeepStrictEqual(value, existing.settings)
  const renewed = given ? resolved : await resolvedAgain(host, existing, log)
  const { tenant, id, rev } = existing
  const change: InstallationChange = {
    ...(renewed && { resolved: renewed }),
    ...(changed && resettled(existing, value, resolved)),
    wanted: 'running',
    attention: null,
    failures: 0,
    passFailures: 0,
    pass: null,
    dueInMs: 0,
    compareDueInMs: 0,
    ...(wish.schedule.given && { schedule: wish.schedule.value })
  }
  return host.store.installations.tryUpdate(tenant, id, rev, change).catch(async error => {
    // It may be back all the same, which this revision tells; what another install has made of it since stays.
    await uninstall(host, tenant, id, { expected: [rev + 1], log }).catch(() => {})
    throw error
  })
}
