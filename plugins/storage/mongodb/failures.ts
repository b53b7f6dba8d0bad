import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError
} from 'mongodb'
import { errors } from '../../errors.ts'

export const DUPLICATE_KEY = 11000
export const WRITE_CONFLICT = 112

/** Server codes that say "not now": no primary, stepping down, shutting down, cut off, no majority, out of time or of disk. */
const passing = new Set([
  6, 7, 24, 50, 64, 89, 91, 112, 133, 134, 175, 189, 262, 358, 384, 9001, 10058, 10107, 11600, 11602, 13435, 13436,
  14031
])

const networkErrors = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
  MongoWriteConcernError
]

/** Whether the store is away or cannot confirm now; the same statement may go through later. */
export function isUnavailable(error: unknown): boolean {
  if (networkErrors.some(type => error instanceof type)) return true
  // The driver does not export this one.
  if (error instanceof MongoError && error.name === 'MongoWaitQueueTimeoutError') return true
  if (!(error instanceof MongoServerError)) return false
  if (error instanceof MongoBulkWriteError && error.result.getWriteConcernError()) return true
  return passing.has(Number(error.code)) || error.hasErrorLabel('RetryableWriteError')
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY
}

/** The section with every method's failures turned into HOST_ERR_STORE_UNAVAILABLE where the store is away. */
export function guarded<T extends object>(section: T, isClosed: () => boolean): T {
  const methods = Object.entries(section).map(([name, method]) => [
    name,
    async (...values: unknown[]) => {
      // The driver would quietly connect again.
      if (isClosed()) throw new errors.HOST_ERR_STORE_UNAVAILABLE({ cause: new Error('The store is closed') })
      try {
        return await method(...values)
      } catch (error) {
        throw isUnavailable(error) ? new errors.HOST_ERR_STORE_UNAVAILABLE({ cause: error }) : error
      }
    }
  ])
  return Object.fromEntries(methods)
}

const ATTEMPTS = 6

/** Two upserts that both found no document: mongod lets one fail with a duplicate key, and it will find it now. */
export const UPSERT_RACE = [WRITE_CONFLICT, DUPLICATE_KEY]

/** Repeats a statement that lost to another one at the same moment and so changed nothing. */
export async function repeated<T>(statement: () => Promise<T>, races = [WRITE_CONFLICT]): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await statement()
    } catch (error) {
      const lostRace = error instanceof MongoServerError && races.includes(Number(error.code))
      if (!lostRace || attempt === ATTEMPTS) throw error
      await new Promise(resolve => setTimeout(resolve, Math.random() * 10 * 2 ** attempt))
    }
  }
}
