import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { errors } from '../errors.ts'
import { onceOver } from '../http/once-over.ts'
import type { OwnPort } from './own-port.ts'
import type { createMetrics } from './registry.ts'
import { tokenCheck } from './token.ts'

export interface Metrics extends ReturnType<typeof createMetrics> {
  /** Of the own port, without path; null before the host is ready and where there is none. */
  readonly address: string | null
}

declare module 'fastify' {
  interface FastifyInstance {
    /** null: nothing is counted, as neither METRICS_PORT nor METRICS_TOKEN is set. */
    metrics: Metrics | null
  }
}

export interface MetricsOptions {
  readonly version: string
}

/**
 * Counts and times, told as Prometheus reads it: with METRICS_TOKEN at /metrics for those who send it, with
 * METRICS_PORT on a port of its own. No label holds a tenant, an id or foreign text.
 */
export const metricsPlugin = fp<MetricsOptions>(
  async (fastify, { version }) => {
    const { METRICS_HOST: host, METRICS_PORT: port, METRICS_TOKEN: token, syncEveryMs } = fastify.config
    if (port === undefined && token === undefined) {
      fastify.decorate('metrics', null)
      return
    }
    // Loaded only where it is wanted: a start is to be quick.
    const { createMetrics } = await import('./registry.ts')
    const metrics = createMetrics({
      version,
      syncEveryMs,
      running: () => fastify.dispatcher.running,
      countDue: limit => fastify.store.leases.countDue(limit),
      countWaiting: limit => fastify.store.installations.countWaiting(limit)
    })
    const { registry } = metrics
    let ownPort: OwnPort | null = null
    fastify.decorate('metrics', {
      ...metrics,
      get address() {
        return ownPort?.address ?? null
      }
    })
    const answered = new WeakSet<FastifyRequest>()
    fastify.addHook('onResponse', async (request, reply) => {
      answered.add(request)
      metrics.http(request, reply, 'answered')
    })
    // Who hangs up gets no answer, and so no onResponse.
    fastify.addHook('onRequest', async (request, reply) => {
      onceOver(reply, () => {
        if (!answered.has(request)) metrics.http(request, reply, 'hung up')
      })
    })

    const accepts = token === undefined ? null : tokenCheck(token)
    if (accepts) {
      const options = { config: { permission: null }, logLevel: 'warn', schema: { hide: true } } as const
      fastify.get('/metrics', options, async (request, reply) => {
        if (!accepts(request.headers.authorization))
          throw new errors.HOST_ERR_UNAUTHENTICATED('this route takes METRICS_TOKEN alone')
        return reply.type(registry.contentType).send(await registry.metrics())
      })
    }
    if (port !== undefined) {
      fastify.addHook('onReady', async () => {
        const { listenForMetrics } = await import('./own-port.ts')
        ownPort = await listenForMetrics({ host, port }, registry, accepts)
        fastify.log.info(`metrics at ${ownPort.address}/metrics`)
      })
      fastify.addHook('onClose', async () => ownPort?.close())
    }
  },
  { name: 'metrics', fastify: '5.x', dependencies: ['auth', 'problem'] }
)
