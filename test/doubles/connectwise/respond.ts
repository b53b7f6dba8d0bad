import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answers/read.ts'
import type { Faults } from './faults/rules.ts'
import { changeAnswer, failOnBadRecord, replaceAnswer } from './faults/spoil.ts'
import { spoilStream } from './faults/stream.ts'
import { spoilWire } from './faults/wire.ts'
import type { LoggedRequest } from './request-log.ts'

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  path: string
  rawQuery: string
  entry: LoggedRequest
  faults: Faults
  version: string
  answer: () => Answer
}

/** Sends the answer, or what a fault makes of it. */
export function respond({ request, response, path, rawQuery, entry, faults, version, answer }: Exchange): void {
  const fault = faults.find(`${path}${rawQuery ? `?${decodeLoosely(rawQuery)}` : ''}`)
  const replaced = fault && replaceAnswer(fault)
  if (replaced) {
    send(response, replaced, entry, version)
    return
  }
  if (fault && spoilStream(fault.rule, response)) {
    entry.status = 200
    return
  }
  const unanswered = fault?.rule.kind === 'hang' || fault?.rule.kind === 'reset'
  const real = unanswered
    ? { status: 0, headers: {}, body: '' }
    : failOnBadRecord(faults.badRecords(), answer(), path, entry.query.fields)
  entry.status = real.status
  if (fault && spoilWire(fault.rule, real, request, response)) return
  send(response, fault ? changeAnswer(fault, real, path) : real, entry, version)
}

function send(response: ServerResponse, answer: Answer, entry: LoggedRequest, version: string): void {
  entry.status = answer.status
  const bytes = answer.bytes ?? Buffer.from(answer.body)
  response.writeHead(answer.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'api-current-version': version,
    'Content-Length': bytes.length,
    ...answer.headers
  })
  response.end(bytes)
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
