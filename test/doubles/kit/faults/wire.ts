import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Answer, Subject } from '../call.ts'
import type { AnswerShape } from '../vendor.ts'
import type { Fault } from './rules.ts'

export interface Wire {
  request: IncomingMessage
  response: ServerResponse
  subject: Subject
  shape: AnswerShape
}

/** Faults below HTTP: they write to the socket themselves, since the server would never send such bytes. */
export function spoilWire(fault: Fault, answer: Answer, { request, response, subject, shape }: Wire): boolean {
  const { socket } = request
  const body = Buffer.from(answer.body)
  switch (fault.kind) {
    case 'contentLengthTooLong':
      return write(socket, head(answer, body.length + 100), body)
    case 'contentLengthTooShort':
      return write(socket, head(answer, Math.floor(body.length / 2)), body)
    case 'noLengthEarlyClose': {
      const half = fault.atRecordEdge ? shape.rows(answer, subject, firstRows).body : firstHalf(answer.body)
      return write(socket, head(answer), Buffer.from(half))
    }
    case 'slowHeaders':
      return drip(socket, Buffer.concat([head(answer, body.length), body]), fault.everyMs ?? 1000, response)
    case 'drip':
      socket.write(head(answer, body.length))
      return drip(socket, body, fault.everyMs ?? 1000, response)
    case 'reset':
      // A TLS socket cannot send RST itself; its close without an alert is as abrupt to the client.
      if ('encrypted' in socket) socket.destroy()
      else socket.resetAndDestroy()
      return true
    case 'hang':
      return true
    default:
      return false
  }
}

function head(answer: Answer, length?: number): Buffer {
  const lines = [`HTTP/1.1 ${answer.status} OK`, 'Content-Type: application/json; charset=utf-8', 'Connection: close']
  for (const [name, value] of Object.entries(answer.headers)) lines.push(`${name}: ${value}`)
  if (length !== undefined) lines.push(`Content-Length: ${length}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

function write(socket: Socket, ...parts: Buffer[]): true {
  for (const part of parts) socket.write(part)
  socket.end()
  return true
}

function drip(socket: Socket, bytes: Buffer, everyMs: number, response: ServerResponse): true {
  let at = 0
  const timer = setInterval(() => {
    if (at < bytes.length && socket.writable) socket.write(bytes.subarray(at, ++at))
    else {
      clearInterval(timer)
      socket.end()
    }
  }, everyMs)
  socket.once('close', () => clearInterval(timer))
  response.once('close', () => clearInterval(timer))
  return true
}

function firstRows(rows: readonly unknown[]): unknown[] {
  return rows.slice(0, Math.ceil(rows.length / 2))
}

function firstHalf(body: string): string {
  return body.slice(0, Math.floor(body.length / 2))
}
