import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import fp from 'fastify-plugin'
import type { Connector } from './contract.ts'

/** What `connectors/{name}/index.ts` and an npm connector export as default. */
export type ConnectorPlugin = FastifyPluginAsync & { readonly connector: Connector }

declare module 'fastify' {
  interface FastifyInstance {
    /** Gives the scope it is called on the routes that every connector has (plugins/integrations/cards/scope.ts). */
    bindConnector(this: FastifyInstance, connector: Connector): Promise<void>
  }
}

/**
 * Makes a Fastify plugin of a declaration: an encapsulated scope that the host registers under /v1/integrations/{name}.
 * It asks nothing of the host but the decorator `bindConnector`, so a connector in an npm package may also build this shape by hand.
 */
export function connectorPlugin(connector: Connector): ConnectorPlugin {
  const scope: FastifyPluginAsync = async (instance: FastifyInstance) => {
    await instance.bindConnector(connector)
    if (connector.routes) await instance.register(connector.routes)
  }
  const plugin = fp(scope, {
    name: `connector-${connector.name}`,
    fastify: '5.x',
    encapsulate: true,
    decorators: { fastify: ['bindConnector'] }
  })
  return Object.assign(plugin, { connector })
}
