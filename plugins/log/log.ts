import { createRequire } from 'node:module'
import type { FastifyRequest } from 'fastify'
import { type DestinationStream, type Logger, pino } from 'pino'
import type { LiveSecrets } from './live-secrets.ts'

export interface LoggerOptions {
  /** A level of pino, or `silent`. */
  readonly level: string
  /** @default stdout */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean }
  readonly secrets: Pick<LiveSecrets, 'scrub'>
}

/**
 * For Fastify's `loggerInstance`. Secrets are kept out in three lines: serializers that let only listed fields
 * through, redaction by name, and at last a search of the finished line for every secret value in memory.
 */
export function createLogger({ level, stream, secrets }: LoggerOptions): Logger {
  const output = stream ?? process.stdout
  const lines: DestinationStream = output.isTTY ? prettyPrinter(output) : output
  return pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { req: describeRequest, res: describeReply, err: describeError, error: describeError },
      redact: { paths: neverLogged, censor: '[secret]' }
    },
    { write: line => lines.write(secrets.scrub(line)) }
  )
}

/** Loaded only where a person looks on: a start is to be quick. */
function prettyPrinter(destination: NodeJS.WritableStream): DestinationStream {
  const pretty: typeof import('pino-pretty') = createRequire(import.meta.url)('pino-pretty')
  return pretty({ destination, colorize: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' })
}

const neverLogged = ['authorization', 'cookie', 'credentials', 'headers', 'password'].flatMap(name => [
  name,
  `*.${name}`
])

/** The query may hold what a person searched for, and headers hold the token: neither is logged. */
function describeRequest(request: FastifyRequest & { caller?: { tenant?: string } | null }) {
  return {
    id: request.id,
    method: request.method,
    path: request.url?.split('?', 1)[0],
    tenant: request.caller?.tenant
  }
}

function describeReply(reply: { statusCode?: number }) {
  return { statusCode: reply.statusCode }
}

interface Described {
  type: string
  code?: string
  message?: string
  stack?: string
  cause?: Described
}

/** Of a cause only its kind: a parser's message quotes the body it stumbled over. */
function describeError(error: unknown): Described {
  if (!(error instanceof Error)) return { type: typeof error }
  return {
    ...kind(error),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause instanceof Error ? { cause: kind(error.cause) } : {})
  }
}

/** The server of MongoDB gives numbers, with a name beside them. */
function kind({ name, code, codeName }: Error & { code?: unknown; codeName?: unknown }): Described {
  const told = typeof codeName === 'string' ? codeName : code
  return { type: name, ...(typeof told === 'string' || typeof told === 'number' ? { code: String(told) } : {}) }
}
