import type { Db } from 'mongodb'

const when = (condition: object, kind: string) => ({ $cond: [condition, [kind], []] })
const changed = { $add: ['$counts.created', '$counts.updated', '$counts.inactivated', '$counts.gone'] }
const troubled = {
  $or: [
    { $gt: ['$counts.setAside', 0] },
    { $gt: [{ $ifNull: ['$counts.held', 0] }, 0] },
    { $in: ['$status', ['failed', 'awaiting-approval']] }
  ]
}

/** Runs tell their kinds, as run-kinds.ts has them, so that an index finds those of one. */
export async function runKinds(db: Db): Promise<void> {
  await db
    .collection('runs')
    .updateMany({ kinds: { $exists: false } }, [
      { $set: { kinds: { $concatArrays: [when({ $gt: [changed, 0] }, 'changes'), when(troubled, 'problems')] } } }
    ])
}
