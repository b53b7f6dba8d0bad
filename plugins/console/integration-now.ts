/** An integration as its page shows it: what it declares, and what the tenant has of it. */
import type { Connector } from '../connector/contract.ts'
import { describeConnector } from '../integrations/cards/cards.ts'
import type { Desk } from './desk.ts'
import { healthOf } from './health.ts'
import { type InstallationNow, lookAtInstallation } from './installation-now.ts'
import type { Day } from './parts/health-chart.ts'

export interface Account {
  readonly id: string
  readonly name: string
  /** What of it tells it from another, beside its name. */
  readonly where: string | null
}

export interface IntegrationNow {
  readonly connector: Connector
  readonly described: Awaited<ReturnType<typeof describeConnector>>
  readonly installations: ReadonlyMap<string, InstallationNow>
  /** How their runs ended, by installation. */
  readonly health: ReadonlyMap<string, readonly Day[]>
  /** By connection. */
  readonly accounts: ReadonlyMap<string, Account>
}

export async function lookAtIntegration(desk: Desk, tenant: string, connector: Connector): Promise<IntegrationNow> {
  const { store } = desk.host
  const described = await describeConnector(store, tenant, connector)
  const installations = new Map<string, InstallationNow>()
  const health = new Map<string, readonly Day[]>()
  const accounts = new Map<string, Account>()
  let cursor: string | null = null
  do {
    const page = await store.connections.list(tenant, { limit: 500, cursor })
    for (const { id, connector: of, account, display } of page.items) {
      if (of !== connector.name) continue
      const where = connector.endpointFields.map(field => display[field]).find(text => text)
      accounts.set(id, { id, name: account.name, where: where?.replace(/^https?:\/\//, '') ?? null })
    }
    cursor = page.nextCursor
  } while (cursor !== null)
  for (const { id } of described.syncTypes.flatMap(type => type.installations)) {
    const now = await lookAtInstallation(desk, tenant, id)
    if (!now) continue
    installations.set(id, now)
    health.set(id, await healthOf(desk, tenant, id))
  }
  return { connector, described, installations, health, accounts }
}
