import { setTimeout as wait } from 'node:timers/promises'
import { readPass } from './notebook.ts'
import type { SyncTypePromise } from './promise.ts'
import { isAsExpected } from './same-contribution.ts'

export const asTheOracle: SyncTypePromise = {
  id: 'as-the-oracle',
  promise: 'a complete pass gives what the vendor’s records say, to the cent',
  async hold(claims, { syncType, open }) {
    for (const size of ['small', 'large'] as const) {
      const { double, calls } = await open(size)
      const read = await readPass(syncType, calls.call())
      isAsExpected(claims, read, double.expected(syncType.name), `the ${size} account`)
      claims.same(read.rejects, [], 'and nothing is set aside')
      const ids = [...read.clients.keys()]
      claims.ok(new Set(ids.map(id => id.length)).size > 1, 'ids of the double have different lengths')
    }
  }
}

export const twoAccounts: SyncTypePromise = {
  id: 'two-accounts',
  promise: 'two accounts that are read at once know nothing of each other',
  async hold(claims, { syncType, open }) {
    const one = await open('small')
    const other = await open('other')
    const reads = await Promise.all([
      readPass(syncType, one.calls.call()),
      readPass(syncType, other.calls.call()),
      wait(20).then(() => readPass(syncType, one.calls.call()))
    ])
    isAsExpected(claims, reads[0], one.double.expected(syncType.name), 'the first account')
    isAsExpected(claims, reads[1], other.double.expected(syncType.name), 'the other account')
    isAsExpected(claims, reads[2], one.double.expected(syncType.name), 'the first account again')
    const late = await readPass(syncType, other.calls.call())
    isAsExpected(claims, late, other.double.expected(syncType.name), 'and the other one after it')
  }
}
