import { inspect, isDeepStrictEqual } from 'node:util'

/** `3.client.emails.0.label: 'Work', not null`: the first place at which two values differ; null: there is none. */
export function firstDifference(found: unknown, wanted: unknown, at = ''): string | null {
  if (isDeepStrictEqual(found, wanted)) return null
  if (isTree(found) && isTree(wanted) && Array.isArray(found) === Array.isArray(wanted)) {
    for (const key of new Set([...Object.keys(found), ...Object.keys(wanted)])) {
      const inner = firstDifference(found[key], wanted[key], at === '' ? key : `${at}.${key}`)
      if (inner !== null) return inner
    }
  }
  return `${at === '' ? '' : `${at}: `}${inLine(found)}, not ${inLine(wanted)}`
}

const isTree = (value: unknown): value is Record<string, unknown> =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)

const inLine = (value: unknown) => inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY })
