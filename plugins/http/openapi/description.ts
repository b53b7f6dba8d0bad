import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import { contentSecurityPolicy } from '../security-headers.ts'

const title = 'Integration host'
const bearer = 'bearer'

const inWords = (permission: string | readonly string[]) =>
  [permission]
    .flat()
    .map(one => `\`${one}\``)
    .join(' and ')

/** An app that never listens: `swagger()` describes the routes, GET /docs and below is the page to try them. */
export async function describeRoutes(routes: readonly RouteOptions[], version: string): Promise<FastifyInstance> {
  const app = Fastify({ exposeHeadRoutes: false })
  // Its routes are there to be described, none of them is called.
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => JSON.stringify)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title,
        version,
        description:
          'Install vendor connectors, sync their records one way, read the clients. Every failure is application/problem+json with a stable code.'
      },
      components: {
        securitySchemes: {
          [bearer]: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'A JWT with sub, tenant and permissions (npm run --silent token)'
          }
        }
      }
    },
    transform: ({ schema, url, route }) => {
      const permission = route.config?.permission
      if (!permission) return { url, schema: { ...schema, security: [] } }
      const description = [`Permission: ${inWords(permission)}`, schema?.description ?? []].flat().join('\n\n')
      return { url, schema: { ...schema, description, security: [{ [bearer]: [] }] } }
    }
  })
  for (const { method, url, schema, config } of routes) {
    app.route({ method, url, ...(schema && { schema }), ...(config && { config }), handler: async () => {} })
  }
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title },
    uiConfig: { persistAuthorization: false, tryItOutEnabled: true, displayRequestDuration: true },
    // The page sets style attributes while it runs; no script of it is inline.
    staticCSP: contentSecurityPolicy({ styleSrc: ["'self'", "'unsafe-inline'"] })
  })
  await app.ready()
  return app
}
