/** Seeds over one store, as tests: a failing one is named, and comes again with `SEED=123`, then with all that happened to it. */
import type { Test } from 'tap'
import type { Store } from '../../plugins/storage/port.ts'
import { liveThrough } from './seed.ts'

/** A failure shows so many of its lines. */
const shown = 10

export interface Seeds {
  readonly from: number
  readonly count: number
  /** @default 1 */
  readonly step?: number
}

/** Lives through each seed; the environment's SEED alone, if it is set. */
export async function hold(t: Test, store: Store, { from, count, step = 1 }: Seeds): Promise<void> {
  const only = process.env.SEED
  const seeds = only === undefined ? Array.from({ length: count }, (_, n) => from + n * step) : [Number(only)]
  let requests = 0
  let failed = 0
  const began = performance.now()
  for (const seed of seeds) {
    const { wrong, diary, requests: asked } = await liveThrough(seed, store, only !== undefined)
    requests += asked
    if (only !== undefined) for (const line of diary) t.comment(line)
    if (wrong.length === 0) continue
    failed++
    t.fail(`seed ${seed} of the model, on ${store.kind}: SEED=${seed} brings it again`, {
      found: wrong.slice(0, shown)
    })
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  t.equal(failed, 0, `${seeds.length} seeds, ${requests} requests, ${seconds} s`)
}
