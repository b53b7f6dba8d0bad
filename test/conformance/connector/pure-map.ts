import { readPass } from './notebook.ts'
import type { SyncTypePromise } from './promise.ts'

export const pureMap: SyncTypePromise = {
  id: 'pure-map',
  promise: 'what a record gives does not depend on our clock',
  async hold(claims, { syncType, open }) {
    const { calls } = await open('small')
    const { pages } = await readPass(syncType, calls.call())
    const records = pages.flatMap(page => page.records)
    const taking = records.filter(record => syncType.rules.every(rule => rule.test(record) === true))
    const give = () => JSON.stringify(taking.map(record => syncType.map(structuredClone(record))))
    const now = give()
    for (const year of [2001, 2091]) claims.equal(inAnotherYear(year, give), now, `the same in ${year}`)
  }
}

/** Everything that asks what time it is hears this one. */
function inAnotherYear<T>(year: number, work: () => T): T {
  const real = globalThis.Date
  const then = real.UTC(year, 0, 15)
  class AnotherDate extends real {
    constructor(...given: unknown[]) {
      super(...((given.length === 0 ? [then] : given) as [number]))
    }
    static override now() {
      return then
    }
  }
  globalThis.Date = AnotherDate as DateConstructor
  try {
    return work()
  } finally {
    globalThis.Date = real
  }
}
