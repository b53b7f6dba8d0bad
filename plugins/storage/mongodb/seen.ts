import type { Lease, SeenRow, SeenStore } from '../port.ts'
import type { Collections, SeenDocument } from './documents.ts'
import { literal } from './expressions.ts'
import { repeated } from './failures.ts'
import { requireHeld } from './fence.ts'
import { upserted } from './losses.ts'

/** Rows that one call of prune removes, at most. */
const PRUNED_AT_ONCE = 5000

export function seenStore(collections: Collections): SeenStore {
  const { seen } = collections
  return {
    async load(installationId, keys) {
      const found = await seen
        .find({ installationId: { $eq: installationId }, key: { $in: [...keys] } }, { batchSize: keys.length + 1 })
        .toArray()
      return found.map(toSeen)
    },

    async prune(lease, olderThanMs, setAside = false) {
      await requireHeld(collections, lease)
      const until = new Date((await collections.now()) - olderThanMs)
      const old = {
        installationId: { $eq: lease.installationId },
        isSetAside: { $in: setAside ? [false, true] : [false] },
        written: { $lte: until }
      }
      const found = await seen
        .find(old, { projection: { key: 1 }, hint: 'by-age' })
        .limit(PRUNED_AT_ONCE)
        .toArray()
      const keys = found.map(({ key }) => key)
      // One that was written again meanwhile stays.
      const { deletedCount } = await repeated(() => seen.deleteMany({ ...old, key: { $in: keys } }))
      return deletedCount
    }
  }
}

export async function putSeen(
  { seen }: Collections,
  { tenant, installationId, token }: Lease,
  rows: readonly SeenRow[]
): Promise<void> {
  const statements = rows.map(({ key, ...row }) => ({
    updateOne: {
      filter: { installationId: { $eq: installationId }, key: { $eq: key }, token: { $lte: token } },
      update: [{ $set: { ...fieldsOf(row), tenant: literal(tenant), token } }],
      upsert: true
    }
  }))
  await upserted(() => seen.bulkWrite(statements, { ordered: false }))
}

function fieldsOf({ stamps, leftOut, setAside, at }: Omit<SeenRow, 'key'>): Record<string, unknown> {
  const row = { stamps, leftOut, setAside, at }
  const values = Object.entries(row).map(([name, value]) => [name, literal(value)])
  return { ...Object.fromEntries(values), isSetAside: setAside !== null, written: '$$NOW' }
}

export async function removeSeen(
  { seen }: Collections,
  { installationId, token }: Lease,
  keys: readonly string[]
): Promise<void> {
  await repeated(() =>
    seen.deleteMany({ installationId: { $eq: installationId }, key: { $in: [...keys] }, token: { $lte: token } })
  )
}

/** What came too late: of rows of this token, those of a page. */
export async function takeBackSeen(
  { seen }: Collections,
  { installationId, token }: Lease,
  rows: readonly SeenRow[]
): Promise<void> {
  await seen.deleteMany({
    installationId: { $eq: installationId },
    key: { $in: rows.map(({ key }) => key) },
    token: { $eq: token }
  })
}

export function toSeen({ key, stamps, leftOut, setAside, at }: SeenDocument): SeenRow {
  return { key, stamps, leftOut, setAside, at }
}
