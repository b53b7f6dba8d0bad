import { isDeepStrictEqual } from 'node:util'
import type { FastifyBaseLogger } from 'fastify'
import type { Resolved, SyncType } from '../../connector/contract.ts'
import { newId } from '../../entities/new-id.ts'
import { errors } from '../../errors.ts'
import type { Connection, Installation, InstallationChange, InstallationSchedule } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import type { Host } from '../host.ts'
import type { Settings } from '../settings.ts'
import { alreadyInstalled, requireNotInstalled } from './already-installed.ts'
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

/**
 * What was uninstalled is brought back, one after the other, then all that is new comes in one go: a host that is killed
 * leaves no half of a first install, whose repetition would be refused. Whatever is in `done` when it throws is to be
 * put back.
 *
 * Throws HOST_ERR_ALREADY_INSTALLED, also when another install of one of them was faster.
 */
export async function switchOn(
  host: Host,
  connection: Connection,
  wishes: ReadonlyMap<SyncType, Wish>,
  done: SwitchedOn[],
  log: FastifyBaseLogger
): Promise<void> {
  const { tenant } = connection
  const present = new Map((await installationsOf(host, tenant, connection.id)).map(one => [one.syncType, one]))
  if ([...wishes.keys()].some(({ name }) => present.get(name)?.wanted === 'erasing'))
    throw new errors.HOST_ERR_CONFLICT()
  for (const [syncType, wish] of wishes) {
    const existing = present.get(syncType.name)
    if (!existing) continue
    const installation = existing.wanted === 'uninstalled' ? await bringBack(host, existing, wish, log) : null
    if (!installation) throw await alreadyInstalled(host, connection, syncType)
    const undo = async () => {
      await uninstall(host, tenant, installation.id, { log })
    }
    done.push({ installation, undo })
  }
  const fresh = [...wishes].filter(([{ name }]) => !present.has(name))
  if (fresh.length > 0) done.push(...(await putIn(host, connection, fresh)))
}

async function putIn(
  host: Host,
  connection: Connection,
  wishes: readonly (readonly [SyncType, Wish])[]
): Promise<SwitchedOn[]> {
  const { tenant, connector, id: connectionId } = connection
  const { installations } = host.store
  const createdAt = new Date().toISOString()
  const fresh = wishes.map(([{ name: syncType }, { schedule, settings }]) => ({
    ...{ id: newId('ins'), tenant, connector, connectionId, syncType, createdAt },
    schedule: schedule.value,
    settings: settings.value,
    resolved: settings.resolved
  }))
  const insert = async () => {
    if (!(await installations.tryInsert(...fresh))) return null
    const found = await Promise.all(fresh.map(({ id }) => installations.get(tenant, id)))
    if (found.includes(null)) throw new errors.HOST_ERR_CONFLICT()
    return found as Installation[]
  }
  const made = await insert().catch(async error => {
    // They may be there all the same: what failed may have been the answer, or the look at them.
    for (const { id } of fresh) await erase(host, tenant, id).catch(() => {})
    throw error
  })
  if (!made) {
    await requireNotInstalled(
      host,
      connection,
      wishes.map(([syncType]) => syncType)
    )
    throw new errors.HOST_ERR_CONFLICT()
  }
  return made.map(installation => ({ installation, undo: () => erase(host, tenant, installation.id) }))
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
