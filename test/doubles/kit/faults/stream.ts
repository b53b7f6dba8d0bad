import type { ServerResponse } from 'node:http'
import { createGzip } from 'node:zlib'
import type { Fault } from './rules.ts'

const tenGibibytes = 10 * 1024 ** 3

/** Bodies without a useful end; they stop when the client does. */
export function spoilStream(fault: Fault, response: ServerResponse): boolean {
  if (fault.kind !== 'gzipBomb' && fault.kind !== 'hugeBody') return false
  const bytes = fault.bytes ?? tenGibibytes
  const piece = Buffer.from('{"id":1,"name":"again and again and again"},'.repeat(1500))
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  if (fault.kind === 'hugeBody') {
    feed(response, response, piece, bytes)
    return true
  }
  response.setHeader('Content-Encoding', 'gzip')
  const gzip = createGzip({ level: 9 })
  gzip.pipe(response)
  response.once('close', () => gzip.destroy())
  gzip.on('error', () => {})
  feed(gzip, response, piece, bytes)
  return true
}

function feed(to: NodeJS.WritableStream, response: ServerResponse, piece: Buffer, bytes: number): void {
  let sent = 0
  let ended = false
  response.once('close', () => {
    ended = true
  })
  const pump = () => {
    while (!ended && sent < bytes) {
      sent += piece.length
      if (!to.write(piece)) return void to.once('drain', pump)
    }
    if (!ended) to.end('null]')
  }
  to.write('[')
  pump()
}
