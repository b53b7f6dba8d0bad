import { isDeepStrictEqual } from 'node:util'
import type { FastifyBaseLogger } from 'fastify'
import type { Resolved } from '../../connector/contract.ts'
import { errors } from '../../errors.ts'
import type { Expected } from '../../http/preconditions.ts'
import type { Installation, InstallationChange, InstallationSchedule } from '../../storage/port.ts'
import { changeInstallation } from '../change-installation.ts'
import type { Host } from '../host.ts'
import { resolveDeadlineMs, resolveSettings } from '../resolve.ts'
import { changeInWords, type Settings, settingsFor } from '../settings.ts'
import { endRuns } from './life-cycle.ts'
import { type ScheduleWish, scheduleOf } from './schedule.ts'

export interface Reconfiguration {
  readonly schedule?: ScheduleWish
  /** Put over the saved ones, field by field. */
  readonly settings?: Settings
}

/** New settings, and what their names mean. */
interface Fitting {
  readonly settings: Settings
  readonly resolved: Resolved
}

/**
 * The names in new settings are looked up at the vendor; then everything is read again, since what was left out may now
 * take part, and what leaves by it is held like any other loss. A new schedule counts from now.
 */
export async function reconfigure(
  host: Host,
  tenant: string,
  id: string,
  wish: Reconfiguration,
  log: FastifyBaseLogger,
  expected: Expected = null
): Promise<Installation> {
  const fitting = wish.settings ? await fit(host, tenant, id, wish.settings, log) : null
  const { before, after } = await changeInstallation(
    host,
    tenant,
    id,
    now => {
      if (now.wanted === 'erasing') throw new errors.HOST_ERR_TRANSITION('erasing', 'change', 'nothing')
      const schedule = scheduleOf(host.config, wish.schedule, now.schedule)
      const settings = newSettings(host, now, wish.settings)
      // Someone else has changed them since their names were looked up.
      if (settings && !isDeepStrictEqual(settings, fitting?.settings)) throw new errors.HOST_ERR_CONFLICT()
      if (!settings && isDeepStrictEqual(schedule, now.schedule)) return null
      return {
        ...(wish.schedule && rescheduled(now, schedule)),
        ...(settings && resettled(now, settings, fitting!.resolved))
      }
    },
    expected
  )
  if (!isDeepStrictEqual(before.settings, after.settings)) {
    await endRuns(host, { ...before, requested: null }, after, 'settings changed')
  }
  host.dispatcher.poke()
  return after
}

function newSettings(host: Host, now: Installation, given: Settings | undefined): Settings | null {
  if (!given) return null
  const settings = settingsFor(connectorOf(host, now), [now.syncType], given, now.settings)
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

/**
 * A pass under other settings is dropped and a new one begins at once; polls go on where they were. Until it has ended,
 * what leaves by a rule says that the settings were changed, and how.
 */
export function resettled(now: Installation, settings: Settings, resolved: Resolved): InstallationChange {
  const words = changeInWords(now.settings, settings)
  return {
    settings,
    resolved,
    resettled: now.resettled === null ? words : `${now.resettled}, then ${words}`,
    pass: null,
    misfits: null,
    attention: null,
    passFailures: 0,
    compareDueInMs: 0,
    fence: true,
    ...(now.wanted === 'running' && { dueInMs: 0, failures: 0 as const })
  }
}

/** null: the settings are what they were. Throws HOST_ERR_SETTINGS_INVALID. */
async function fit(
  host: Host,
  tenant: string,
  id: string,
  given: Settings,
  log: FastifyBaseLogger
): Promise<Fitting | null> {
  const installation = await host.store.installations.get(tenant, id)
  if (!installation) throw new errors.HOST_ERR_NOT_FOUND('installation')
  const settings = newSettings(host, installation, given)
  const connection = settings && (await host.store.connections.get(tenant, installation.connectionId))
  if (!settings || !connection) return null
  const connector = connectorOf(host, installation)
  // Names that stay mean what they meant, also if they were renamed at the vendor.
  const options = { settings, resolved: installation.resolved, deadlineMs: resolveDeadlineMs, log }
  return { settings, resolved: await resolveSettings(connector, host.vendor.over(connector, connection, options)) }
}

function connectorOf(host: Host, installation: Installation) {
  const connector = host.connectors.get(installation.connector)
  if (!connector) throw new errors.HOST_ERR_NOT_FOUND('connector')
  return connector
}
