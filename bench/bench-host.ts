import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { connectwise } from '../connectors/connectwise/index.ts'
import { buildHost } from '../host.ts'
import { connectorPlugin } from '../plugins/connector/plugin.ts'
import { permissions } from '../plugins/http/auth.ts'
import { signToken } from '../plugins/http/token.ts'
import type { Run } from '../plugins/storage/port.ts'
import type { VendorProcess } from './vendor-process.ts'

export const tenant = 'bench'

/** ConnectWise's own declaration but for its budget of 900 requests a minute, which would be all that is measured. */
const unthrottled = connectorPlugin({
  ...connectwise,
  rate: { ...connectwise.rate, requests: 10_000_000 }
})

/** Requests that one vendor account bears at once. */
export const inFlight = connectwise.rate.concurrency

export interface BenchHost extends AsyncDisposable {
  readonly host: FastifyInstance
  readonly authorization: string
  /** Installs over REST as an admin would. Resolves with the installations' ids when their first syncs have begun to be due. */
  install(syncTypes: readonly string[]): Promise<string[]>
  /** The receipt of the installation's next run to end after `lastRunId`. */
  ended(installationId: string, lastRunId?: string): Promise<Run>
  /** Asks for a sync and resolves with its receipt. */
  sync(installationId: string): Promise<Run>
}

/** A whole host in this process, on the SQLite file of the folder unless another store is named. */
export async function startBenchHost(
  vendor: VendorProcess,
  dataDir: string,
  env: Readonly<Record<string, string>> = {}
): Promise<BenchHost> {
  const host = await buildHost({
    connectors: [unthrottled],
    env: {
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
      CALLS_READ: '0',
      SYNC_EVERY: '24h',
      OUTBOUND_ALLOW: vendor.url,
      ...env
    }
  })
  const token = await signToken(host.config, { sub: 'bench', tenant, permissions, expires: '12h' })
  const authorization = `Bearer ${token}`

  async function post(url: string, payload?: object): Promise<any> {
    const answer = await host.inject({ method: 'POST', url, headers: { authorization }, ...(payload && { payload }) })
    if (answer.statusCode >= 300) throw new Error(`POST ${url}: ${answer.statusCode} ${answer.body}`)
    return answer.json()
  }

  async function ended(id: string, lastRunId?: string): Promise<Run> {
    for (;;) {
      const installation = await host.store.installations.get(tenant, id)
      const runId = installation?.lastRunId
      if (runId && runId !== lastRunId && installation.currentRunId === null) {
        const run = (await host.store.runs.get(tenant, runId))!
        if (run.status !== 'succeeded') throw new Error(`Run ${runId} ended ${run.status}: ${run.error?.detail}`)
        return run
      }
      await sleep(20)
    }
  }

  return {
    host,
    authorization,
    async install(syncTypes) {
      const { companyId, publicKey, privateKey, clientId } = vendor.account
      const credentials = {
        username: `${companyId}+${publicKey}`,
        password: privateKey,
        domain: vendor.url,
        apiVersion: '',
        clientId
      }
      const { installations } = await post('/v1/integrations/connectwise/install', { credentials, syncTypes })
      return installations.map((one: { id: string }) => one.id)
    },
    ended,
    async sync(id) {
      const before = await host.store.installations.get(tenant, id)
      await post(`/v1/installations/${id}/sync`)
      return ended(id, before?.lastRunId ?? undefined)
    },
    [Symbol.asyncDispose]: () => host.close()
  }
}

/** From the first run's beginning to the last one's end, by their receipts. */
export function wallMsOf(runs: readonly Run[]): number {
  const begun = Math.min(...runs.map(run => Date.parse(run.startedAt)))
  return Math.max(...runs.map(run => Date.parse(run.endedAt!))) - begun
}
