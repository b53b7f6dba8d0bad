/** The whole host over a SQLite file of its own, called over HTTP as a client of the platform would. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildHost } from '../../host.ts'
import type { ConnectorPlugin } from '../../plugins/connector/plugin.ts'
import type { Installable } from '../vendors/vendor.ts'
import { type Caller, callerOf, signingSecret } from './caller.ts'
import { startVendor, type Vendor } from './vendor.ts'

export interface WholeHost<V extends Installable = Vendor> extends Caller {
  readonly host: FastifyInstance
  readonly vendor: V
  readonly dataDir: string
  /** Everything logged so far. */
  logged(): string
  /** Installs sync types of the vendor's account and waits for their first runs. */
  install(...syncTypes: string[]): Promise<Installed>
  close(): Promise<void>
}

export interface Installed {
  readonly connectionId: string
  /** Of the installations, in the order of the sync types. */
  readonly ids: readonly string[]
  readonly id: string
}

interface Given<V> {
  readonly vendor?: V
  readonly env?: Readonly<Record<string, string>>
  /** The host's clock. */
  readonly now?: () => Date
  /** @default every one of the repository */
  readonly connectors?: readonly ConnectorPlugin[]
}

/** Nothing is due by itself within a test: each asks for the runs that it means. */
export function environment(dataDir: string, vendorOrigin: string) {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    AUTH_SECRET: signingSecret,
    DATA_DIR: dataDir,
    OUTBOUND_ALLOW: vendorOrigin,
    SYNC_EVERY: '1h',
    COMPARE_EVERY: '24h',
    LEASE_TTL: '30s',
    CALLS_CHANGE: '0',
    CALLS_VENDOR: '0',
    LOG_LEVEL: 'trace'
  }
}

/** @param given a vendor that is running already (a tiny ConnectWise account if none), and variables that differ from `environment`. */
export function openWholeHost(t: Test, given?: Given<Vendor>): Promise<WholeHost>
export function openWholeHost<V extends Installable>(t: Test, given: Given<V> & { vendor: V }): Promise<WholeHost<V>>
export async function openWholeHost(t: Test, given: Given<Installable> = {}): Promise<WholeHost<Installable>> {
  const vendor = given.vendor ?? (await startVendor(t))
  const dataDir = given.env?.DATA_DIR ?? t.testdir()
  const lines: string[] = []
  const host = await buildHost({
    env: { ...environment(dataDir, vendor.allow), ...given.env },
    logStream: { write: (line: string) => lines.push(line) } as unknown as NodeJS.WritableStream,
    ...(given.now && { now: given.now }),
    ...(given.connectors && { connectors: given.connectors })
  })
  t.teardown(() => host.close())
  const caller = callerOf(await host.listen({ host: '127.0.0.1', port: 0 }))
  return {
    ...caller,
    host,
    vendor,
    dataDir,
    logged: () => lines.join(''),
    async install(...syncTypes) {
      const installed = await installOver(caller, vendor, syncTypes)
      for (const id of installed.ids) await caller.settled(id)
      return installed
    },
    close: () => host.close()
  }
}

/** Installs without waiting for the first runs. */
export async function installOver(
  caller: Caller,
  { connector, credentials }: Installable,
  syncTypes: readonly string[] = ['active-customers'],
  tenant?: string
): Promise<Installed> {
  const order = { credentials, syncTypes }
  const { status, body, text } = await caller.call('POST', `/v1/integrations/${connector}/install`, order, tenant)
  if (status !== 201) throw new Error(text)
  const ids = body.installations.map((one: { id: string }) => one.id)
  return { connectionId: body.connectionId, ids, id: ids[0] }
}

/** Every byte of the folder's files: database, write-ahead log and generated secrets. */
export function bytesOf(dataDir: string): Buffer {
  return Buffer.concat(readdirSync(dataDir).map(name => readFileSync(join(dataDir, name))))
}
