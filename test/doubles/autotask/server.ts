import type { IncomingMessage } from 'node:http'
import { type Door, openDoor, readHeaderKeys, type Site } from '../kit/index.ts'
import { keyHeaders } from './answers/sign-in.ts'
import { type AutotaskDatabase, createDatabase } from './database.ts'
import type { AutotaskOptions } from './options.ts'

/** A running double, with what a test does to it. */
export interface AutotaskServer extends Readonly<AutotaskDatabase['server']> {
  /** The address that tells zones. Unless `ownDiscovery` is set it is that of the first database's first zone too. */
  readonly url: string
  /** The address of the zone in which the database is now. */
  readonly zoneUrl: string
  readonly zone: string
  /** The database is in another zone from now on: the old address refuses its users. */
  moveTo: (zone: string) => Promise<void>
  close: () => Promise<void>
}

export interface CloudOptions {
  /** Zones are told by an address that serves no database, as the vendor's un-numbered host. @default false */
  ownDiscovery?: boolean
}

/** Starts an Autotask PSA double on 127.0.0.1. */
export async function startAutotask(options: AutotaskOptions & CloudOptions = {}): Promise<AutotaskServer> {
  const [server] = await startAutotaskCloud([options], options)
  return server!
}

/**
 * Several databases, each in a zone with an address of its own; who signs in decides which is asked. Their users need
 * different names. Port and TLS are those of the first. Closing one closes all.
 */
export async function startAutotaskCloud(
  accounts: readonly AutotaskOptions[],
  { ownDiscovery = false }: CloudOptions = {}
): Promise<AutotaskServer[]> {
  const doors = new Map<string, Door>()
  const zoneOfRequest = new WeakMap<IncomingMessage, string>()
  const databaseOf = (userName: string): AutotaskDatabase | undefined =>
    databases.find(({ server }) => server.users.some(user => user.userName.toLowerCase() === userName.toLowerCase()))
  const zoneInformation = (userName: string): object | undefined => {
    const database = databaseOf(userName)
    if (!database) return undefined
    const { zone, databaseId, announcedUrl } = database
    return {
      zoneName: `Zone ${zone}`,
      url: announcedUrl ?? `${doors.get(zone)!.url}/ATServicesRest/`,
      webUrl: `https://ww${zone}.autotask.net/`,
      ci: databaseId
    }
  }
  const databases: AutotaskDatabase[] = accounts.map(options =>
    createDatabase(options, { zoneOf: request => zoneOfRequest.get(request), zoneInformation })
  )
  const names = databases.map(({ server }) => server.user.userName.toLowerCase())
  if (new Set(names).size < names.length) throw new Error('Databases of one cloud need users of different names')

  const siteOf = (request: IncomingMessage): Site => {
    const asked = new URL(request.url ?? '/', 'http://localhost').searchParams.get('user')
    const { userName } = readHeaderKeys(request.headers, keyHeaders)
    return (databaseOf(userName || (asked ?? '')) ?? databases[0]!).site
  }
  const { port, tls } = accounts[0] ?? {}
  const openZone = async (zone: string, at?: number) => {
    if (doors.has(zone)) return
    const siteAt = (request: IncomingMessage) => {
      zoneOfRequest.set(request, zone)
      return siteOf(request)
    }
    doors.set(zone, await openDoor(siteAt, { port: at, tls }))
  }
  const discovery = ownDiscovery ? await openDoor(siteOf, { port, tls }) : undefined
  for (const [index, { zone }] of databases.entries()) {
    await openZone(zone, index === 0 && !ownDiscovery ? port : undefined)
  }
  const url = discovery?.url ?? doors.get(databases[0]!.zone)!.url
  const close = async () => {
    await Promise.all([...doors.values(), ...(discovery ? [discovery] : [])].map(door => door.close()))
  }
  return databases.map(database => ({
    ...database.server,
    url,
    get zoneUrl() {
      return doors.get(database.zone)!.url
    },
    get zone() {
      return database.zone
    },
    moveTo: async (zone: string) => {
      await openZone(zone)
      database.moveTo(zone)
    },
    close
  }))
}
