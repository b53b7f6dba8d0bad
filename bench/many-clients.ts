/** Fills a store with clients as a sync writes them, without a vendor: for figures about reading them. */
import { connectwise } from '../connectors/connectwise/index.ts'
import type { SyncType } from '../plugins/connector/contract.ts'
import type { Viewpoint } from '../plugins/entities/client-record.ts'
import { judge } from '../plugins/entities/judge.ts'
import type { NewInstallation, Store } from '../plugins/storage/port.ts'
import { bigAccount } from '../test/doubles/connectwise/index.ts'
import { tenant } from './bench-host.ts'

const syncType = connectwise.syncTypes[0] as SyncType
const batch = 1_000

const nothingElse = { losses: [], settled: [], seen: [], unseen: [], rejects: [], progress: null } as const

const installation: NewInstallation = {
  id: 'ins_00000000000000000001',
  tenant,
  connector: connectwise.name,
  connectionId: 'con_00000000000000000001',
  syncType: syncType.name,
  schedule: { everyMs: 24 * 3600_000, compareEveryMs: 24 * 3600_000 },
  settings: {},
  resolved: {},
  createdAt: new Date().toISOString()
}

/** @returns the ids of some of them, spread over all. */
export async function writeManyClients(store: Store, count: number): Promise<string[]> {
  await store.installations.tryInsert(installation)
  const [claim] = await store.leases.claimDue('bench', 1, 3600_000)
  const { lease } = claim!
  const { companies, contacts } = bigAccount({ companies: count, contactsPerCompany: 1, agreementsPerCompany: 0 })
  const view: Viewpoint = {
    ...installation,
    installationId: installation.id,
    syncType,
    token: lease.token,
    runId: 'run_00000000000000000001',
    at: new Date().toISOString(),
    restamp: false,
    resettled: null
  }
  const some: string[] = []
  for (let first = 1; first <= count; first += batch) {
    const writes = []
    for (let number = first; number < Math.min(first + batch, count + 1); number++) {
      const company = { ...companies.get(number)!, id: String(number) }
      const contact = { ...contacts.get(number)!, id: String(number) }
      const record = { company, contacts: [contact] }
      const contribution = syncType.map(record)
      const stamps = syncType.stamps(record)
      const answer = { kind: 'takes-part', contribution, hash: company.id, stamps, version: null, unread: [] } as const
      const { next } = judge(undefined, company.id, answer, view)
      writes.push({ id: next!.id, expectedRev: 0, record: next })
    }
    some.push(writes[first % writes.length]!.id)
    await store.clients.write(lease, { ...nothingElse, clients: writes })
  }
  await store.leases.tryRelease(lease, { dueInMs: null, failures: 0 })
  return some
}
