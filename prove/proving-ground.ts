/** A whole host that listens, over a vendor's double, in a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { buildHost, type HostOptions } from '../host.ts'
import { permissions, signToken } from '../plugins/http/auth.ts'
import { openMongoStore } from '../plugins/storage/mongodb/open.ts'
import type { Store } from '../plugins/storage/port.ts'
import { openSqliteStore } from '../plugins/storage/sqlite/open.ts'
import { type ConnectWiseServer, startConnectWise, tinyAccount } from '../test/doubles/connectwise/index.ts'

export interface Ground extends AsyncDisposable {
  readonly host: FastifyInstance
  readonly port: number
  readonly origin: string
  readonly vendor: ConnectWiseServer
  readonly folder: string
  /** Everything logged so far. */
  logged(): string
  /** An Authorization header of the tenant, with every permission. */
  as(tenant: string): Promise<string>
  call(
    tenant: string,
    method: string,
    path: string,
    body?: object
  ): Promise<{ status: number; body: any; text: string }>
}

export interface GroundOptions extends Pick<HostOptions, 'connectors' | 'now'> {
  readonly env?: Readonly<Record<string, string>>
  /** Instead of a SQLite file in a folder of its own. */
  readonly storageUrl?: string
  readonly vendor?: ConnectWiseServer
  /** A folder that somebody else removes. */
  readonly folder?: string
  /** Puts something between the host and its store. */
  readonly wrapStore?: (store: Store) => Store
}

const signingSecret = 'fake-signing-secret-of-the-proof-only'

/** An Authorization header that every host of the proof takes, with every permission. */
export async function proversToken(tenant: string): Promise<string> {
  const issuer = { AUTH_ISSUER: 'integration-host', AUTH_AUDIENCE: 'integration-host', authSecret: signingSecret }
  return `Bearer ${await signToken(issuer, { sub: 'prover', tenant, permissions, expires: '12h' })}`
}

async function openStore(url: string): Promise<Store> {
  return url.startsWith('file:') ? openSqliteStore({ url }) : openMongoStore({ url })
}

export async function openGround({ env, storageUrl, connectors, now, ...given }: GroundOptions = {}): Promise<Ground> {
  const folder = given.folder ?? (await mkdtemp(join(tmpdir(), 'integration-host-prove-')))
  const url = storageUrl ?? pathToFileURL(join(folder, 'host.db')).href
  const vendor = given.vendor ?? (await startConnectWise({ rateLimit: false, account: tinyAccount() }))
  const lines: string[] = []
  const host = await buildHost({
    env: {
      DATA_DIR: folder,
      AUTH_SECRET: signingSecret,
      OUTBOUND_ALLOW: vendor.url,
      SYNC_EVERY: '1h',
      CALLS_READ: '0',
      CALLS_CHANGE: '0',
      CALLS_VENDOR: '0',
      STORAGE_URL: url,
      ...env
    },
    ...(given.wrapStore && { store: given.wrapStore(await openStore(url)) }),
    ...(now && { now }),
    ...(connectors && { connectors }),
    logStream: { write: (line: string) => lines.push(line) } as unknown as NodeJS.WritableStream
  })
  await host.listen({ host: '127.0.0.1', port: 0 })
  const { port } = host.server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  return {
    host,
    port,
    origin,
    vendor,
    folder,
    as: proversToken,
    logged: () => lines.join(''),
    async call(tenant, method, path, body) {
      const headers = { authorization: await proversToken(tenant), ...(body && { 'content-type': 'application/json' }) }
      const answer = await fetch(origin + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
      const text = await answer.text()
      return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : null, text }
    },
    async [Symbol.asyncDispose]() {
      await host.close()
      if (!given.vendor) await vendor.close()
      if (!given.folder) await rm(folder, { recursive: true, force: true })
    }
  }
}
