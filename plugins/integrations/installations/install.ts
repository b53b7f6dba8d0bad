import type { FastifyBaseLogger } from 'fastify'
import type { Static } from 'typebox'
import type { Connector, SyncType } from '../../connector/contract.ts'
import { errors, withDetails } from '../../errors.ts'
import type { Connection, Installation } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import { keepConnection } from '../connections/keep-connection.ts'
import type { Host } from '../host.ts'
import { type Settings, settingsOf } from '../settings.ts'
import { type Credentials, requireFittingSettings, requireValid, validate, validateStored } from '../validate.ts'
import { type ScheduleWish, scheduleOf } from './schedule.ts'
import type { InstallAnswer } from './schemas.ts'
import { statusOf } from './status.ts'
import { requireNotInstalled, type SwitchedOn, switchOn, type Wish } from './switch-on.ts'

/** Exactly one of `credentials` and `connectionId`. */
export interface InstallOrder {
  readonly credentials?: Credentials
  readonly connectionId?: string
  /** At least one. */
  readonly syncTypes: readonly string[]
  readonly settings?: Settings
  readonly schedule?: ScheduleWish
}

/** Nothing is kept of credentials that the vendor refuses, and nothing is changed if one sync type is installed already. */
export async function install(
  host: Host,
  connector: Connector,
  tenant: string,
  order: InstallOrder,
  log: FastifyBaseLogger
): Promise<Static<typeof InstallAnswer>> {
  requireOneSource(order)
  const syncTypes = connector.syncTypes.filter(type => order.syncTypes.includes(type.name))
  const { syncEveryMs, compareEveryMs } = host.config
  const defaults = { everyMs: syncEveryMs, compareEveryMs }
  const wish: Wish = {
    schedule: { given: order.schedule !== undefined, value: scheduleOf(order.schedule, defaults) },
    settings: { given: order.settings !== undefined, value: settingsOf(connector, order.settings) }
  }
  const connection = order.credentials
    ? await connect(host, connector, tenant, order.credentials, wish.settings.value, syncTypes, log)
    : await connectionOf(host, connector, tenant, order.connectionId!)
  if (order.connectionId !== undefined) {
    await requireNotInstalled(host, connection, syncTypes)
    if (wish.settings.given)
      requireFittingSettings(await validateStored(host, connector, connection, wish.settings.value, log))
  }

  const installations = await switchAllOn(host, connection, syncTypes, wish)
  host.dispatcher.poke()
  return {
    connectionId: connection.id,
    installations: installations.map(one => ({ id: one.id, syncType: one.syncType, status: statusOf(one) })),
    recommends: await recommended(host, connection, syncTypes)
  }
}

export function requireOneSource(order: Pick<InstallOrder, 'credentials' | 'connectionId'>): void {
  if ((order.credentials === undefined) !== (order.connectionId === undefined)) return
  const message = 'give either credentials or the connectionId of a saved connection'
  const problems = [
    { pointer: '/credentials', message },
    { pointer: '/connectionId', message }
  ]
  throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
}

/** Throws HOST_ERR_NOT_FOUND for another tenant's or another connector's. */
export async function connectionOf(
  host: Pick<Host, 'store'>,
  connector: Connector,
  tenant: string,
  id: string
): Promise<Connection> {
  const connection = await host.store.connections.get(tenant, id)
  if (connection?.connector !== connector.name) throw new errors.HOST_ERR_NOT_FOUND('connection')
  return connection
}

async function connect(
  host: Host,
  connector: Connector,
  tenant: string,
  credentials: Credentials,
  settings: Settings,
  syncTypes: readonly SyncType[],
  log: FastifyBaseLogger
): Promise<Connection> {
  const validation = await validate(host, connector, credentials, settings, log)
  requireValid(validation)
  return keepConnection(host, connector, tenant, credentials, validation, existing =>
    requireNotInstalled(host, existing, syncTypes)
  )
}

/** In the connector's order, so that of two installs of the same ones at once the first to begin gets them all. */
async function switchAllOn(
  host: Host,
  connection: Connection,
  syncTypes: readonly SyncType[],
  wish: Wish
): Promise<Installation[]> {
  const done: SwitchedOn[] = []
  try {
    for (const syncType of syncTypes) done.push(await switchOn(host, connection, syncType, wish))
    await touch(host, connection)
    return done.map(({ installation }) => installation)
  } catch (error) {
    for (const { undo } of done) await undo()
    throw error
  }
}

/**
 * Makes an erase of the connection, that has seen none of these installations, lose its compare-and-set; if it was
 * faster, the credentials are gone and so must these be.
 */
async function touch(host: Pick<Host, 'store'>, { tenant, id }: Connection): Promise<void> {
  for (;;) {
    const connection = await host.store.connections.get(tenant, id)
    if (!connection) throw new errors.HOST_ERR_CONFLICT()
    if (await host.store.connections.tryUpdate(tenant, id, connection.rev, {})) return
  }
}

async function recommended(
  host: Pick<Host, 'store'>,
  connection: Connection,
  syncTypes: readonly SyncType[]
): Promise<string[]> {
  const installed = new Set<string>()
  for (const one of await installationsOf(host, connection.tenant, connection.id)) {
    if (one.wanted !== 'uninstalled') installed.add(one.syncType)
  }
  const names = new Set(syncTypes.flatMap(type => type.recommends))
  return [...names].filter(name => !installed.has(name))
}
