/** Lantern Desk on loopback, as its documents say: two customers a page, in the order of ids. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export const key = 'lantern_0815_not-a-real-key'

export interface Row {
  id: number
  title: string
  mail: string | null
  state: 'open' | 'closed'
  changed: string
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

export interface LanternDesk {
  readonly url: string
  /** By id; whoever changes a row sets `changed`. */
  readonly rows: Map<number, Row>
  requests(): number
  close(): Promise<void>
}

/** @param bend changes what is about to be answered to a path */
export async function startLanternDesk(
  account: { readonly id: string; readonly name: string; readonly rows: readonly Row[] },
  bend: (answer: Answer, path: string) => Answer = answer => answer
): Promise<LanternDesk> {
  const rows = new Map(account.rows.map(row => [row.id, { ...row }]))
  let requests = 0
  const answerTo = ({ pathname, searchParams }: URL): Answer => {
    if (pathname === '/api/me') return { status: 200, body: { id: account.id, name: account.name } }
    if (pathname === '/api/customers') {
      const [after, since, title] = ['after', 'since', 'title'].map(name => searchParams.get(name) ?? '')
      const found = [...rows.values()]
        .filter(row => row.id > Number(after) && row.changed >= since! && row.title.startsWith(title!))
        .sort((a, b) => a.id - b.id)
      return { status: 200, body: { customers: found.slice(0, 2), total: rows.size } }
    }
    const row = rows.get(Number(/^\/api\/customers\/(\d+)$/.exec(pathname)?.[1]))
    return row ? { status: 200, body: row } : { status: 404, body: { error: 'unknown' } }
  }
  const server = createServer((request, response) => {
    requests++
    const url = new URL(request.url ?? '/', 'http://lantern')
    const isKnown = request.headers.authorization === `Bearer ${key}`
    const { status, body } = bend(isKnown ? answerTo(url) : { status: 401, body: { error: 'key' } }, url.pathname)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rows,
    requests: () => requests,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
