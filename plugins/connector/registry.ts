import fp from 'fastify-plugin'
import { errors } from '../errors.ts'
import type { Connector } from './contract.ts'
import { checkDeclaration } from './declaration.ts'
import type { ConnectorPlugin } from './plugin.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** By name. */
    connectors: ReadonlyMap<string, Connector>
  }
}

export interface RegistryOptions {
  readonly plugins: readonly ConnectorPlugin[]
}

/** Checks every declaration and decorates `fastify.connectors`; their routes come later, from plugins/integrations/cards/scope.ts. */
export const registryPlugin = fp<RegistryOptions>(
  async (fastify, { plugins }) => {
    const connectors = new Map<string, Connector>()
    for (const { connector } of plugins) {
      checkDeclaration(connector)
      if (connectors.has(connector.name))
        throw new errors.HOST_ERR_CONNECTOR_INVALID(connector.name, 'another connector has the same name.')
      connectors.set(connector.name, connector)
    }
    fastify.decorate('connectors', connectors)
  },
  { name: 'connectors', fastify: '5.x' }
)
