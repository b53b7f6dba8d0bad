/** GET /v1/integrations: what can be installed, and what of it the caller's tenant has. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { Connector } from '../../connector/contract.ts'
import { type Level, levels } from '../../connector/levels.ts'
import { orNull } from '../../http/schemas/or-null.ts'
import { problemResponses } from '../../http/schemas/problem-schema.ts'
import type { Connection, Installation, Store } from '../../storage/port.ts'
import { InstallationStatus, statusOf } from '../status.ts'

const InstallationOnCard = Type.Object({ id: Type.String(), status: InstallationStatus })

const SyncTypeCard = Type.Object({
  name: Type.String(),
  title: Type.String(),
  conditions: Type.Array(Type.String()),
  data: Type.Array(Type.String()),
  triggers: Type.Array(Type.String()),
  recommends: Type.Array(Type.String(), { description: 'Other sync types worth installing beside it' }),
  settings: Type.Array(Type.String(), { description: 'The settings that it looks at' }),
  installation: orNull(InstallationOnCard, {
    description: 'null: not installed; of several accounts, the one connected last'
  }),
  installations: Type.Array(
    Type.Object({ id: Type.String(), connectionId: Type.String(), status: InstallationStatus }),
    { description: 'Of every connected account, also those that are uninstalled and can be reinstalled' }
  )
})

const card = {
  connector: Type.String(),
  title: Type.String(),
  description: Type.String(),
  level: Type.Unsafe<Level | null>({
    type: ['string', 'null'],
    enum: [...levels, null],
    description: 'What its tests hold the connector to (docs/write-a-connector.md); null: it claims none'
  }),
  syncTypes: Type.Array(SyncTypeCard)
}
const Card = Type.Object(card)
export const Cards = Type.Object({ items: Type.Array(Card) })

const JsonSchema = Type.Unknown({ description: 'A JSON Schema' })
export const CardWithForms = Type.Object({
  ...card,
  credentials: JsonSchema,
  settings: JsonSchema,
  checks: Type.Array(Type.Object({ name: Type.String(), title: Type.String() }), {
    description: 'What validate checks, in the order shown'
  }),
  vendorPermissions: Type.Array(Type.Object({ name: Type.String(), level: Type.String(), reason: Type.String() }), {
    description: 'What the vendor’s administrator has to grant'
  })
})

/** Newest last. */
async function installationsOf(store: Store, tenant: string, connector?: string): Promise<Installation[]> {
  const found: Installation[] = []
  let cursor: string | null = null
  do {
    const page = await store.installations.list(tenant, connector === undefined ? {} : { connector }, {
      limit: 500,
      cursor
    })
    found.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}

/** What stops connections, by their ids. */
type Troubles = ReadonlyMap<string, Connection['trouble']>

async function troublesOf(store: Store, tenant: string): Promise<Troubles> {
  const found = new Map<string, Connection['trouble']>()
  let cursor: string | null = null
  do {
    const page = await store.connections.list(tenant, { limit: 500, cursor })
    for (const { id, trouble } of page.items) if (trouble) found.set(id, trouble)
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}

function cardOf(connector: Connector, installations: readonly Installation[], troubles: Troubles): Static<typeof Card> {
  const { name, title, description, level = null } = connector
  return {
    connector: name,
    title,
    description,
    level,
    syncTypes: connector.syncTypes.map(syncType => {
      const own = installations
        .filter(installation => installation.connector === name && installation.syncType === syncType.name)
        .map(installation => ({
          id: installation.id,
          connectionId: installation.connectionId,
          status: statusOf(installation, troubles.get(installation.connectionId) ?? null)
        }))
      const last = own.findLast(installation => !['uninstalled', 'erasing'].includes(installation.status))
      return {
        name: syncType.name,
        title: syncType.title,
        conditions: [...syncType.conditions],
        data: [...syncType.data],
        triggers: [...syncType.triggers],
        recommends: [...syncType.recommends],
        settings: [...(syncType.settings ?? Object.keys(connector.settings.properties))],
        installation: last ? { id: last.id, status: last.status } : null,
        installations: own
      }
    })
  }
}

/** Every connector, with what the tenant has of it. */
export async function listCards(
  store: Store,
  tenant: string,
  connectors: Iterable<Connector>
): Promise<Static<typeof Card>[]> {
  const installations = await installationsOf(store, tenant)
  const troubles = await troublesOf(store, tenant)
  return [...connectors].map(connector => cardOf(connector, installations, troubles))
}

export async function describeConnector(
  store: Store,
  tenant: string,
  connector: Connector
): Promise<Static<typeof CardWithForms>> {
  return {
    ...cardOf(connector, await installationsOf(store, tenant, connector.name), await troublesOf(store, tenant)),
    credentials: connector.credentials,
    settings: connector.settings,
    checks: (connector.checks ?? []).map(({ name, title }) => ({ name, title })),
    vendorPermissions: [...connector.vendorPermissions]
  }
}

export const cardRoutes: FastifyPluginAsyncTypebox = async fastify => {
  fastify.get(
    '/integrations',
    {
      config: { permission: 'integrations:read' },
      schema: {
        tags: ['integrations'],
        summary: 'Connectors, their sync types and what is installed',
        response: { 200: Cards, ...problemResponses }
      }
    },
    async request => ({
      items: await listCards(fastify.store, request.caller.tenant, fastify.connectors.values())
    })
  )
}
