import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'

/** What a browser asks files with. */
const passedOn = ['accept', 'if-none-match', 'if-modified-since', 'range']
/** Of the connection, not of the page. */
const keptBack = ['connection', 'date', 'keep-alive', 'transfer-encoding']

const only = (headers: FastifyRequest['headers'], keep: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => keep(name)))

/**
 * The description of every route at /openapi.json, made of the schemas that check it, and a page to try them at /docs.
 * Both are made when they are first asked for: a start is to be quick.
 */
export const openapiPlugin = fp<{ version: string }>(
  async (fastify, { version }) => {
    const routes: RouteOptions[] = []
    fastify.addHook('onRoute', route => {
      if (!route.schema?.hide && route.method !== 'HEAD') routes.push(route)
    })

    let description: Promise<FastifyInstance> | undefined
    const describe = () => {
      description ??= import('./description.ts').then(({ describeRoutes }) => describeRoutes(routes, version))
      return description
    }
    fastify.addHook('onClose', async () => (await description)?.close())

    const options = { config: { permission: null }, schema: { hide: true } } as const
    fastify.get('/openapi.json', options, async () => (await describe()).swagger())

    async function page(request: FastifyRequest, reply: FastifyReply) {
      const app = await describe()
      const headers = only(request.headers, name => passedOn.includes(name))
      const answer = await app.inject({ url: request.url, headers })
      if (answer.statusCode === 404) return reply.callNotFound()
      const shown = only(answer.headers as FastifyRequest['headers'], name => !keptBack.includes(name))
      return reply.code(answer.statusCode).headers(shown).send(answer.rawPayload)
    }
    fastify.get('/docs', options, page)
    fastify.get('/docs/*', options, page)
  },
  { name: 'openapi', fastify: '5.x', dependencies: ['auth', 'security-headers'] }
)
