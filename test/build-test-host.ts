import type { FastifyInstance } from 'fastify'
import { buildHost, type HostOptions } from '../host.ts'
import { type Permission, permissions, signToken } from '../plugins/http/auth.ts'

/** What `t` of tap has and this file needs. */
interface Test {
  testdir(): string
  teardown(close: () => unknown): void
}

export interface TestHost {
  readonly host: FastifyInstance
  /** Everything it has logged. */
  readonly log: () => string
  /** An Authorization header. */
  as(tenant: string, may?: readonly Permission[]): Promise<{ authorization: string }>
  /** A request of `tenant` with every permission; `payload` goes as JSON. */
  call(tenant: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object): Promise<Answer>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: any
}

/** A real host on SQLite in a folder of the test's own, closed with the test; without connectors unless some are given. */
export async function buildTestHost(t: Test, options: HostOptions = {}): Promise<TestHost> {
  const lines: string[] = []
  const logStream = { write: (line: string) => lines.push(line) } as unknown as NodeJS.WritableStream
  const host = await buildHost({
    connectors: [],
    logStream,
    ...options,
    // Tests call more often than people do.
    env: { CALLS_CHANGE: '0', CALLS_VENDOR: '0', ...options.env, DATA_DIR: options.env?.DATA_DIR ?? t.testdir() }
  })
  t.teardown(() => host.close())

  const as: TestHost['as'] = async (tenant, may = permissions) => {
    const token = await signToken(host.config, { sub: `user-of-${tenant}`, tenant, permissions: may, expires: '1h' })
    return { authorization: `Bearer ${token}` }
  }
  return {
    host,
    log: () => lines.join(''),
    as,
    async call(tenant, method, url, payload) {
      const response = await host.inject({ method, url, headers: await as(tenant), ...(payload && { payload }) })
      const body = response.body === '' ? undefined : response.json()
      return { status: response.statusCode, headers: response.headers, body }
    }
  }
}
