/** A clock that stands still until it is told otherwise. */
export interface Clock {
  now: () => Date
  set: (at: Date | string | number) => void
  advance: (milliseconds: number) => void
}

/** @param at where it stands first. @default now */
export function createClock(at: Date | string | number = Date.now()): Clock {
  let time = new Date(at).getTime()
  return {
    now: () => new Date(time),
    set: next => {
      time = new Date(next).getTime()
    },
    advance: milliseconds => {
      time += milliseconds
    }
  }
}

/**
 * A vendor's clock for changes that lie minutes back, each in a second of its own, so that a poll that looks at the
 * last seconds twice does not have to. Never further back, however slow the test is: a poll looks back a quarter of an
 * hour.
 */
export function secondsApart(minutesBack = 14): () => Date {
  const earliest = () => Date.now() - minutesBack * 60_000
  let at = earliest()
  return () => {
    at = Math.max(at + 1000, earliest())
    return new Date(at)
  }
}
