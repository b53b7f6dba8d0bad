import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import type { Connector } from '../../connector/contract.ts'
import { problemResponses } from '../../http/schemas/problem-schema.ts'
import { settingsOf } from '../settings.ts'
import { type Credentials, validate } from '../validate.ts'
import { explain } from './explain.ts'
import { type InstallOrder, install } from './install.ts'
import { type PreviewOrder, preview } from './preview.ts'
import { connectorSchemas, ExplainQuery, Explanation, InstallAnswer, PreviewAnswer } from './schemas.ts'

/** The routes that every connector has, on a scope with the prefix /v1/integrations/{connector}. */
export function registerInstallRoutes(scope: FastifyInstance, connector: Connector): void {
  const fastify = scope.withTypeProvider<TypeBoxTypeProvider>()
  const schemas = connectorSchemas(connector)
  const update = { config: { permission: 'integrations:update', callsVendor: true } } as const
  const tags = [connector.title]

  fastify.post(
    '/validate',
    {
      ...update,
      schema: {
        tags,
        summary: 'Try credentials; nothing is kept',
        body: schemas.validate,
        response: { 200: schemas.validateAnswer, ...problemResponses }
      }
    },
    async request => {
      const body = request.body as { credentials: Credentials; settings?: Readonly<Record<string, unknown>> }
      const settings = settingsOf(connector, body.settings)
      const validation = await validate(fastify, connector, body.credentials, settings, request.log)
      const { valid, account, details, checks, problems } = validation
      return { valid, ...(account && { account }), ...details, checks: [...checks], problems: [...problems] }
    }
  )

  fastify.post(
    '/preview',
    {
      ...update,
      schema: {
        tags,
        summary: 'What an install would bring; nothing is kept',
        body: schemas.preview,
        response: { 200: PreviewAnswer, ...problemResponses }
      }
    },
    async request => preview(fastify, connector, request.caller.tenant, request.body as PreviewOrder, request.log)
  )

  fastify.post(
    '/install',
    {
      ...update,
      schema: {
        tags,
        summary: 'Switch sync types on, over new credentials or a saved connection',
        body: schemas.install,
        response: { 201: InstallAnswer, ...problemResponses }
      }
    },
    async (request, reply) => {
      const order = request.body as InstallOrder
      return reply.code(201).send(await install(fastify, connector, request.caller.tenant, order, request.log))
    }
  )

  fastify.get(
    '/explain',
    {
      config: { permission: ['integrations:read', 'clients:read'], callsVendor: true },
      schema: {
        tags,
        summary: 'Why a company is or is not here, asked of the vendor now',
        querystring: ExplainQuery,
        response: { 200: Explanation, ...problemResponses }
      }
    },
    async request => explain(fastify, connector, request.caller.tenant, request.query, request.log)
  )
}
