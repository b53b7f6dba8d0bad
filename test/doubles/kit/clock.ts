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
 * last seconds twice does not have to.
 */
export function secondsApart(minutesBack = 15): () => Date {
  let at = Date.now() - minutesBack * 60_000
  return () => {
    at += 1000
    return new Date(at)
  }
}
