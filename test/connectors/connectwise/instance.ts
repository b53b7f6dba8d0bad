/** A ConnectWise instance to test against: the double, and calls to it as the host makes them. */
import { connectwise } from '../../../connectors/connectwise/index.ts'
import { openVendorCalls, type VendorCallOptions, type VendorCalls } from '../../conformance/connector/vendor-call.ts'
import {
  type ConnectWiseOptions,
  type ConnectWiseServer,
  startConnectWise,
  tinyAccount
} from '../../doubles/connectwise/index.ts'
import { secondsApart } from '../../doubles/kit/index.ts'
import { readsOf } from '../reads.ts'
import { credentialsFor } from './credentials.ts'

type Test = { teardown(end: () => unknown): void }

export interface Instance {
  readonly server: ConnectWiseServer
  readonly calls: VendorCalls
}

/** Started and, unless told otherwise, connected; the log of requests is empty. */
export async function openInstance(
  t: Test,
  options: ConnectWiseOptions = {},
  call: Partial<VendorCallOptions> & { readonly connected?: boolean } = {}
): Promise<Instance> {
  const server = await startConnectWise({ account: tinyAccount(), now: secondsApart(), ...options })
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

export const { syncTypes, fullRead, tick, lookUp, previewsAgree } = readsOf<'active-customers' | 'active-agreements'>(
  connectwise
)
