import { PassThrough } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildHost, type HostOptions } from '../../../../host.ts'
import { connectorPlugin } from '../../../../plugins/connector/plugin.ts'
import { signToken } from '../../../../plugins/http/token.ts'
import { openTallybook, type Tallybook, tallybook, token } from './tallybook.ts'

interface Answer {
  readonly status: number
  readonly body: any
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
}

/** The whole host over a store of its own with the invented vendor, and callers of its routes. */
export interface Desk {
  readonly host: FastifyInstance
  readonly book: Tallybook
  /** A second server of the vendor's, without customers. */
  readonly other: Tallybook
  readonly credentials: { origin: string; token: string }
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    body?: object,
    tenant?: string,
    headers?: Readonly<Record<string, string>>
  ): Promise<Answer>
  /** Asks until `ready` says so. */
  until(url: string, ready: (body: any) => boolean): Promise<any>
  /** Installs these sync types for acme; ids in the same order. */
  install(...syncTypes: string[]): Promise<{ connectionId: string; ids: string[] }>
  /** Waits for a run that ended after `former`. */
  ran(id: string, former?: string): Promise<any>
  /** Everything logged so far. */
  logged(): string
}

export const everything = ['integrations:read', 'integrations:update', 'clients:read']

export async function openDesk(t: Test, options: HostOptions = {}): Promise<Desk> {
  const book = await openTallybook(t)
  const other = await openTallybook(t)
  const log = new PassThrough()
  const lines: Buffer[] = []
  log.on('data', line => lines.push(line))
  const host = await buildHost({
    connectors: [connectorPlugin(tallybook)],
    logStream: log,
    ...options,
    env: {
      DATA_DIR: t.testdir(),
      OUTBOUND_ALLOW: `${book.origin},${other.origin}`,
      LOG_LEVEL: 'debug',
      // Whoever waits asks more often than people do.
      CALLS_READ: '0',
      ...options.env
    }
  })
  t.teardown(() => host.close())
  const tokens = new Map<string, string>()
  const tokenOf = async (tenant: string) => {
    const claims = { sub: 'me', tenant, permissions: everything, expires: '1h' }
    if (!tokens.has(tenant)) tokens.set(tenant, await signToken(host.config, claims))
    return tokens.get(tenant)!
  }

  const call: Desk['call'] = async (method, url, body, tenant = 'acme', headers = {}) => {
    const authorization = `Bearer ${await tokenOf(tenant)}`
    const request = { method, url, headers: { authorization, ...headers }, ...(body && { payload: body }) }
    let response = await host.inject(request)
    // On a busy machine a host that has just started sheds load, and does nothing of what it was asked.
    while (response.statusCode === 503) {
      await new Promise(resolve => setTimeout(resolve, 50))
      response = await host.inject(request)
    }
    const text = response.body
    return { status: response.statusCode, body: text ? JSON.parse(text) : null, text, headers: response.headers }
  }
  const until: Desk['until'] = async (url, ready) => {
    for (;;) {
      const { body } = await call('GET', url)
      if (ready(body)) return body
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }
  const credentials = { origin: book.origin, token }
  return {
    host,
    book,
    other,
    credentials,
    call,
    until,
    async install(...syncTypes) {
      const { status, body } = await call('POST', '/v1/integrations/tallybook/install', { credentials, syncTypes })
      if (status !== 201) throw new Error(JSON.stringify(body))
      return { connectionId: body.connectionId, ids: body.installations.map((one: { id: string }) => one.id) }
    },
    ran: (id, former) =>
      until(`/v1/installations/${id}`, body => body.lastRun !== null && body.lastRun.id !== former && !body.currentRun),
    logged: () => Buffer.concat(lines).toString()
  }
}
