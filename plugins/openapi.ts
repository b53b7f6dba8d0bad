import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fp from 'fastify-plugin'
import { contentSecurityPolicy } from './security-headers.ts'

const title = 'Integration host'
const bearer = 'bearer'

/** The description of every route at /openapi.json, made of the schemas that check it, and a page to try them at /docs. */
export const openapiPlugin = fp<{ version: string }>(
  async (fastify, { version }) => {
    await fastify.register(swagger, {
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
        return {
          url,
          schema: permission
            ? { ...schema, description: `Permission: \`${permission}\``, security: [{ [bearer]: [] }] }
            : { ...schema, security: [] }
        }
      }
    })

    fastify.get('/openapi.json', { config: { permission: null }, schema: { hide: true } }, () => fastify.swagger())

    await fastify.register(async scope => {
      // The page's own routes come without a config; anyone may read the page, its calls need a token.
      scope.addHook('onRoute', route => {
        route.config = { ...route.config, permission: null }
      })
      await scope.register(swaggerUi, {
        routePrefix: '/docs',
        theme: { title },
        uiConfig: { persistAuthorization: false, tryItOutEnabled: true, displayRequestDuration: true },
        // The page sets style attributes while it runs; no script of it is inline.
        staticCSP: contentSecurityPolicy({ styleSrc: ["'self'", "'unsafe-inline'"] })
      })
    })
  },
  { name: 'openapi', fastify: '5.x', dependencies: ['auth', 'security-headers'] }
)
