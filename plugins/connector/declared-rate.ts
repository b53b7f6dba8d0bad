import type { Rate } from './contract.ts'

const isPositive = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value > 0
const laneName = /^[a-z][a-z0-9-]*$/

/** What is wrong with a declared rate. */
export function* faultsOfRate(rate: Rate | undefined): Generator<string> {
  const { requests, perMs, concurrency, burst = 1, throttlePauseMs = 1, lanes = {} } = rate ?? ({} as Partial<Rate>)
  if (![requests, perMs, concurrency].every(isPositive)) yield 'rate needs requests, perMs and concurrency above 0'
  if (!isPositive(burst)) yield 'rate.burst must be above 0'
  if (!isPositive(throttlePauseMs)) yield 'rate.throttlePauseMs must be above 0'
  for (const [name, limit] of Object.entries(lanes)) {
    if (!laneName.test(name)) yield `lane "${name}" of rate is not named in small letters`
    if (!Number.isInteger(limit) || limit < 1) yield `lane "${name}" of rate needs a whole number above 0`
  }
}
