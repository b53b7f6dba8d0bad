import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Answer, Call } from './call.ts'
import { createFaultBook } from './faults/book.ts'
import { createRequestLog } from './request-log.ts'
import { answerInProcess, respond } from './respond.ts'
import type { Vendor } from './vendor.ts'

export interface SiteOptions {
  now: () => Date
  /** Milliseconds before each answer. */
  latencyMs: number
}

/** One account of a vendor as a client meets it: its answers, with a log and faults of its own. */
export function createSite(vendor: Vendor, { now, latencyMs }: SiteOptions) {
  const book = createFaultBook()
  const log = createRequestLog({ now, loggedHeaders: vendor.loggedHeaders, nameOf: vendor.nameOf })
  let latency = latencyMs

  const serve = async (request: IncomingMessage, response: ServerResponse, origin: string) => {
    try {
      const call = await readCall(request, origin)
      const subject = vendor.subject(call)
      const entry = log.add(call, subject)
      response.once('close', () => log.done(entry))
      const { refusal, delayMs = 0, release } = vendor.admit?.(call, subject) ?? {}
      if (release) response.once('close', release)
      if (latency + delayMs > 0) await delay(latency + delayMs)
      const answering = refusal ? { ...vendor, answer: () => refusal } : vendor
      await respond({ call, subject, response, entry, book, vendor: answering })
    } catch (error) {
      // A fault of the double itself: loud in the test that meets it, never taken for the vendor's.
      if (!response.headersSent) response.writeHead(599, { 'Content-Type': 'text/plain' })
      response.end(`The ${vendor.name} double failed: ${(error as Error).stack}`)
    }
  }
  return {
    serve: (request: IncomingMessage, response: ServerResponse, origin: string) =>
      void serve(request, response, origin),
    /** The same without a connection: no latency, no log, and no faults of the wire. */
    ask: (call: Call): Answer => answerInProcess({ call, subject: vendor.subject(call), book, vendor }),
    book,
    log,
    setLatency: (milliseconds: number) => {
      latency = milliseconds
    }
  }
}

export type Site = ReturnType<typeof createSite>

async function readCall(request: IncomingMessage, origin: string): Promise<Call> {
  const { method = '', url = '/' } = request
  const cut = url.indexOf('?')
  const [path, rawQuery] = cut < 0 ? [url, ''] : [url.slice(0, cut), url.slice(cut + 1)]
  const body = method === 'GET' ? '' : await readBody(request)
  return { request, method, path, rawQuery, body, origin }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
