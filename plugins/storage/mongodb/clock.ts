import type { Collections } from './documents.ts'
import { isDuplicateKey, repeated } from './failures.ts'
import { keepClaimAt } from './installations.ts'

/** Clocks are put right by so much all the time, and a new primary's may be another. */
const TOLERATED_MS = 5000

const KEY = 'clock'

/** LeaseStore.keepClock */
export async function keepClock(collections: Collections): Promise<number> {
  const { meta, installations, budgets } = collections
  const [kept, now] = [await meta.findOne({ _id: { $eq: KEY } }), await collections.now()]
  const value = String(now)
  if (!kept) {
    await meta.insertOne({ _id: KEY, value }).catch(error => {
      if (!isDuplicateKey(error)) throw error
    })
    return 0
  }
  const back = Number(kept.value) - now
  // Of several hosts one alone sees that it was set back.
  const { matchedCount } = await repeated(() =>
    meta.updateOne({ _id: { $eq: KEY }, value: { $eq: kept.value } }, { $set: { value } })
  )
  if (back <= TOLERATED_MS || matchedCount === 0) return 0
  const earlier = (field: string) => ({ $dateSubtract: { startDate: field, unit: 'millisecond', amount: back } })
  const shifted = (...fields: string[]) => ({
    $set: Object.fromEntries(fields.map(field => [field, earlier(`$${field}`)]))
  })
  await repeated(() => installations.updateMany({}, [shifted('dueAt', 'compareDueAt', 'leaseUntil'), keepClaimAt]))
  await repeated(() => budgets.updateMany({}, [shifted('holdUntil', 'countedAt')]))
  return back
}
