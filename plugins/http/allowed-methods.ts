import type { FastifyInstance } from 'fastify'

/** Which methods the route takes that this path meets; empty: no route does. */
export type AllowedMethods = (path: string) => string[]

/** Watches the routes as they are registered; what it answers is complete once the host is ready. */
export function watchAllowedMethods(fastify: FastifyInstance): AllowedMethods {
  const byUrl = new Map<string, Set<string>>()
  fastify.addHook('onRoute', ({ url, method }) => {
    const methods = byUrl.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one.toUpperCase())
    byUrl.set(url, methods)
  })
  let patterns: (readonly [RegExp, ReadonlySet<string>])[] | undefined
  return path => {
    patterns ??= Array.from(byUrl, ([url, methods]) => [patternOf(url), methods] as const)
    return [
      ...new Set(patterns.filter(([pattern]) => pattern.test(path)).flatMap(([, methods]) => [...methods]))
    ].sort()
  }
}

/** `/runs/:id` and `/docs/*`, the two kinds that routes here have. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map(part => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('/')}$`)
}
