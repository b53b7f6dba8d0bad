/** Over which connection an install goes, and what its settings mean there: what it finds out before it changes anything. */
import type { FastifyBaseLogger } from 'fastify'
import type { Connector, Resolved, SyncType } from '../../connector/contract.ts'
import type { Connection } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import { connectionOf } from '../connections/connection-of.ts'
import { type Kept, keepConnection } from '../connections/keep-connection.ts'
import { recogniseAccount } from '../connections/same-account.ts'
import type { Host } from '../host.ts'
import { resolveDeadlineMs, resolveSettings } from '../resolve.ts'
import type { Settings } from '../settings.ts'
import { type Credentials, isAboutSettingsAlone, requireAccount, requireValid, validate } from '../validate.ts'
import { accountConnected, requireNotInstalled } from './already-installed.ts'

/** What an install works with from its first step to its last. */
export interface Install {
  readonly host: Host
  readonly connector: Connector
  readonly tenant: string
  readonly syncTypes: readonly SyncType[]
  readonly settings: Settings
  /** false: these are the defaults, and what is brought back keeps its own. */
  readonly settingsGiven: boolean
  readonly log: FastifyBaseLogger
}

/** Over which connection, and what the settings mean there. */
export interface Base extends Kept {
  readonly resolved: Resolved
}

/** Over typed credentials: nothing is kept before the vendor has accepted them and knows what the settings name. */
export async function connect(work: Install, credentials: Credentials): Promise<Base> {
  const { host, connector, tenant, syncTypes, settings, settingsGiven, log } = work
  const validation = await validate(host, connector, credentials, { settings, log })
  // What is brought back has settings of its own; whether the defaults are needed shows when the account is known.
  if (settingsGiven || !isAboutSettingsAlone(validation)) requireValid(validation)
  requireAccount(validation)

  const recognised = await recogniseAccount(host, connector, tenant, credentials, validation, log)
  if (recognised && !recognised.here) throw await accountConnected(host, recognised.connection)
  const known = recognised?.connection ?? null
  if (known) await requireNotInstalled(host, known, syncTypes)
  const { state } = validation
  const options = { settings, ...(state && { state }), deadlineMs: resolveDeadlineMs, log }
  const resolved = (await needsSettings(work, known))
    ? await resolveSettings(connector, host.vendor.trial(connector, credentials, options))
    : {}
  const kept = await keepConnection(host, connector, tenant, credentials, validation, known, existing =>
    requireNotInstalled(host, existing, syncTypes)
  )
  return { ...kept, resolved }
}

/** Over a saved connection. */
export async function reuse(work: Install, connectionId: string): Promise<Base> {
  const { host, connector, tenant, syncTypes, settings, log } = work
  const connection = await connectionOf(host, connector, tenant, connectionId)
  await requireNotInstalled(host, connection, syncTypes)
  const options = { settings, deadlineMs: resolveDeadlineMs, log }
  const resolved = (await needsSettings(work, connection))
    ? await resolveSettings(connector, host.vendor.over(connector, connection, options))
    : {}
  return { connection, isNew: false, resolved }
}

/** Not if every sync type is brought back as it was. */
async function needsSettings({ host, syncTypes, settingsGiven }: Install, known: Connection | null): Promise<boolean> {
  if (settingsGiven || !known) return true
  const present = await installationsOf(host, known.tenant, known.id)
  return syncTypes.some(type => !present.some(one => one.syncType === type.name))
}
