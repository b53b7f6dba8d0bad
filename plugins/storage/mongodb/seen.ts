import type { Lease, SeenRow, SeenStore } from '../port.ts'
import type { Collections, SeenDocument } from './documents.ts'
import { repeated } from './failures.ts'
import { requireHeld } from './fence.ts'
import { putUnlessNewer } from './upserts.ts'

/** Rows that one call of prune removes, at most. */
const PRUNED_AT_ONCE = 5000

export function seenStore(collections: Collections): SeenStore {
  const { seen } = collections
  return {
    async load(installationId, keys) {
      const found = await seen.find(named(installationId, keys), { batchSize: keys.length + 1 }).toArray()
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
      const these = { ...old, ...named(lease.installationId, keys) }
      return (await repeated(() => seen.deleteMany(these))).deletedCount
    }
  }
}

export async function putSeen(
  collections: Collections,
  { tenant, installationId, token }: Lease,
  rows: readonly SeenRow[]
): Promise<void> {
  const written = new Date(await collections.now())
  await putUnlessNewer(
    collections.seen,
    rows.map(row => ({
      _id: seenId(installationId, row.key),
      ...row,
      ...{ tenant, installationId, token, isSetAside: row.setAside !== null, written }
    }))
  )
}

export async function removeSeen(
  { seen }: Collections,
  { installationId, token }: Lease,
  keys: readonly string[]
): Promise<void> {
  await repeated(() => seen.deleteMany({ ...named(installationId, keys), token: { $lte: token } }))
}

/** What came too late: of rows of this token, those of a page. */
export async function takeBackSeen(
  { seen }: Collections,
  { installationId, token }: Lease,
  rows: readonly SeenRow[]
): Promise<void> {
  const keys = rows.map(({ key }) => key)
  await seen.deleteMany({ ...named(installationId, keys), token: { $eq: token } })
}

export function seenId(installationId: string, key: string): string {
  return `${installationId}/${key}`
}

function named(installationId: string, keys: readonly string[]) {
  return { _id: { $in: keys.map(key => seenId(installationId, key)) }, installationId: { $eq: installationId } }
}

export function toSeen({ key, stamps, leftOut, setAside, at }: SeenDocument): SeenRow {
  return { key, stamps, leftOut, setAside, at }
}
