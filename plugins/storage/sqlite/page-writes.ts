import type { Lease, LossRow, PageResult, PageWrite, Progress, StoredReject } from '../port.ts'
import { type RowWrite, toRowWrite, writeClients } from './client-writes.ts'
import type { Database } from './database.ts'
import { putLoss, removeLosses } from './losses.ts'
import { applyProgress } from './progress.ts'
import { putRejects } from './rejects.ts'
import { putSeen, removeSeen, type SeenTexts, toSeenRow } from './seen.ts'

/** A PageWrite as it goes to the writer's thread: what there is much of are texts. */
export interface PageRows {
  readonly losses: readonly LossRow[]
  readonly clients: readonly RowWrite[]
  readonly settled: readonly string[]
  readonly seen: readonly SeenTexts[]
  readonly unseen: readonly string[]
  readonly rejects: readonly StoredReject[]
  readonly progress: Progress | null
}

export function toPageRows({ clients, seen, ...page }: PageWrite): PageRows {
  return { ...page, clients: clients.map(toRowWrite), seen: seen.map(toSeenRow) }
}

/** ClientStore.write in one transaction. */
export function writePage(database: Database, lease: Lease, page: PageRows): Promise<PageResult> {
  const { losses, clients, settled, seen, unseen, rejects, progress } = page
  return database.writeFenced(lease, () => {
    const { installationId } = lease
    for (const row of losses) putLoss(database, { ...row, installationId })
    const result = writeClients(database, lease, clients)
    const left = [...result.lost, ...result.conflicts.map(({ id }) => id)]
    if (settled.length > 0) removeLosses(database, installationId, settled, left)
    putRejects(database, lease, rejects)
    if (left.length > 0) return result
    if (seen.length > 0) putSeen(database, installationId, seen, database.now())
    if (unseen.length > 0) removeSeen(database, installationId, unseen)
    if (progress) applyProgress(database, lease, progress)
    return result
  })
}
