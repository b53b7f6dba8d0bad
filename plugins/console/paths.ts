/** Where pages lead, and where a request came from. */
import type { FastifyRequest } from 'fastify'
import { isPageOfConsole } from './session/links.ts'

export const path = {
  integrations: '/console/integrations',
  integration: (connector: string) => `/console/integrations/${encodeURIComponent(connector)}`,
  install: (draft: string) => `/console/install/${encodeURIComponent(draft)}`,
  installation: (id: string) => `/console/installations/${encodeURIComponent(id)}`,
  connection: (id: string) => `/console/connections/${encodeURIComponent(id)}`,
  clients: '/console/clients',
  client: (id: string) => `/console/clients/${encodeURIComponent(id)}`,
  vendors: '/console/vendors',
  runs: '/console/runs',
  run: (id: string) => `/console/runs/${encodeURIComponent(id)}`,
  why: '/console/why',
  activity: '/console/activity',
  attention: '/console/attention',
  webhooks: '/console/webhooks',
  webhook: (id: string) => `/console/webhooks/${encodeURIComponent(id)}`
} as const

/** With what is given of it, in the order given. */
export function withQuery(base: string, query: Readonly<Record<string, string | null | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return given.length === 0 ? base : `${base}?${new URLSearchParams(given)}`
}

export function signInPath(to: string): string {
  return withQuery('/console/sign-in', { to: to === '/console' ? null : to })
}

/** The page that somebody looks at: the one asked for, or of a form the one that it stood on. */
export function pagePathOf(request: FastifyRequest, origin: string | null): string {
  const asked = request.method === 'GET' || request.method === 'HEAD' ? request.url : refererOf(request, origin)
  return isPageOfConsole(asked) ? asked : '/console'
}

function refererOf({ headers: { referer, host } }: FastifyRequest, origin: string | null): string {
  const from = URL.parse(referer ?? '')
  const own = origin ?? URL.parse(`http://${host}`)?.origin
  return from !== null && from.origin === own ? from.pathname + from.search : '/console'
}
