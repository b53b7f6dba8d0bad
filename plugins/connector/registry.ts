import fp from 'fastify-plugin'
import { errors } from '../errors.ts'
import type { LiveSecrets } from '../log/live-secrets.ts'
import type { Connector } from './contract.ts'
import { checkDeclaration } from './declaration.ts'
import {
  type OperatorValues,
  readOperatorValues,
  secretsAmong,
  unknownVariables,
  variableOf,
  withOperatorValues
} from './operator.ts'
import type { ConnectorPlugin } from './plugin.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** By name; of a form what the operator has set need not be typed. */
    connectors: ReadonlyMap<string, Connector>
    /** What the operator has set, by connector. */
    operatorValues: ReadonlyMap<string, OperatorValues>
  }
}

export interface RegistryOptions {
  readonly plugins: readonly ConnectorPlugin[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly secrets: Pick<LiveSecrets, 'add'>
}

/** Checks every declaration, reads what the operator has set for it, and decorates `fastify.connectors`; their routes come later, from plugins/integrations/cards/scope.ts. */
export const registryPlugin = fp<RegistryOptions>(
  async (fastify, { plugins, env, secrets }) => {
    const connectors = new Map<string, Connector>()
    const operatorValues = new Map<string, OperatorValues>()
    const variables = new Map<string, string>()
    for (const { connector } of plugins) {
      checkDeclaration(connector)
      if (connectors.has(connector.name))
        throw new errors.HOST_ERR_CONNECTOR_INVALID(connector.name, 'another connector has the same name.')
      for (const field of Object.keys(connector.operator?.properties ?? {})) {
        const variable = variableOf(connector.name, field)
        const other = variables.get(variable)
        if (other !== undefined)
          throw new errors.HOST_ERR_CONNECTOR_INVALID(connector.name, `${variable} is a variable of ${other} too.`)
        variables.set(variable, connector.name)
      }
      const values = readOperatorValues(connector, env)
      secrets.add(secretsAmong(connector, values))
      operatorValues.set(connector.name, values)
      connectors.set(connector.name, withOperatorValues(connector, values))
    }
    for (const words of unknownVariables(connectors.values(), env)) fastify.log.warn(words)
    fastify.decorate('connectors', connectors)
    fastify.decorate('operatorValues', operatorValues)
  },
  { name: 'connectors', fastify: '5.x' }
)
