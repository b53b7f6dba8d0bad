import { ObjectId } from 'mongodb'
import type { Lease, PageResult, PageWrite } from '../port.ts'
import { writeClients } from './client-writes.ts'
import type { Collections } from './documents.ts'
import { fenced } from './fence.ts'
import { putHistory, takeBackHistory } from './history.ts'
import { putLosses, removeLosses, takeBackLosses } from './losses.ts'
import { commitProgress } from './progress.ts'
import { putRejects, takeBackRejects } from './rejects.ts'
import { putSeen, removeSeen, takeBackSeen } from './seen.ts'

/** ClientStore.write: its steps in the order of the port, each repeatable. */
export async function writePage(collections: Collections, lease: Lease, page: PageWrite): Promise<PageResult> {
  const { losses, clients, settled, seen, unseen, rejects, progress } = page
  // Of what this page adds, to find it again if it has to be taken back.
  const mark = new ObjectId()
  const inserted = clients.filter(write => write.expectedRev === 0 && write.record).map(write => write.id)
  const told = clients.filter(({ entry }) => entry)
  // Updates and deletions compare tokens themselves.
  const isEmpty = losses.length + told.length + inserted.length + seen.length + rejects.length === 0
  const work = async () => {
    if (losses.length > 0) await putLosses(collections, lease, losses)
    if (told.length > 0) await putHistory(collections, told)
    const result = await writeClients(collections, lease, clients, mark)
    const left = [...result.lost, ...result.conflicts.map(({ id }) => id)]
    if (settled.length > 0) await removeLosses(collections, lease, settled, left)
    if (rejects.length > 0) await putRejects(collections, lease, rejects)
    if (left.length > 0) return { result, hasCompared: isEmpty }
    if (seen.length > 0) await putSeen(collections, lease, seen)
    if (unseen.length > 0) await removeSeen(collections, lease, unseen)
    if (progress) await commitProgress(collections, lease, progress)
    return { result, hasCompared: progress !== null || isEmpty }
  }
  const takeBack = async () => {
    const ours = { connectionId: { $eq: lease.connectionId }, _id: { $in: inserted }, rev: 1, mark }
    if (inserted.length > 0) await collections.clients.deleteMany(ours)
    if (told.length > 0) await takeBackHistory(collections, lease, told)
    if (losses.length > 0) await takeBackLosses(collections, lease, losses)
    if (seen.length > 0) await takeBackSeen(collections, lease, seen)
    if (rejects.length > 0) await takeBackRejects(collections, lease, rejects)
  }
  return fenced(collections, lease, { work, takeBack })
}
