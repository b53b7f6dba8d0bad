import type { FastifyBaseLogger } from 'fastify'
import type { Static } from 'typebox'
import type { Connector, SyncType } from '../../connector/contract.ts'
import { errors, withDetails } from '../../errors.ts'
import type { Connection, Installation } from '../../storage/port.ts'
import { installationsOf } from '../change-installation.ts'
import { removeUnlessUsed } from '../connections/remove.ts'
import type { Host } from '../host.ts'
import { ownSettings, type Settings, settingsFor, settingsOf } from '../settings.ts'
import { statusOf } from '../status.ts'
import type { Credentials } from '../validate.ts'
import { type Base, connect, type Install, reuse } from './install-base.ts'
import { type ScheduleWish, scheduleOf } from './schedule.ts'
import type { InstallAnswer } from './schemas.ts'
import { type SwitchedOn, switchOn, type Wish } from './switch-on.ts'

/** Exactly one of `credentials` and `connectionId`. */
export interface InstallOrder {
  readonly credentials?: Credentials
  readonly connectionId?: string
  /** At least one. */
  readonly syncTypes: readonly string[]
  readonly settings?: Settings
  readonly schedule?: ScheduleWish
}

/**
 * Nothing is kept of credentials that the vendor refuses, nothing is changed if one sync type is installed already, and
 * whatever fails half-way is taken back.
 */
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
  const schedule = { given: order.schedule !== undefined, value: scheduleOf(host.config, order.schedule, defaults) }
  const names = syncTypes.map(({ name }) => name)
  const settings = settingsFor(connector, names, order.settings)
  const settingsGiven = order.settings !== undefined
  const work: Install = { host, connector, tenant, syncTypes, settings, settingsGiven, log }
  const base = order.credentials ? await connect(work, order.credentials) : await reuse(work, order.connectionId!)
  const { resolved } = base
  const wishOf = ({ name }: SyncType): Wish => {
    const value = settingsOf(connector, ownSettings(connector, name, settings))
    return { schedule, settings: { given: settingsGiven, value, resolved } }
  }

  const { connection } = base
  const installations = await switchAllOn(work, base, wishOf)
  host.dispatcher.poke()
  return {
    connectionId: connection.id,
    installations: installations.map(one => ({
      id: one.id,
      syncType: one.syncType,
      status: statusOf(one, connection.trouble)
    })),
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

/** Answers in the connector's order. */
async function switchAllOn(
  { host, syncTypes, log }: Install,
  { connection, isNew }: Base,
  wishOf: (syncType: SyncType) => Wish
): Promise<Installation[]> {
  const done: SwitchedOn[] = []
  try {
    await switchOn(host, connection, new Map(syncTypes.map(type => [type, wishOf(type)])), done, log)
    await touch(host, connection)
    const places = syncTypes.map(({ name }) => name)
    const placeOf = ({ syncType }: Installation) => places.indexOf(syncType)
    return done.map(({ installation }) => installation).sort((a, b) => placeOf(a) - placeOf(b))
  } catch (error) {
    await takeBack(host, connection, isNew, done).catch(failure => {
      // Without the store nothing can be taken back now: credentials that stay unused go by themselves within a day.
      log.error({ err: failure, connection: connection.id }, 'an install that failed could not be taken back')
    })
    throw error
  }
}

async function takeBack(
  host: Host,
  connection: Connection,
  isNew: boolean,
  done: readonly SwitchedOn[]
): Promise<void> {
  for (const { undo } of done) await undo()
  // Another install may use it by now.
  if (isNew) await removeUnlessUsed(host, connection.tenant, connection.id)
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
