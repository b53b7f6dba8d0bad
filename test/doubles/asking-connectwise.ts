/** Asks the ConnectWise double as its API member, for the tests of the double itself. */
import type { Test } from 'tap'
import { type ConnectWiseOptions, type ConnectWiseServer, startConnectWise, tinyAccount } from './connectwise/index.ts'

export const base = '/v4_6_release/apis/3.0'

/** The tiny account without a rate limit, unless the options say otherwise; closed after the test. */
export async function start(t: Test, options: ConnectWiseOptions = {}) {
  const server = await startConnectWise({ account: tinyAccount(), rateLimit: false, ...options })
  t.teardown(() => server.close())
  return server
}

export function signIn({ account }: ConnectWiseServer): Record<string, string> {
  const { companyId, publicKey, privateKey, clientId } = account
  return { Authorization: `Basic ${btoa(`${companyId}+${publicKey}:${privateKey}`)}`, clientId }
}

export async function call(
  server: ConnectWiseServer,
  path: string,
  query: Record<string, string | number> = {},
  headers = {}
) {
  const encoded = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const url = `${server.url}${path.startsWith('/') ? '' : `${base}/`}${path}${encoded.length > 0 ? `?${encoded.join('&')}` : ''}`
  const response = await fetch(url, { headers: { ...signIn(server), ...headers }, redirect: 'manual' })
  const text = await response.text()
  let body: any
  try {
    body = JSON.parse(text)
  } catch {}
  return { status: response.status, headers: response.headers, link: response.headers.get('link'), body, text }
}

export const idsOf = (body: { id: number }[]) => body.map(({ id }) => id)
