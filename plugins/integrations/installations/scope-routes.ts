import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Connector } from '../../connector/contract.ts'
import { problemResponses } from '../../http/schemas/problem-schema.ts'
import { presentValidation } from '../present-validation.ts'
import { IdempotencyKey, once } from '../repeatable.ts'
import { settingsOf } from '../settings.ts'
import { type Credentials, validate } from '../validate.ts'
import { explain } from './explain.ts'
import { type InstallOrder, install, requireOneSource } from './install.ts'
import { type PreviewOrder, preview } from './preview.ts'
import { connectorSchemas, ExplainQuery, Explanation, InstallAnswer, PreviewAnswer } from './schemas.ts'

/** Before the schema, whose either/or would name no field. */
async function oneSource({ body }: FastifyRequest): Promise<void> {
  if (typeof body === 'object' && body !== null) requireOneSource(body)
}

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
      return presentValidation(await validate(fastify, connector, body.credentials, { settings, log: request.log }))
    }
  )

  fastify.post(
    '/preview',
    {
      ...update,
      preValidation: oneSource,
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
      preValidation: oneSource,
      schema: {
        tags,
        summary: 'Switch sync types on, over new credentials or a saved connection',
        headers: IdempotencyKey,
        body: schemas.install,
        response: { 201: InstallAnswer, ...problemResponses }
      }
    },
    async (request, reply) => {
      const order = request.body as InstallOrder
      return once(fastify, request, reply, async () => {
        return { status: 201, body: await install(fastify, connector, request.caller.tenant, order, request.log) }
      })
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
