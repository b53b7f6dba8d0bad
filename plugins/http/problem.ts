/** The one error handler: every failure leaves as application/problem+json, without stack and without foreign text. */
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import {
  ConnectorFailure,
  CredentialsRejected,
  PermissionMissing,
  SettingUnresolved,
  TargetRefused
} from '../connector/failures.ts'
import { errors, errorTable, type Problem } from '../errors.ts'
import { type AllowedMethods, watchAllowedMethods } from './allowed-methods.ts'
import { problemsOf } from './validation-problems.ts'

// Not imported: see plugins/http/waiting-room.ts.
const { STATUS_CODES } = process.getBuiltinModule('node:http')
const mediaType = 'application/problem+json; charset=utf-8'

/** What leaves the host of an error. */
export interface Failure {
  readonly code: string
  readonly status: number
  readonly detail: string
  /** What the answer carries beside (`problems`, `checks`, `allowed`). */
  readonly details?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

const failure = (error: FastifyError, more: Pick<Failure, 'details' | 'headers'> = {}): Failure => ({
  code: error.code,
  status: error.statusCode ?? 500,
  detail: error.message,
  ...more
})

const badRequest = (problems: readonly Problem[]) =>
  failure(new errors.HOST_ERR_BAD_REQUEST(), { details: { problems } })

/** Fastify's own refusals, in our codes; `undefined`: not one that a client causes. */
function ofFramework(error: FastifyError, request: FastifyRequest): Failure | undefined {
  if (error.validation) return badRequest(problemsOf(error.validation, error.validationContext))
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return failure(new errors.HOST_ERR_BODY_TOO_LARGE(request.routeOptions.bodyLimit))
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return failure(new errors.HOST_ERR_UNSUPPORTED_MEDIA_TYPE())
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return badRequest([{ pointer: '', message: 'the body is empty though its content type says JSON' }])
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return badRequest([{ pointer: '', message: 'the body is not as long as its Content-Length says' }])
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return badRequest([{ pointer: '', message: 'the body is not valid JSON' }])
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return badRequest([{ pointer: '', message: 'the URL is malformed or a part of it is too long' }])
    default:
      if (hasHungUp(error))
        return badRequest([{ pointer: '', message: 'the caller hung up before the body was whole' }])
      // A method that Fastify knows and no route takes fails before the 404 handler is asked.
      if (request.is404) return ofHost(noRoute(request))
      if (/^FST_/.test(error.code ?? '') && (error.statusCode ?? 500) < 500)
        return badRequest([{ pointer: '', message: error.message }])
      // secure-json-parse refuses "__proto__" and "constructor" keys with a plain SyntaxError.
      return error instanceof SyntaxError && error.statusCode === 400
        ? badRequest([{ pointer: '', message: 'the body is not valid JSON' }])
        : undefined
  }
}

/** Node tells of it by an error without a code of its own, whose cause is the socket's. */
function hasHungUp(error: FastifyError): boolean {
  return error.code === 'ECONNRESET' && error.message === 'aborted'
}

function noRoute(request: FastifyRequest): FastifyError {
  const [path = ''] = request.url.split('?')
  const allowed = request.server.allowedMethods(path)
  return allowed.length > 0
    ? Object.assign(new errors.HOST_ERR_METHOD_NOT_ALLOWED(request.method, allowed.join(', ')), { allowed })
    : new errors.HOST_ERR_ROUTE_NOT_FOUND(`${request.method} ${path.slice(0, 200)}`)
}

/** A connector that fails while a person waits for the answer. */
function ofConnector(error: ConnectorFailure): Failure {
  if (error instanceof CredentialsRejected || error instanceof PermissionMissing || error instanceof TargetRefused)
    return {
      ...failure(new errors.HOST_ERR_CREDENTIALS_INVALID(), { details: { checks: [], problems: [] } }),
      detail: error.message
    }
  if (error instanceof SettingUnresolved) {
    const problems = [{ pointer: '/settings', message: error.message, choices: error.choices }]
    return { ...failure(new errors.HOST_ERR_SETTINGS_INVALID(), { details: { problems } }), detail: error.message }
  }
  const waitMs = (error as { retryAfterMs?: number }).retryAfterMs
  return failure(
    new errors.HOST_ERR_VENDOR_UNAVAILABLE(error.message),
    waitMs === undefined ? {} : { headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) } }
  )
}

function ofHost(error: FastifyError): Failure | undefined {
  const status = errorTable[error.code as keyof typeof errorTable]?.[0]
  // Status 0: made for a log or a receipt, never for an answer.
  if (!status) return undefined
  const { details } = error as { details?: Readonly<Record<string, unknown>> }
  const { allowed } = error as { allowed?: readonly string[] }
  const headers = {
    ...(status === 401 && { 'www-authenticate': 'Bearer realm="integration-host"' }),
    ...(allowed && { allow: allowed.join(', ') })
  }
  return failure(error, { headers, ...(details && { details }) })
}

/** What the host cannot explain is logged whole and told as HOST_ERR_INTERNAL. */
export function explainFailure(error: FastifyError, request: FastifyRequest): Failure {
  const known = error instanceof ConnectorFailure ? ofConnector(error) : (ofHost(error) ?? ofFramework(error, request))
  const told = known ?? failure(new errors.HOST_ERR_INTERNAL(request.id))
  const { code, status } = told
  if (status >= 500) request.log.error({ err: error, code }, 'request failed')
  else request.log.info({ code, status }, 'request refused')
  return told
}

/** Answers with the problem. */
export function sendProblem(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const { code, status, detail, details, headers = {} } = explainFailure(error, request)
  const answer = {
    ...details,
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    code,
    detail,
    requestId: request.id
  }
  // As text: a route's response schema must not drop fields of the problem.
  // Before any hook has run (a URL that cannot be read) the header is not there yet.
  reply.header('x-request-id', request.id)
  reply.code(status).headers(headers).type(mediaType).send(JSON.stringify(answer))
}

const clientErrors: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }

/** For bytes that are not HTTP (or come too slowly): there is no request yet, so the answer is written by hand. */
export function answerUnreadableRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const status = clientErrors[error.code ?? ''] ?? 400
  const { code, message: detail } = new errors.HOST_ERR_BAD_REQUEST()
  const problems = [{ pointer: '', message: 'this is not a complete HTTP request' }]
  const body = JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, code, detail, problems })
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
        `content-type: ${mediaType}\r\nconnection: close\r\n\r\n${body}`
    )
  socket.destroySoon()
}

declare module 'fastify' {
  interface FastifyInstance {
    allowedMethods: AllowedMethods
  }
}

export const problemPlugin = fp(
  async fastify => {
    fastify.decorate('allowedMethods', watchAllowedMethods(fastify))
    fastify.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id)
    })
    fastify.setErrorHandler(sendProblem)
    fastify.setNotFoundHandler((request, reply) => sendProblem(noRoute(request), request, reply))
  },
  { name: 'problem', fastify: '5.x' }
)
