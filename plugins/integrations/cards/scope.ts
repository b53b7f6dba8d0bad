import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Connector } from '../../connector/contract.ts'
import type { ConnectorPlugin } from '../../connector/plugin.ts'
import { problemResponses } from '../../http/schemas/problem-schema.ts'
import { registerInstallRoutes } from '../installations/scope-routes.ts'
import { CardWithForms, cardRoutes, describeConnector } from './cards.ts'

/** The host's part of a connector's scope, bound to that connector: the prefix is already on the instance. */
async function bindConnector(this: FastifyInstance, { name }: Connector): Promise<void> {
  // With the form as it is on this host.
  const connector = this.connectors.get(name)!
  this.get(
    '',
    {
      config: { permission: 'integrations:read' },
      schema: {
        tags: ['integrations'],
        summary: `${connector.title}: its forms, sync types and what is installed`,
        response: { 200: CardWithForms, ...problemResponses }
      }
    },
    request => describeConnector(this.store, request.caller.tenant, connector)
  )
  registerInstallRoutes(this, connector)
}

export interface ScopesOptions {
  readonly plugins: readonly ConnectorPlugin[]
}

/** GET /v1/integrations, and below it one encapsulated scope for each connector. */
export const scopesPlugin = fp<ScopesOptions>(
  async (fastify, { plugins }) => {
    fastify.decorate('bindConnector', bindConnector)
    await fastify.register(cardRoutes)
    for (const plugin of plugins) await fastify.register(plugin, { prefix: `/integrations/${plugin.connector.name}` })
  },
  { name: 'connector-scopes', fastify: '5.x', dependencies: ['auth', 'connectors', 'storage'] }
)
