/**
 * The demo: the vendor's double with about 500 companies, the host on its embedded store in a folder of its own,
 * both sync types installed over REST as an admin would. Everything is gone when it ends.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildHost } from '../host.ts'
import { signToken } from '../plugins/http/token.ts'
import { demoAccount, startConnectWise } from '../test/doubles/connectwise/index.ts'

const TENANT = 'demo'
const PERMISSIONS = ['integrations:read', 'integrations:update', 'clients:read']

const vendor = await startConnectWise({ account: demoAccount(1) })
const dataDir = await mkdtemp(join(tmpdir(), 'integration-host-demo-'))
const env = {
  LOG_LEVEL: 'warn',
  ...process.env,
  NODE_ENV: 'development',
  DATA_DIR: dataDir,
  STORAGE_URL: undefined,
  OUTBOUND_ALLOW: vendor.url
}
const host = await buildHost({ env })
const address = await listen()
const token = await signToken(host.config, { tenant: TENANT, sub: 'demo', permissions: PERMISSIONS, expires: '12h' })

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

  API and a page to try it:  ${address}/docs
  A token for it:

export TOKEN=${token}

  Clients as they arrive, one search, and what the syncs did:

${curl('/v1/clients?limit=3')}
${curl('/v1/agreements?limit=3')}
${curl('/v1/installations')}

  Ctrl-C ends it and removes its data.
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(0))

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
  await vendor.close()
  await rm(dataDir, { recursive: true, force: true })
  process.exit(code)
}
