import { deepEqual, equal, rejects } from 'node:assert/strict'
import fc from 'fast-check'
import type { Test } from 'tap'
import type { ClientRecord, Lease } from '../../../plugins/storage/port.ts'
import { all, at, fence, leased, leaseLost, newId, type Open, partOf, recordOf, write } from './fixtures.ts'

/** One thing that happens: a lease holder writes some clients, or its lease is taken over. */
type Step =
  | { holder: 0 | 1; takeOver: true }
  | { holder: 0 | 1; stale: boolean; writes: { client: number; revBehind: number; kind: 'put' | 'delete' }[] }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ holder: fc.constantFrom(0 as const, 1), takeOver: fc.constant(true as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      holder: fc.constantFrom(0 as const, 1),
      stale: fc.boolean(),
      writes: fc.uniqueArray(
        fc.record({
          client: fc.integer({ min: 0, max: 5 }),
          revBehind: fc.constantFrom(0, 0, 0, 1),
          kind: fc.constantFrom('put' as const, 'put', 'put', 'delete')
        }),
        { selector: write => write.client, minLength: 1, maxLength: 5 }
      )
    })
  }
)

export async function clientModelCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)

  await t.test(
    'whatever two lease holders write in turn, the store holds what the compare-and-sets allow',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async steps => {
          const tenant = newId('tenant')
          const one = await leased(store, { tenant })
          const two = await leased(store, { tenant, connectionId: one.connectionId, syncType: 'others' })
          const leases: [Lease, Lease] = [one, two]
          const lost: (Lease | null)[] = [null, null]
          const model = new Map<string, ClientRecord>()
          let counter = 0
          for (const next of steps) {
            if ('takeOver' in next) {
              lost[next.holder] = leases[next.holder]
              leases[next.holder] = await fence(store, leases[next.holder])
              continue
            }
            const lease = (next.stale && lost[next.holder]) || leases[next.holder]
            const expected: string[] = []
            const writes = next.writes.map(({ client, revBehind, kind }) => {
              const record = changed(model, recordOf(lease, String(client)), lease, ++counter)
              const rev = model.get(record.id)?.rev ?? 0
              const expectedRev = Math.max(0, rev - revBehind)
              const write = { id: record.id, expectedRev, record: kind === 'put' || rev === 0 ? record : null }
              if (lease !== leases[next.holder]) return write
              if (expectedRev !== rev) expected.push(record.id)
              else if (write.record) model.set(record.id, { ...record, rev: rev + 1 })
              else model.delete(record.id)
              return write
            })
            if (lease !== leases[next.holder]) await rejects(write(store, lease, writes), leaseLost)
            else deepEqual([...(await write(store, lease, writes))].sort(), expected.sort())
          }
          const stored = await all(4, page => store.clients.list(tenant, {}, page))
          const byId = (a: ClientRecord, b: ClientRecord) => (a.id < b.id ? -1 : 1)
          deepEqual(stored.sort(byId), [...model.values()].sort(byId))
          for (const status of ['active', 'inactive', 'gone'] as const) {
            const count = [...model.values()].filter(record => record.status === status).length
            deepEqual(await store.clients.total(tenant, { status }), { count, exact: true })
          }
          for (const { installationId } of leases) {
            const counts = { active: 0, inactive: 0, gone: 0 }
            for (const { parts } of model.values()) {
              for (const part of parts) if (part.installationId === installationId) counts[part.status]++
            }
            deepEqual(await store.clients.counts(installationId), counts)
            const active = await store.clients.activeInRange(installationId, null, null, 100)
            equal(active.length, counts.active)
          }
        }),
        { numRuns: 25 }
      )
    }
  )
}

/** What the stored client becomes when this holder writes its part: another name and status each time. */
function changed(
  model: ReadonlyMap<string, ClientRecord>,
  fresh: ClientRecord,
  lease: Lease,
  counter: number
): ClientRecord {
  const others = (model.get(fresh.id)?.parts ?? []).filter(part => part.installationId !== lease.installationId)
  const status = (['active', 'inactive', 'gone'] as const)[counter % 3]!
  return {
    ...fresh,
    status,
    nameKey: `name ${counter % 4}`,
    updatedAt: at(counter),
    parts: [...others, partOf(lease, { status })]
  }
}
