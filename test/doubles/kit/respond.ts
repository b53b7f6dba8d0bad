import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Answer, Call, Subject } from './call.ts'
import { failOnBadRecord } from './faults/bad-record.ts'
import type { FaultBook } from './faults/book.ts'
import { besides, changeAnswer, replaceAnswer, spoilPart } from './faults/spoil.ts'
import { spoilStream } from './faults/stream.ts'
import { spoilWire } from './faults/wire.ts'
import type { LoggedRequest } from './request-log.ts'
import type { Part, Vendor } from './vendor.ts'

export interface Exchange {
  call: Call
  subject: Subject
  response: ServerResponse
  entry: LoggedRequest
  book: FaultBook
  vendor: Vendor
}

type Asked = Omit<Exchange, 'response' | 'entry'>

/** The answer, or what a fault makes of it, where no wire is between. Faults of the wire are no part of it. */
export function answerInProcess(exchange: Asked): Answer {
  const { call, subject, book, vendor } = exchange
  const { fault, beside } = book.find(call, subject)
  const headers = { ...vendor.headers?.(), ...besides(beside).headers }
  const real = (fault && replaceAnswer(fault, vendor.shape)) ?? answerOf(exchange)
  const answer = fault ? changeAnswer(fault, real, subject, vendor.shape, call.path) : real
  const kept = Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [[name, value]]))
  return { ...answer, headers: { ...answer.headers, ...Object.fromEntries(kept) } }
}

/** Sends the answer, or what a fault makes of it. */
export async function respond(exchange: Exchange): Promise<void> {
  const { call, subject, response, entry, book, vendor } = exchange
  const { shape } = vendor
  const { fault, beside } = book.find(call, subject)
  const { delayMs, headers } = besides(beside)
  if (delayMs > 0) await delay(delayMs)
  const added = { ...vendor.headers?.(), ...headers }

  const replaced = fault && replaceAnswer(fault, shape)
  if (replaced) return send(response, replaced, entry, added)
  if (fault && spoilStream(fault.rule, response)) {
    entry.status = 200
    return
  }
  if (fault?.rule.kind === 'hang' || fault?.rule.kind === 'reset') {
    const silence: Answer = { status: 0, headers: {}, body: '' }
    spoilWire(fault.rule, silence, { request: call.request, response, subject, shape })
    return
  }
  const real = answerOf(exchange)
  entry.status = real.status
  if (fault && spoilWire(fault.rule, real, { request: call.request, response, subject, shape })) return
  send(response, fault ? changeAnswer(fault, real, subject, shape, call.path) : real, entry, added)
}

/** The vendor's answer, unless a record in it cannot be read. */
function answerOf({ call, subject, book, vendor }: Asked): Answer {
  const { shape } = vendor
  const part: Part = (partSubject, answer) => {
    const fault = book.findPart(call, partSubject)
    const real = () => failOnBadRecord(book.badRecords(call, partSubject), answer(), partSubject, 'part', shape)
    return fault ? spoilPart(fault, real, partSubject, shape) : real()
  }
  const answer = vendor.answer(call, part)
  const { operation } = subject
  if (operation !== 'list' && operation !== 'record' && operation !== 'bundle') return answer
  return failOnBadRecord(book.badRecords(call, subject), answer, subject, operation, shape)
}

function send(
  response: ServerResponse,
  answer: Answer,
  entry: LoggedRequest,
  added: Record<string, string | null>
): void {
  entry.status = answer.status
  const bytes = answer.bytes ?? Buffer.from(answer.body)
  const headers: Record<string, string | number> = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': bytes.length,
    ...answer.headers
  }
  for (const [name, value] of Object.entries(added)) {
    if (value !== null) headers[name] = value
    else if (name.toLowerCase() === 'date') response.sendDate = false
    else for (const known of Object.keys(headers)) if (known.toLowerCase() === name.toLowerCase()) delete headers[known]
  }
  response.writeHead(answer.status, headers)
  response.end(bytes)
}
