/** A ConnectWise instance to test against: the double, and calls to it as the host makes them. */
import { connectwise } from '../../../connectors/connectwise/index.ts'
import type { SyncType } from '../../../plugins/connector/contract.ts'
import { type Notebook, openNotebook, readPass } from '../../conformance/connector/notebook.ts'
import { openVendorCalls, type VendorCallOptions, type VendorCalls } from '../../conformance/connector/vendor-call.ts'
import {
  apiAccount,
  type ConnectWiseOptions,
  type ConnectWiseServer,
  startConnectWise,
  tinyAccount
} from '../../doubles/connectwise/index.ts'

type Test = { teardown(end: () => unknown): void }

/** As the vendor documents the order of the keys. */
export function credentialsFor(origin: string): Record<string, string> {
  const { companyId, publicKey, privateKey, clientId } = apiAccount
  return { username: `${companyId}+${publicKey}`, password: privateKey, domain: origin, apiVersion: '', clientId }
}

/** As the install instructions have it. */
export function swappedCredentialsFor(origin: string): Record<string, string> {
  const { companyId, publicKey, privateKey } = apiAccount
  return { ...credentialsFor(origin), username: `${companyId}+${privateKey}`, password: publicKey }
}

export interface Instance {
  readonly server: ConnectWiseServer
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
  options: ConnectWiseOptions = {},
  call: Partial<VendorCallOptions> & { readonly connected?: boolean } = {}
): Promise<Instance> {
  const server = await startConnectWise({ account: tinyAccount(), now: changesApart(), ...options })
  t.teardown(() => server.close())
  const calls = await openVendorCalls(t, connectwise, {
    allow: server.url,
    credentials: credentialsFor(server.url),
    ...call
  })
  if (call.connected !== false) await calls.connect()
  server.resetLog()
  return { server, calls }
}

export const syncTypes = Object.fromEntries(connectwise.syncTypes.map(syncType => [syncType.name, syncType])) as Record<
  'active-customers' | 'active-agreements',
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
