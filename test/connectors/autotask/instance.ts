/** An Autotask database to test against: the double, and calls to it as the host makes them. */
import { autotask } from '../../../connectors/autotask/index.ts'
import type { SyncType } from '../../../plugins/connector/contract.ts'
import { type Notebook, openNotebook, readPass } from '../../conformance/connector/notebook.ts'
import { openVendorCalls, type VendorCallOptions, type VendorCalls } from '../../conformance/connector/vendor-call.ts'
import { type AutotaskOptions, type AutotaskServer, startAutotask, tinyAccount } from '../../doubles/autotask/index.ts'

type Test = { teardown(end: () => unknown): void }

export function credentialsFor({ user, url }: Pick<AutotaskServer, 'user' | 'url'>): Record<string, string> {
  return { ...user, zoneUrl: url }
}

export interface Instance {
  readonly server: AutotaskServer
  readonly calls: VendorCalls
}

/** A vendor's clock for changes that lie minutes back and each in a second of its own. */
function changesApart(): () => Date {
  let at = Date.now() - 15 * 60_000
  return () => {
    at += 1000
    return new Date(at)
  }
}

/** Started and, unless told otherwise, connected; the log of requests is empty. */
export async function openInstance(
  t: Test,
  options: AutotaskOptions & { readonly ownDiscovery?: boolean; readonly nextZone?: string } = {},
  call: Partial<VendorCallOptions> & { readonly connected?: boolean } = {}
): Promise<Instance> {
  const { nextZone, ...rest } = options
  const server = await startAutotask({ account: tinyAccount(), now: changesApart(), ...rest })
  t.teardown(() => server.close())
  const addresses = [server.url, server.zoneUrl]
  if (nextZone !== undefined) {
    // The operator of a test allows a zone before the database moves there.
    const { zone } = server
    await server.moveTo(nextZone)
    addresses.push(server.zoneUrl)
    await server.moveTo(zone)
  }
  const allow = addresses.join()
  const calls = await openVendorCalls(t, autotask, { credentials: credentialsFor(server), ...call, allow })
  if (call.connected !== false) await calls.connect()
  server.resetLog()
  return { server, calls }
}

export const syncTypes = Object.fromEntries(autotask.syncTypes.map(syncType => [syncType.name, syncType])) as Record<
  'active-customers' | 'active-contracts',
  SyncType
>

export function fullRead({ calls }: Instance, name: keyof typeof syncTypes): Promise<Notebook> {
  return readPass(syncTypes[name], calls.call())
}

const day = 24 * 3600_000

/** One tick over what `kept` holds; it is changed as a store would be. Returns what came in this tick alone. */
export async function tick(
  { calls }: Instance,
  name: keyof typeof syncTypes,
  kept: Notebook,
  since = new Date(Date.now() - day)
): Promise<Notebook> {
  const came = openNotebook(syncTypes[name])
  const { memo, known } = kept
  for await (const page of syncTypes[name].poll(calls.poll({ since, memo, known, roster: kept.roster() }))) {
    kept.take(page)
    came.take(page)
  }
  return came
}

/** The records of these ids, as a look-up gives them. */
export async function lookUp(
  { calls }: Instance,
  name: keyof typeof syncTypes,
  ids: readonly string[]
): Promise<Notebook> {
  const found = openNotebook(syncTypes[name])
  for await (const page of syncTypes[name].lookup(calls.call(), ids)) found.take(page)
  return found
}
