import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter, Histogram, type Registry } from 'prom-client'
import { buckets, prefix, statusClass } from './names.ts'

/** Requests to this host; the result is to be called after each, once, however it ended. */
export function httpMetrics(
  registry: Registry
): (request: FastifyRequest, reply: FastifyReply, end: 'answered' | 'hung up') => void {
  const registers = [registry]
  const requests = new Counter({
    name: `${prefix}http_requests_total`,
    help: 'Requests by route template and class of status ("none": the caller hung up before the answer); what met no route is one route',
    labelNames: ['method', 'route', 'status'],
    registers
  })
  const duration = new Histogram({
    name: `${prefix}http_request_duration_seconds`,
    help: 'From a request’s head to the end of its answer, or to its caller’s hanging up',
    labelNames: ['route'],
    buckets: buckets.call,
    registers
  })
  return (request, reply, end) => {
    // The method of what met no route is the caller's choice, and so would be the number of series.
    const { url: route, method } = request.is404 ? { url: 'none', method: 'any' } : request.routeOptions
    const labels = { method: String(method), route: route ?? 'none' }
    requests.inc({ ...labels, status: end === 'answered' ? statusClass(reply.statusCode) : 'none' })
    duration.observe({ route: labels.route }, reply.elapsedTime / 1000)
  }
}
