import {
  type Admission,
  type Call,
  createLanes,
  type RollingLimit,
  readHeaderKeys,
  type Subject
} from '../../kit/index.ts'
import type { AutotaskOptions } from '../options.ts'
import { errorList } from '../refusal.ts'
import { entityNamed } from '../schema.ts'
import { keyHeaders } from './sign-in.ts'

const slowing: NonNullable<AutotaskOptions['slowdown']> = [
  [0.5, 500],
  [0.75, 1000]
]

/** What is counted as calls arrive: how many run at once, and how much of the hour is used. */
export function createAdmission(options: AutotaskOptions, limit: RollingLimit | undefined) {
  const { threads = 3, slowdown = slowing, overThreads = { status: 429 } } = options
  const lanes = threads === false ? undefined : createLanes(threads)

  const delayMs = () => {
    if (!limit) return 0
    const share = limit.used() / limit.allowed
    return slowdown.reduce((wait, [from, ms]) => (share >= from ? Math.max(wait, ms) : wait), 0)
  }
  return ({ request }: Call, { endpoint }: Subject): Admission => {
    if (!lanes || !entityNamed(endpoint)) return { delayMs: entityNamed(endpoint) ? delayMs() : 0 }
    const { integrationCode } = readHeaderKeys(request.headers, keyHeaders)
    const release = lanes.tryEnter(`${integrationCode} ${endpoint}`)
    if (release) return { release, delayMs: delayMs() }
    const { status, retryAfter } = overThreads
    const text = `The Autotask API thread threshold of ${threads} threads has been exceeded`
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'Retry-After': retryAfter }
    return { refusal: { status, headers, body: errorList([text, 'Itgenatr005']) } }
  }
}
