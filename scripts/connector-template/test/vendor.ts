/** My Vendor on loopback, written from its documents and not from what the connector sends. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export const key = 'fake-key-of-my-vendor'

export type Id = number

/** As the vendor sends it. */
export interface Row {
  id: Id
  name: string
  changed: string
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

export interface Vendor {
  readonly url: string
  /** By id; whoever changes a row sets `changed`. */
  readonly rows: Map<Id, Row>
  requests(): number
  close(): Promise<void>
}

/** What the vendor answers: its lists by page, a record by id, 401 without the right key. */
function answerTo(request: IncomingMessage, _rows: ReadonlyMap<Id, Row>, _account: string): Answer {
  throw new Error(`To do 3: answer ${request.method} ${request.url} as the vendor's documents say, a few rows a page`)
}

/** @param account whose it is @param bend changes what is about to be answered */
export async function startVendor(
  account: string,
  given: readonly Row[],
  bend: (answer: Answer, path: string) => Answer = answer => answer
): Promise<Vendor> {
  const rows = new Map(given.map(row => [row.id, { ...row }]))
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    let answer: Answer
    try {
      answer = answerTo(request, rows, account)
    } catch (error) {
      answer = { status: 418, body: { error: String(error) } }
    }
    const { status, body } = bend(answer, new URL(request.url ?? '/', 'http://vendor').pathname)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rows,
    requests: () => requests,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
