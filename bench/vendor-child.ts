/**
 * The vendor's double in a process of its own, behind a server that keeps every answer and gives it again: a figure
 * then measures who reads, not how fast a double makes records. Talks to its parent by messages (vendor-process.ts).
 */
import { createServer, type IncomingMessage, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { bigAccount, type ConnectWiseServer, startConnectWise } from '../test/doubles/connectwise/index.ts'
import type { VendorAnswer, VendorOrder, VendorSize } from './vendor-process.ts'

interface Kept {
  readonly status: number
  readonly headers: Record<string, string>
  readonly bytes: Buffer
}

const keptHeaders = ['content-type', 'link', 'retry-after']
const size = JSON.parse(process.argv[2]!) as VendorSize
const double = await startConnectWise({ account: bigAccount(size), rateLimit: false })
const kept = new Map<string, Kept>()
let latency = size.latencyMs ?? 0
let counts: Record<string, number> = {}
let firstAt: number | undefined

const server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 64 * 1024 }, async (request, response) => {
  firstAt ??= Date.now()
  const body = request.method === 'GET' ? '' : await bodyOf(request)
  const path = request.url!.split('?', 1)[0]!.replace(/^\/[^/]+\/apis\/3\.0/, '')
  counts[path] = (counts[path] ?? 0) + 1
  if (latency > 0) await delay(latency)
  if (path.startsWith('/idle/')) return void response.writeHead(200, { 'content-type': 'application/json' }).end('[]')
  const key = `${request.method} ${request.url} ${request.headers['pagination-type'] ?? ''} ${body}`
  let answer = kept.get(key)
  if (!answer) {
    answer = await askDouble(double, request, body)
    if (answer.status === 200 && size.keep !== false) kept.set(key, answer)
  }
  response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.bytes.length })
  response.end(answer.bytes)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  reply({ ready: { url: `http://127.0.0.1:${port}`, account: double.account } })
})

process.on('message', (order: VendorOrder) => {
  if (order.latencyMs !== undefined) latency = order.latencyMs
  if (order.changeEach !== undefined) change(order.changeEach)
  const asked: VendorAnswer = { counts, ...(firstAt !== undefined && { firstAt }) }
  if (order.resetCounts) {
    counts = {}
    firstAt = undefined
  }
  reply(asked)
})
process.once('disconnect', () => process.exit(0))

function reply(answer: VendorAnswer): void {
  process.send!(answer)
}

/** Every n-th company gets another phone number, as if somebody had typed it now. */
function change(each: number): void {
  const { companies } = double.data
  for (let id = each; id <= companies.size(); id += each)
    double.updateCompany(id, { phoneNumber: `555${String(id).padStart(7, '0')}` })
  kept.clear()
}

async function bodyOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString()
}

function askDouble({ port }: ConnectWiseServer, request: IncomingMessage, body: string): Promise<Kept> {
  const { method, url: path, headers } = request
  return new Promise((resolve, reject) => {
    const passed = { ...headers, connection: 'close', 'accept-encoding': 'identity' }
    // A connection of its own: one that was kept may be closed by the double at the moment it is used again.
    const asking = send({ agent: false, host: '127.0.0.1', port, method, path, headers: passed }, async answer => {
      const parts: Buffer[] = []
      for await (const part of answer) parts.push(part)
      const kept: Record<string, string> = {}
      for (const name of keptHeaders) {
        const value = answer.headers[name]
        // Links name the address that was called, which the host never follows.
        if (typeof value === 'string') kept[name] = value
      }
      resolve({ status: answer.statusCode!, headers: kept, bytes: Buffer.concat(parts) })
    })
    asking.once('error', reject)
    asking.end(body)
  })
}
