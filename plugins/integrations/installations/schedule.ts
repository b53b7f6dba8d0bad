import { type Static, Type } from 'typebox'
import { durationPattern, parseDuration } from '../../config/duration.ts'
import type { Config } from '../../config/env.ts'
import { errors, type Problem, withDetails } from '../../errors.ts'
import type { InstallationSchedule } from '../../storage/port.ts'

const Duration = (description: string, example: string) =>
  Type.String({ pattern: durationPattern, description, examples: [example] })

export const Schedule = Type.Object({
  every: Duration('From the end of a run to the next look for changes', '5m'),
  compareEvery: Duration('How often everything is compared with the vendor', '24h')
})
export type Schedule = Static<typeof Schedule>

/** Each part may be left out: it stays as it is, or takes the host's default. */
export const ScheduleWish = Type.Partial(Schedule, { additionalProperties: false })
export type ScheduleWish = Static<typeof ScheduleWish>

const longest = { every: '30d', compareEvery: '90d' } as const

/** The operator's bounds on what a tenant may ask. */
type Bounds = Pick<Config, 'syncEveryMinMs' | 'compareEveryMinMs'>

/** Throws HOST_ERR_BAD_REQUEST for a duration out of its range. */
export function scheduleOf(
  bounds: Bounds,
  wish: ScheduleWish | undefined,
  otherwise: InstallationSchedule
): InstallationSchedule {
  const problems: Problem[] = []
  const least = { every: bounds.syncEveryMinMs, compareEvery: bounds.compareEveryMinMs }
  const read = (name: keyof Schedule, fallback: number): number => {
    const text = wish?.[name]
    if (text === undefined) return fallback
    const ms = parseDuration(text)
    const most = longest[name]
    if (ms !== undefined && ms >= least[name] && ms <= parseDuration(most)!) return ms
    const message = `must be a duration from ${formatDuration(least[name])} to ${most}, like "${formatDuration(fallback)}"`
    problems.push({ pointer: `/schedule/${name}`, message })
    return fallback
  }
  const schedule = {
    everyMs: read('every', otherwise.everyMs),
    compareEveryMs: read('compareEvery', otherwise.compareEveryMs)
  }
  if (problems.length > 0) throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
  return schedule
}

export function presentSchedule(schedule: InstallationSchedule): Schedule {
  return { every: formatDuration(schedule.everyMs), compareEvery: formatDuration(schedule.compareEveryMs) }
}

/** The largest unit that is exact; one day stays `24h`, as people write it. */
function formatDuration(ms: number): string {
  if (ms >= 172_800_000 && ms % 86_400_000 === 0) return `${ms / 86_400_000}d`
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`
  if (ms % 60_000 === 0) return `${ms / 60_000}m`
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`
}
