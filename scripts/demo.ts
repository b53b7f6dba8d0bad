/**
 * The demo: a double of ConnectWise PSA with about 500 companies, the host on its embedded store in a folder of its own,
 * both sync types installed over REST as an admin would, and two more accounts that wait to be installed by hand in the
 * console: another one of the same vendor, and one of Autotask PSA. Everything is gone when it ends.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildHost } from '../host.ts'
import { signToken } from '../plugins/http/token.ts'
import { demoAccount as autotaskAccount, startAutotask } from '../test/doubles/autotask/index.ts'
import { demoAccount, startConnectWise } from '../test/doubles/connectwise/index.ts'

const TENANT = 'demo'
const PERMISSIONS = ['integrations:read', 'integrations:update', 'clients:read', 'audit:read']

const vendor = await startConnectWise({ account: demoAccount(1) })
/** Slower, as a real one is: there is time to read what is tried. */
const second = await startConnectWise({
  account: demoAccount(2, 120),
  latencyMs: 150,
  api: {
    companyId: 'oakmere_demo',
    companyName: 'Oakmere IT',
    publicKey: 'FakePublicKey002',
    privateKey: 'FakePrivateKey02',
    clientId: '00000000-0000-4000-8000-00000000c22e'
  }
})
const autotask = await startAutotask({ account: autotaskAccount(1, 150), latencyMs: 100 })
const dataDir = await mkdtemp(join(tmpdir(), 'integration-host-demo-'))
const env = {
  LOG_LEVEL: 'warn',
  ...process.env,
  NODE_ENV: 'development',
  DATA_DIR: dataDir,
  STORAGE_URL: undefined,
  OUTBOUND_ALLOW: [vendor, second, autotask].map(({ url }) => url).join()
}
const host = await buildHost({ env })
const address = await listen()
const caller = { tenant: TENANT, sub: 'demo', permissions: PERMISSIONS }
const token = await signToken(host.config, { ...caller, expires: '12h' })

const { companyId, publicKey, privateKey, clientId } = vendor.account
const credentials = {
  username: `${companyId}+${publicKey}`,
  password: privateKey,
  domain: vendor.url,
  apiVersion: '',
  clientId
}
const install = await host.inject({
  method: 'POST',
  url: '/v1/integrations/connectwise/install',
  headers: { authorization: `Bearer ${token}` },
  payload: { credentials, syncTypes: ['active-customers', 'active-agreements'] }
})
if (install.statusCode !== 201) {
  console.error(`The demo could not install its sync types: ${install.body}`)
  await end(1)
}

const curl = (path: string) => `curl -s -H "Authorization: Bearer $TOKEN" '${address}${path}'`
console.log(`
The host runs with a demo account of ConnectWise PSA; both sync types are installed and syncing now.
${await invitation()}
  API and a page to try it:  ${address}/docs
  A token for it:

export TOKEN=${token}

  Clients as they arrive, their agreements, and what the syncs did:

${curl('/v1/clients?limit=3')}
${curl('/v1/agreements?limit=3')}
${curl('/v1/installations')}

  Ctrl-C ends it and removes its data.
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(0))

/** What to open, and what to paste there to install something oneself. */
async function invitation(): Promise<string> {
  const path = await host.inviteToConsole?.(caller)
  if (path === undefined) return ''
  const { account } = second
  const { userName, secret, integrationCode } = autotask.user
  return `
  The console (the link signs you in once; press Continue):

${(host.config.console?.origin ?? address) + path}

  A second account waits there to be installed: open ConnectWise PSA, choose "Install for another account"
  in the menu (...) of Sync Active Customers, and paste these five lines as they are:

Username: ${account.companyId}+${account.publicKey}
Password: ${account.privateKey}
Address: ${second.url}
Version: v2026_1
Client ID: ${account.clientId}

  And another vendor: open Autotask PSA, choose Install, and paste these four:

Username (Key): ${userName}
Password (Secret): ${secret}
Tracking Identifier: ${integrationCode}
Zone address: ${autotask.url}
`
}

async function listen(): Promise<string> {
  const { HOST, PORT } = host.config
  try {
    return await host.listen({ host: HOST, port: PORT })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return host.listen({ host: HOST, port: 0 })
  }
}

async function end(code: number): Promise<never> {
  await host.close()
  await Promise.all([vendor.close(), second.close(), autotask.close()])
  await rm(dataDir, { recursive: true, force: true })
  process.exit(code)
}
