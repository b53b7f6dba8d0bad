import type { Waiting } from '../port.ts'
import { addedUp } from '../waiting.ts'
import type { Collections } from './documents.ts'

/** InstallationStore.countWaiting. The bounds are those of the partial indexes `held` and `misfitted`. */
export async function countWaiting({ installations }: Collections, limit: number): Promise<Waiting> {
  const running = { wanted: { $eq: 'running' } } as const
  const holds = await installations
    .find({ ...running, 'hold.revision': { $gt: 0 } }, { hint: 'held', limit, projection: { hold: 1 } })
    .toArray()
  const misfits = await installations
    .find({ ...running, 'misfits.count': { $gt: 0 } }, { hint: 'misfitted', limit, projection: { _id: 1 } })
    .toArray()
  return addedUp(
    holds.map(({ hold }) => hold!),
    misfits.length
  )
}
