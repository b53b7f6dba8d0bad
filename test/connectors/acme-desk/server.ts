import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Account } from './active-accounts.ts'

export const token = 'desk_4711_not-a-real-token'

export const account = (id: string, name: string, active = true): Account => ({
  id,
  name,
  email: `${id}@example.org`,
  active,
  updatedAt: new Date().toISOString()
})

interface Reply {
  readonly status: number
  readonly body: any
}

/** Changes what the desk is about to answer; `path` is that of the request. */
export type Bend = (reply: Reply, path: string) => Reply

/** Acme Desk on a free port, with two accounts a page; a test changes `accounts` to change the vendor's data. */
export async function startAcmeDesk(accounts: Map<string, Account>, bend: Bend = reply => reply) {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://desk')
    requests.push(`${request.method} ${request.url}`)
    const answer = (right: number, rightly: unknown) => {
      const { status, body } = bend({ status: right, body: rightly }, pathname)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }

    if (request.headers['x-api-token'] !== token) return answer(401, { error: 'token' })
    if (pathname === '/me') return answer(200, { id: '4711', name: 'Acme Testing' })
    const one = /^\/accounts\/(.+)$/.exec(pathname)
    if (one) {
      const found = accounts.get(decodeURIComponent(one[1]!))
      return found ? answer(200, found) : answer(404, { error: 'unknown' })
    }
    const page = [...accounts.values()]
      .filter(({ id, name }) => id > (query.get('after') ?? '') && name.startsWith(query.get('name') ?? ''))
      .filter(({ updatedAt }) => updatedAt >= (query.get('since') ?? ''))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    answer(200, { accounts: page.slice(0, 2), total: accounts.size })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise(resolve => server.close(resolve))
  }
}
