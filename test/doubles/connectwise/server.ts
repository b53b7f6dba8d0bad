import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Account } from './accounts/account.ts'
import { demoAccount } from './accounts/demo.ts'
import { createAnswerer } from './answers/answerer.ts'
import { createRole, type Permission } from './answers/permissions.ts'
import { createRecordWriter } from './answers/record-writer.ts'
import { oddities } from './faults/oddities.ts'
import { createFaults, type FaultHandle, type FaultRule } from './faults/rules.ts'
import { createMutations, type Mutations } from './mutations.ts'
import type { ApiAccount, ConnectWiseOptions } from './options.ts'
import { createRequestLog, type LoggedRequest } from './request-log.ts'
import { respond } from './respond.ts'

/** Made-up credentials of the double's API member. */
export const apiAccount: ApiAccount = {
  companyId: 'fernhollow_demo',
  publicKey: 'FakePublicKey001',
  privateKey: 'FakePrivateKey01',
  clientId: '00000000-0000-4000-8000-00000000c11e'
}

/** A running double, with what a test does to it. */
export interface ConnectWiseServer extends Mutations {
  /** Origin, e.g. `http://127.0.0.1:4001`. */
  readonly url: string
  readonly port: number
  readonly account: ApiAccount
  readonly data: Account
  /** The release path in force. */
  readonly release: string
  readonly requests: LoggedRequest[]
  requestCounts: () => Record<string, number>
  /** The most requests that were in flight at once since the last reset. */
  mostInFlight: () => number
  resetLog: () => void
  fail: (rule: FaultRule) => FaultHandle
  revoke: (permission: Permission) => void
  grant: (permission: Permission) => void
  /** The instance is upgraded: the old release path is 404 from now on. */
  upgrade: (release: string) => void
  setLatency: (milliseconds: number) => void
  close: () => Promise<void>
}

/** Starts a ConnectWise PSA double on 127.0.0.1. */
export async function startConnectWise(options: ConnectWiseOptions = {}): Promise<ConnectWiseServer> {
  const data = options.account ?? demoAccount(1)
  const now = options.now ?? (() => new Date())
  const role = createRole(options.revoked ?? [])
  const writer = createRecordWriter()
  const faults = createFaults()
  const log = createRequestLog(now)
  const scheme = options.tls ? 'https' : 'http'
  let release = options.release ?? 'v2026_1'
  let latency = options.latencyMs ?? data.latencyMs
  let port = options.port ?? 0

  const origin = (request: IncomingMessage) => `${scheme}://${request.headers.host ?? `127.0.0.1:${port}`}`
  const answer = createAnswerer({
    options,
    account: data,
    api: apiAccount,
    role,
    writer,
    release: () => release,
    origin
  })

  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    const [path = '', rawQuery = ''] = splitUrl(request.url ?? '/')
    const entry = log.add(request, path, rawQuery)
    response.once('close', log.done)
    try {
      const body = request.method === 'GET' ? '' : await readBody(request)
      if (latency > 0) await delay(latency)
      const version = release.slice(1).replace('_', '.')
      respond({
        request,
        response,
        path,
        rawQuery,
        entry,
        faults,
        version,
        answer: () => answer(request, path, rawQuery, body)
      })
    } catch (error) {
      // A fault of the double itself: loud in the test that meets it, never taken for the vendor's.
      if (!response.headersSent) response.writeHead(599, { 'Content-Type': 'text/plain' })
      response.end(`The ConnectWise double failed: ${(error as Error).stack}`)
    }
  }
  const listener = (request: IncomingMessage, response: ServerResponse) => void onRequest(request, response)
  const limits = { keepAliveTimeout: 30_000, maxHeaderSize: 64 * 1024 }
  const server = options.tls ? createTlsServer({ ...limits, ...options.tls }, listener) : createServer(limits, listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  port = (server.address() as AddressInfo).port

  const { additionMovesAgreement = false, contactMovesCompany = false, typeMovesCompany = false } = options
  return {
    ...createMutations(data, { now, additionMovesAgreement, contactMovesCompany, typeMovesCompany }),
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    account: apiAccount,
    data,
    get release() {
      return release
    },
    requests: log.requests,
    requestCounts: log.counts,
    mostInFlight: log.mostInFlight,
    resetLog: log.reset,
    fail: rule => {
      if (rule.kind !== 'oddRecord') return faults.add(rule)
      const table = data[rule.table ?? 'companies']
      writer.distort(table, rule.id, typeof rule.odd === 'function' ? rule.odd : oddities[rule.odd])
      return faults.add(rule, () => writer.distort(table, rule.id, undefined))
    },
    revoke: role.revoke,
    grant: role.grant,
    upgrade: next => {
      release = next
    },
    setLatency: milliseconds => {
      latency = milliseconds
    },
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    }
  }
}

function splitUrl(url: string): [string, string] {
  const cut = url.indexOf('?')
  return cut < 0 ? [url, ''] : [url.slice(0, cut), url.slice(cut + 1)]
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
