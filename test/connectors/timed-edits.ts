import type { Edit } from '../conformance/connector-suite.ts'

/** A double's clock that stands still, minutes back, and the edits of a suite that move it on: each has a second of its own. */
export function timedEdits() {
  let at = Date.now() - 15 * 60_000
  const now = () => new Date(at)
  const timed = (name: string, edit: () => unknown, costs?: number): Edit => ({
    name,
    ...(costs !== undefined && { costs }),
    make() {
      at += 1000
      edit()
      return now()
    }
  })
  return { now, timed }
}
