import type { FastifyInstance } from 'fastify'
import type { HostOptions } from '../../../host.ts'
import { makeLink } from '../../../plugins/console/session/links.ts'
import type { Permission } from '../../../plugins/http/auth.ts'
import { buildTestHost } from '../../build-test-host.ts'

interface Test {
  testdir(): string
  teardown(close: () => unknown): void
}

export const everything: readonly Permission[] = ['integrations:read', 'integrations:update', 'clients:read']

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, any>>
  readonly text: string
}

/** A browser as far as headers go: its own cookies, and what a browser says of where a request comes from. */
export interface Browser {
  readonly cookies: Map<string, string>
  get(url: string, headers?: Record<string, string>): Promise<Answer>
  /** The fields of the form, urlencoded; `_csrf` from the last page that had one unless it is given. */
  post(url: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Answer>
}

export interface ConsoleHost {
  readonly host: FastifyInstance
  readonly log: () => string
  browser(): Browser
  /** A browser that has opened a link. */
  signIn(permissions?: readonly Permission[], tenant?: string, sub?: string): Promise<Browser>
}

export async function buildConsoleHost(t: Test, options: HostOptions = {}): Promise<ConsoleHost> {
  const { host, log } = await buildTestHost(t, options)
  const browser = () => openBrowser(host)
  return {
    host,
    log,
    browser,
    async signIn(permissions = everything, tenant = 'acme', sub = 'alex@acme.example') {
      const visitor = browser()
      const link = await makeLink(host.store, { tenant, sub, permissions }, '/console', 60_000)
      await visitor.post('/console/sign-in', { link: new URLSearchParams(link.split('?')[1]).get('link')! })
      return visitor
    }
  }
}

const own = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

function openBrowser(host: FastifyInstance): Browser {
  const cookies = new Map<string, string>()
  let csrf = ''
  const ask = async (method: 'GET' | 'POST', url: string, headers: Record<string, string>, payload?: string) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await host.inject({
      method,
      url,
      headers: { ...own, ...(cookie && { cookie }), ...headers },
      ...(payload !== undefined && { payload })
    })
    for (const line of [response.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    csrf = /name="_csrf" value="([^"]+)"/.exec(response.body)?.[1] ?? csrf
    return { status: response.statusCode, headers: response.headers, text: response.body }
  }
  return {
    cookies,
    get: (url, headers = {}) => ask('GET', url, headers),
    async post(url, fields = {}, headers = {}) {
      if (cookies.size > 0 && csrf === '' && !('_csrf' in fields)) await ask('GET', '/console/integrations', {})
      const body = new URLSearchParams({ ...(csrf !== '' && { _csrf: csrf }), ...fields }).toString()
      return ask('POST', url, { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body)
    }
  }
}
