import {
  type Answer,
  type Call,
  type createLockout,
  createPageCache,
  json,
  type RollingLimit
} from '../../kit/index.ts'
import type { ApiUser } from '../options.ts'
import { errorList, Refusal, wrong } from '../refusal.ts'
import { answerEntity, type EntityRules, requireMethod, unknownPath } from './entity.ts'
import { signIn } from './sign-in.ts'
import { resourceOf } from './subject.ts'

export interface Database extends Omit<EntityRules, 'pages'> {
  users: readonly ApiUser[]
  lockout: ReturnType<typeof createLockout>
  limit: RollingLimit | undefined
  /** Whether the call came to the zone in which the database is. */
  isAtHome: (call: Call) => boolean
  /** What zone information answers for a user; undefined for one whom no database knows. */
  zoneInformation: (userName: string) => object | undefined
}

/** Makes the right answer to a request; what the vendor refuses becomes its refusal. */
export function createAnswerer(database: Database) {
  const { options, limit } = database
  const pages = createPageCache()

  const answer = (call: Call): Answer => {
    if (/^\/atservicesrest\/versioninformation$/i.test(call.path)) return json(200, { apiVersions: ['1.0'] })
    const resource = resourceOf(call.path)
    if (resource === undefined) throw unknownPath()
    if (/^zoneinformation$/i.test(resource)) return zoneOf(call)
    if (call.method === 'GET' && `${call.origin}${call.request.url}`.length > (options.maxUrlLength ?? 2048)) {
      throw unknownPath()
    }
    if (!database.isAtHome(call)) {
      if (options.wrongZone === 500) throw wrong('The database is not in this zone.')
      throw new Refusal(401, '')
    }
    signIn(call.request.headers, { ...database, refusals: options.refusals ?? 'current' })
    if (limit && !limit.tryTake()) throw overLimit()
    if (/^version$/i.test(resource)) {
      requireMethod(call, 'GET')
      return json(200, { majorVersion: '2026', minorVersion: '2', build: '0', customerType: 'Live' })
    }
    if (/^thresholdinformation$/i.test(resource)) return threshold(call)
    return answerEntity(call, resource, { ...database, pages })
  }

  const zoneOf = (call: Call): Answer => {
    requireMethod(call, 'GET')
    const asked = [...new URLSearchParams(call.rawQuery)].find(([name]) => name.toLowerCase() === 'user')?.[1]
    const information = database.zoneInformation(asked ?? '')
    if (!information) throw wrong('Zone information could not be determined')
    return json(200, information)
  }

  const overLimit = (): Refusal => {
    const {
      status = 429,
      retryAfter,
      errors = ['The number of requests in the last hour is over the limit.']
    } = options.overLimit ?? {}
    return new Refusal(status, errorList(errors), retryAfter === undefined ? {} : { 'Retry-After': retryAfter })
  }

  /** The call that asks is counted as well. */
  const threshold = (call: Call): Answer => {
    requireMethod(call, 'GET')
    return json(200, {
      externalRequestThreshold: limit?.allowed ?? 10_000,
      requestThresholdTimeframe: 60,
      currentTimeframeRequestCount: limit?.used() ?? 0
    })
  }

  return (call: Call): Answer => {
    try {
      return answer(call)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { status: error.status, headers: error.headers, body: error.body }
    }
  }
}
