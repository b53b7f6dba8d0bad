/// <reference path="./oidc-provider.d.ts" />
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { Test } from 'tap'
import { buildTestHost } from '../../build-test-host.ts'
import { closedPort } from '../../closed-port.ts'

export const client = { client_id: 'integration-host', client_secret: 'obviously-fake-client-secret-for-tests' }

/** Claims of whoever signs in. */
export interface Account {
  readonly [claim: string]: unknown
}

export async function listening(t: Test): Promise<{ server: Server; origin: string }> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise(resolve => server.close(resolve)))
  t.teardown(() => server.closeAllConnections())
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** An issuer whose accounts are what the test says, and a host that trusts it. */
export async function openIssuer(t: Test, account: Account, env: Record<string, string> = {}) {
  const issuer = await listening(t)
  const port = await closedPort()
  const origin = `http://127.0.0.1:${port}`
  const provider = new Provider(issuer.origin, {
    clients: [{ ...client, redirect_uris: [`${origin}/console/oidc/callback`] }],
    claims: { openid: ['sub', ...Object.keys(account)] },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...account }) }),
    cookies: { keys: ['obviously-fake'] },
    pkce: { required: () => true }
  })
  issuer.server.on('request', provider.callback())
  const { host, log } = await buildTestHost(t, {
    env: {
      CONSOLE_ORIGIN: origin,
      OIDC_ISSUER: issuer.origin,
      OIDC_CLIENT_ID: client.client_id,
      OIDC_CLIENT_SECRET: client.client_secret,
      ...env
    }
  })
  await host.listen({ host: '127.0.0.1', port })
  return { host, origin, issuer, log }
}
