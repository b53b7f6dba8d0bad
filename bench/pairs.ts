import { median } from './statistics.ts'

/** One side of a comparison: what it took. */
export interface Sample {
  readonly wallMs: number
  readonly cpuMs: number
}

export interface Paired {
  readonly ours: Sample
  readonly bare: Sample
  /** bare ÷ ours: 1 is as fast as the bare loop. */
  readonly ratio: number
  readonly cpuRatio: number
}

/**
 * Runs both sides in turn (A B A B), after one round that warms code and caches, so that a machine that slows down
 * slows both. Medians; the ratio is the median of the rounds' ratios.
 */
export async function inPairs(
  rounds: number,
  ours: () => Promise<Sample>,
  bare: () => Promise<Sample>
): Promise<Paired> {
  const pairs: { ours: Sample; bare: Sample }[] = []
  for (let round = 0; round <= rounds; round++) {
    const pair = { ours: await ours(), bare: await bare() }
    if (round > 0) pairs.push(pair)
  }
  const middle = (side: 'ours' | 'bare'): Sample => ({
    wallMs: median(pairs.map(pair => pair[side].wallMs)),
    cpuMs: median(pairs.map(pair => pair[side].cpuMs))
  })
  return {
    ours: middle('ours'),
    bare: middle('bare'),
    ratio: median(pairs.map(pair => pair.bare.wallMs / pair.ours.wallMs)),
    cpuRatio: median(pairs.map(pair => pair.bare.cpuMs / pair.ours.cpuMs))
  }
}

/** This process alone: what it calls runs in processes of its own. */
export async function timed(work: () => Promise<void>): Promise<Sample> {
  const before = process.cpuUsage()
  const start = performance.now()
  await work()
  const wallMs = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  return { wallMs, cpuMs: (user + system) / 1000 }
}
