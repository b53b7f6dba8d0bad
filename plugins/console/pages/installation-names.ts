/** What an installation is called: its sync type, and whose account it reads where that alone would not tell it apart. */
import type { Installation } from '../../storage/port.ts'
import type { Desk } from '../desk.ts'
import { sourceLabels } from './sources.ts'

/** Installations of a tenant that are told apart, and that the list of runs can be narrowed to. */
const mostInstallations = 100

/** Of its sync type, as people know it. */
export function titleOf({ host }: Desk, { connector, syncType }: Pick<Installation, 'connector' | 'syncType'>): string {
  const types = host.connectors.get(connector)?.syncTypes ?? []
  return types.find(({ name }) => name === syncType)?.title ?? syncType
}

/** By id, the oldest installations of a tenant: `Sync Active Customers`, with the account where several have that title. */
export async function installationNames(desk: Desk, tenant: string): Promise<ReadonlyMap<string, string>> {
  const { store } = desk.host
  const { items } = await store.installations.list(tenant, {}, { limit: mostInstallations, cursor: null })
  const alike = Map.groupBy(items, one => titleOf(desk, one))
  const labels =
    alike.size < items.length
      ? sourceLabels(desk, (await store.connections.list(tenant, { limit: 500, cursor: null })).items)
      : new Map<string, string>()
  const names = items.map(one => {
    const title = titleOf(desk, one)
    const label = labels.get(one.connectionId)
    return alike.get(title)!.length > 1 && label ? `${title}, ${label}` : title
  })
  // Accounts may have one name, too.
  const numbered = names.map((name, i) =>
    names.indexOf(name) < names.lastIndexOf(name)
      ? `${name} (${names.slice(0, i + 1).filter(one => one === name).length})`
      : name
  )
  return new Map(items.map(({ id }, i) => [id, numbered[i]!]))
}

/** The account's name where the tenant has several of this connector; null: there is no other to be taken for it. */
export async function accountToTell(desk: Desk, installation: Installation): Promise<string | null> {
  const { tenant, connector, connectionId } = installation
  const { store } = desk.host
  const page = { limit: mostInstallations, cursor: null }
  const { items } = await store.installations.list(tenant, { connector }, page)
  if (items.every(one => one.connectionId === connectionId)) return null
  return (await store.connections.get(tenant, connectionId))?.account.name ?? null
}
