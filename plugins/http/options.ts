import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { parse } from 'node:querystring'
import type { FastifyHttpOptions } from 'fastify'
import { answerUnreadableRequest, sendProblem } from './problem.ts'
import { sharedSerializers } from './serializers.ts'

/**
 * Query values are text, and nothing is coerced; `limit` is the one number that lists take, so digits in it become
 * a number here and everything else is left for the schema to refuse.
 */
function parseQuery(text: string): Record<string, unknown> {
  const query: Record<string, unknown> = parse(text, '&', '=', { maxKeys: 50 })
  if (typeof query.limit === 'string' && /^[0-9]{1,9}$/.test(query.limit)) query.limit = Number(query.limit)
  return query
}

/** How the host takes requests: bounded in time and size, refusing what it does not know instead of bending it. */
export const httpOptions = {
  /** A start waits for the store as long as it takes. */
  pluginTimeout: 0,
  bodyLimit: 64 * 1024,
  /** The whole request has to be in by then. */
  requestTimeout: 15_000,
  /** Silence on a connection; longer than the longest answer takes to come. */
  connectionTimeout: 120_000,
  keepAliveTimeout: 72_000,
  maxRequestsPerSocket: 10_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 5000, insecureHTTPParser: false },
  forceCloseConnections: 'idle',
  trustProxy: false,
  onProtoPoisoning: 'error',
  onConstructorPoisoning: 'error',
  /** A client's own id in our logs would let it pose as another request. */
  requestIdHeader: false,
  genReqId: () => randomUUID(),
  routerOptions: { maxParamLength: 200, querystringParser: parseQuery },
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, allErrors: true } },
  schemaController: { compilersFactory: { buildSerializer: sharedSerializers() } },
  frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
  clientErrorHandler: answerUnreadableRequest
} satisfies FastifyHttpOptions<Server>
