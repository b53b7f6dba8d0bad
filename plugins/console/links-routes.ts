/** POST /v1/console/links: how a platform signs its people in to the console. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { errors, withDetails } from '../errors.ts'
import { apiPrefix } from '../http/api-prefix.ts'
import { tenantPattern } from '../http/auth.ts'
import { Time } from '../http/schemas/fields.ts'
import { problemResponses } from '../http/schemas/problem-schema.ts'
import { isPageOfConsole, makeLink, permissionsOfPeople, platformLinkMs } from './session/links.ts'

const LinkWish = Type.Object(
  {
    sub: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        pattern: '\\S',
        description: 'Who is signed in. Default: the caller'
      })
    ),
    tenant: Type.Optional(
      Type.String({
        pattern: tenantPattern.source,
        description: 'Another than the caller’s own only with console:link'
      })
    ),
    permissions: Type.Optional(
      Type.Array(Type.Enum([...permissionsOfPeople]), {
        minItems: 1,
        uniqueItems: true,
        description: 'More than the caller’s own only with console:link. Default: the caller’s'
      })
    ),
    to: Type.Optional(
      Type.String({ maxLength: 1000, description: 'A path below /console', examples: ['/console/clients'] })
    )
  },
  { additionalProperties: false }
)

const Link = Type.Object({
  url: Type.String({ description: 'Opens the console once' }),
  expiresAt: Time
})

export const linkRoutes: FastifyPluginAsyncTypebox = async fastify => {
  fastify.post(
    `${apiPrefix}/console/links`,
    {
      config: { permission: 'integrations:read', audit: 'link.create' },
      schema: {
        tags: ['console'],
        summary: 'A link that signs one browser in to the console, once, within five minutes',
        body: LinkWish,
        response: { 201: Link, ...problemResponses }
      }
    },
    async (request, reply) => {
      const { sub, tenant, permissions: own } = request.caller
      const wish = {
        sub,
        tenant,
        to: '/console',
        permissions: own.filter(name => permissionsOfPeople.includes(name)),
        ...request.body
      }
      if (!isPageOfConsole(wish.to)) throw badTo()
      const more = wish.tenant !== tenant || wish.permissions.some(permission => !own.includes(permission))
      if (more && !own.includes('console:link')) throw new errors.HOST_ERR_FORBIDDEN('console:link')
      request.auditDetails = { sub: wish.sub, for: wish.tenant }
      const path = await makeLink(fastify.store, wish, wish.to, platformLinkMs)
      const expiresAt = new Date(Date.now() + platformLinkMs).toISOString()
      const origin = fastify.config.console?.origin ?? (fastify.server.listening ? fastify.listeningOrigin : '')
      return reply.code(201).send({ url: origin + path, expiresAt })
    }
  )
}

function badTo(): Error {
  const problems = [{ pointer: '/to', message: 'must be a path of the console, such as /console/clients' }]
  return withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
}
