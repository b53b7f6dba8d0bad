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
const WRITE_CONFLICT = 112

/** A unique key or a document was another's at the same moment. For upserts: both found no document, and will find it now. */
export const LOST_RACES: readonly number[] = [DUPLICATE_KEY, WRITE_CONFLICT]

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
  if (error instanceof MongoBulkWriteError) {
    // A bulk wraps whatever went wrong with one of its commands.
    const wrapped: unknown = error.errorResponse
    if (error.result.getWriteConcernError() || (wrapped instanceof Error && isUnavailable(wrapped))) return true
  }
  return passing.has(Number(error.code)) || error.hasErrorLabel('RetryableWriteError')
}

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY
}

/**
 * Whether a bulk failed by nothing but these codes, for some of its statements or for one of its commands as a whole;
 * the others have gone through or not, as its counts say.
 */
export function failedOnlyBy(error: unknown, codes: readonly number[]): error is MongoBulkWriteError {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) return false
  const failures = [error.writeErrors].flat()
  return failures.length > 0 ? failures.every(({ code }) => codes.includes(code)) : codes.includes(Number(error.code))
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

/** Repeats a statement that lost to another one at the same moment and so changed nothing. */
export async function repeated<T>(
  statement: () => Promise<T>,
  races: readonly number[] = [WRITE_CONFLICT]
): Promise<T> {
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
