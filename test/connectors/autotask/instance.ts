/** An Autotask database to test against: the double, and calls to it as the host makes them. */
import { autotask } from '../../../connectors/autotask/index.ts'
import { openVendorCalls, type VendorCallOptions, type VendorCalls } from '../../conformance/connector/vendor-call.ts'
import { type AutotaskOptions, type AutotaskServer, startAutotask, tinyAccount } from '../../doubles/autotask/index.ts'
import { secondsApart } from '../../doubles/kit/index.ts'
import { readsOf } from '../reads.ts'

type Test = { teardown(end: () => unknown): void }

export function credentialsFor({ user, url }: Pick<AutotaskServer, 'user' | 'url'>): Record<string, string> {
  return { ...user, zoneUrl: url }
}

export interface Instance {
  readonly server: AutotaskServer
  readonly calls: VendorCalls
}

export interface DatabaseOptions extends AutotaskOptions {
  readonly ownDiscovery?: boolean
  /** A zone that the operator allows before the database moves there. */
  readonly nextZone?: string
}

/** The double of the tiny account, unless another one is named, and what OUTBOUND_ALLOW has to say of it. */
export async function startDatabase(t: Test, { nextZone, ...options }: DatabaseOptions = {}) {
  const server = await startAutotask({ account: tinyAccount(), now: secondsApart(), ...options })
  t.teardown(() => server.close())
  const addresses = [server.url, server.zoneUrl]
  if (nextZone !== undefined) {
    const { zone } = server
    await server.moveTo(nextZone)
    addresses.push(server.zoneUrl)
    await server.moveTo(zone)
  }
  return { server, allow: addresses.join() }
}

/** Started and, unless told otherwise, connected; the log of requests is empty. */
export async function openInstance(
  t: Test,
  options: DatabaseOptions = {},
  call: Partial<VendorCallOptions> & { readonly connected?: boolean } = {}
): Promise<Instance> {
  const { server, allow } = await startDatabase(t, options)
  const calls = await openVendorCalls(t, autotask, { credentials: credentialsFor(server), ...call, allow })
  if (call.connected !== false) await calls.connect()
  server.resetLog()
  return { server, calls }
}

export const { syncTypes, fullRead, tick, lookUp, previewsAgree } = readsOf<'active-customers' | 'active-contracts'>(
  autotask
)
