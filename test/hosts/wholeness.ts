/** Compares what a host answers with what the vendor has. */
import type { Test } from 'tap'
import type { Caller } from '../bad-days/caller.ts'
import type { ConnectWiseServer } from '../doubles/connectwise/index.ts'
import type { Installed } from './installed.ts'
import { expectedOf } from './vendor-model.ts'

/** What an agreement says beside what is compared. */
const ours = new Set(['id', 'clientId', 'clientStatus', 'updatedAt'])
/** A failure shows so many of the records that differ. */
const shownDifferences = 3

/** Every client of the connection equals the vendor's record, and every receipt of its installations adds up. */
export async function isWhole(
  t: Test,
  host: Caller,
  { tenant, connectionId, ids, syncTypes }: Installed,
  vendor: Pick<ConnectWiseServer, 'oracle'>
): Promise<void> {
  const clients = await host.all(`/v1/clients?connectionId=${connectionId}`, tenant)
  const externalIds = clients.map(({ sources }) => sources[0].externalId)
  const doubled = externalIds.filter((id, index) => externalIds.indexOf(id) !== index)
  t.strictSame(doubled, [], `no client of ${tenant} is there twice`)

  const expected = expectedOf(vendor, syncTypes)
  const active = clients
    .filter(({ status }) => status === 'active')
    .map(({ name, address, emails, phones, websites, sources, agreementCount }) => {
      return { externalId: sources[0].externalId, name, address, emails, phones, websites, agreementCount }
    })
  t.ok(active.length > 0, `${active.length} active clients`)
  t.strictSame(differences(expected.clients, active), [], `every client of ${tenant} is as the vendor has it`)

  const activeIds = new Set(clients.flatMap(({ id, status }) => (status === 'active' ? [id] : [])))
  const agreements = (await host.all('/v1/agreements', tenant))
    .filter(({ clientId }) => activeIds.has(clientId))
    .map(agreement => Object.fromEntries(Object.entries(agreement).filter(([field]) => !ours.has(field))) as any)
  t.strictSame(differences(expected.agreements, agreements), [], `and so is every agreement of ${tenant}`)

  for (const id of ids) {
    const runs = await host.all(`/v1/installations/${id}/runs`, tenant)
    t.ok(
      runs.some(({ status }) => status === 'succeeded'),
      `${id} has a run that succeeded`
    )
    for (const { counts } of runs) {
      const { read, created, updated, unchanged, leftOut, setAside } = counts
      t.equal(read, created + updated + unchanged + leftOut + setAside, 'its receipt adds up')
    }
  }
}

interface Difference {
  readonly externalId: string
  readonly expected: unknown
  readonly found: unknown
}

function differences(
  expected: readonly { readonly externalId: string }[],
  found: readonly { readonly externalId: string }[]
): Difference[] {
  const text = (item: object | undefined) => JSON.stringify(item, sorted)
  const byId = new Map(found.map(item => [item.externalId, item]))
  const ids = new Set([...expected, ...found].map(({ externalId }) => externalId))
  const wanted = new Map(expected.map(item => [item.externalId, item]))
  return [...ids]
    .filter(id => text(wanted.get(id)) !== text(byId.get(id)))
    .slice(0, shownDifferences)
    .map(externalId => ({ externalId, expected: wanted.get(externalId), found: byId.get(externalId) }))
}

/** Fields in one order, so that only their values count. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
