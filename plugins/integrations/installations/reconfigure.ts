import { isDeepStrictEqual } from 'node:util'
import type { FastifyBaseLogger } from 'fastify'
import { errors } from '../../errors.ts'
import type { Installation, InstallationChange, InstallationSchedule } from '../../storage/port.ts'
import { changeInstallation } from '../change-installation.ts'
import type { Host } from '../host.ts'
import { type Settings, settingsOf } from '../settings.ts'
import { requireFittingSettings, validateStored } from '../validate.ts'
import { endRuns } from './life-cycle.ts'
import { type ScheduleWish, scheduleOf } from './schedule.ts'

export interface Reconfiguration {
  readonly schedule?: ScheduleWish
  /** Put over the saved ones, field by field. */
  readonly settings?: Settings
}

/**
 * New settings are checked against the vendor account and then read everything again, since what was left out may
 * now take part; a new schedule counts from now.
 */
export async function reconfigure(
  host: Host,
  tenant: string,
  id: string,
  wish: Reconfiguration,
  log: FastifyBaseLogger
): Promise<Installation> {
  if (wish.settings) await requireFitting(host, tenant, id, wish.settings, log)
  const { before, after } = await changeInstallation(host, tenant, id, now => {
    const schedule = scheduleOf(wish.schedule, now.schedule)
    const settings = newSettings(host, now, wish.settings)
    if (!settings && isDeepStrictEqual(schedule, now.schedule)) return null
    return {
      ...(wish.schedule && rescheduled(now, schedule)),
      ...(settings && resettled(now, settings))
    }
  })
  if (!isDeepStrictEqual(before.settings, after.settings)) {
    await endRuns(host, { ...before, requested: null }, after, 'settings changed')
  }
  host.dispatcher.poke()
  return after
}

function newSettings(host: Host, now: Installation, given: Settings | undefined): Settings | null {
  if (!given) return null
  const settings = settingsOf(connectorOf(host, now), given, now.settings)
  return isDeepStrictEqual(settings, now.settings) ? null : settings
}

function rescheduled(now: Installation, schedule: InstallationSchedule): InstallationChange {
  // Without a due time it waits for a person, and a request that waits goes first.
  const waits = now.wanted !== 'running' || now.dueAt === null || now.requested !== null
  const sinceCompare = now.lastPass ? Date.now() - Date.parse(now.lastPass.startedAt) : 0
  return {
    schedule,
    ...(schedule.everyMs !== now.schedule.everyMs && !waits && { dueInMs: schedule.everyMs }),
    ...(schedule.compareEveryMs !== now.schedule.compareEveryMs && {
      compareDueInMs: Math.max(0, schedule.compareEveryMs - sinceCompare)
    })
  }
}

function resettled(now: Installation, settings: Settings): InstallationChange {
  return {
    settings,
    checkpoint: null,
    pass: null,
    approval: null,
    fence: true,
    ...(now.wanted === 'running' && { dueInMs: 0, failures: 0 as const })
  }
}

async function requireFitting(host: Host, tenant: string, id: string, given: Settings, log: FastifyBaseLogger) {
  const installation = await host.store.installations.get(tenant, id)
  if (!installation) throw new errors.HOST_ERR_NOT_FOUND('installation')
  const settings = newSettings(host, installation, given)
  const connection = settings && (await host.store.connections.get(tenant, installation.connectionId))
  if (!settings || !connection) return
  requireFittingSettings(await validateStored(host, connectorOf(host, installation), connection, settings, log))
}

function connectorOf(host: Host, installation: Installation) {
  const connector = host.connectors.get(installation.connector)
  if (!connector) throw new errors.HOST_ERR_NOT_FOUND('connector')
  return connector
}
