import type { SyncType } from '../../../plugins/connector/contract.ts'
import type { Claims } from './claims.ts'
import { type Notebook, openNotebook, readPass } from './notebook.ts'
import type { SyncTypePromise } from './promise.ts'
import { isAsExpected } from './same-contribution.ts'
import type { VendorCalls } from './vendor-call.ts'

const hour = 3_600_000

export const editsFound: SyncTypePromise = {
  id: 'edits-found',
  promise: 'what people change is found by the poll that asks from that very second, and costs no second look',
  async hold(claims, { syncType, open }) {
    const { double, calls } = await open('small')
    const kept = await readPass(syncType, calls.call())
    await poll(syncType, calls, kept, new Date(Date.now() + hour))
    const quiet = await counted(double, () => poll(syncType, calls, kept, new Date(Date.now() + hour)))
    for (const { name, make, costs } of double.edits(syncType.name)) {
      const at = make()
      if (at === null) continue
      const asked = await counted(double, () => poll(syncType, calls, kept, at))
      isAsExpected(claims, kept, double.expected(syncType.name), `${name}: found`)
      if (costs !== undefined)
        claims.ok(
          asked <= quiet + costs,
          `${name}: ${asked} requests, ${quiet} of them as in any poll, ${costs} at most for it`
        )
      const again = openNotebook(syncType)
      for await (const page of syncType.poll(pollOf(calls, kept, at))) again.take(page)
      claims.equal(again.read, 0, `${name}: not read again`)
    }
  }
}

export const nothingKept: SyncTypePromise = {
  id: 'nothing-kept',
  promise: 'nothing is kept from one call to the next: a pass gives what the vendor has by then',
  async hold(claims, { syncType, open }) {
    const { double, calls } = await open('small')
    const ever = new Set((await readPass(syncType, calls.call())).clients.keys())
    for (const { name, make } of double.edits(syncType.name)) {
      make()
      await calls.resolve()
      const expected = double.expected(syncType.name)
      isAsExpected(claims, await readPass(syncType, calls.call()), expected, name)
      for (const id of expected.keys()) ever.add(id)
      await byId(claims, syncType, calls, [...ever], expected, name)
    }
  }
}

const pollOf = (calls: VendorCalls, { memo, known, roster }: Notebook, since: Date) =>
  calls.poll({ since, memo, known, roster: roster() })

async function poll(syncType: SyncType, calls: VendorCalls, kept: Notebook, since: Date): Promise<void> {
  for await (const page of syncType.poll(pollOf(calls, kept, since))) kept.take(page)
}

async function counted(double: { requests(): number }, work: () => Promise<unknown>): Promise<number> {
  const before = double.requests()
  await work()
  return double.requests() - before
}

/** @param ids of clients that took part once: those too that do not any more are answered for */
async function byId(
  claims: Claims,
  syncType: SyncType,
  calls: VendorCalls,
  ids: readonly string[],
  expected: Parameters<typeof isAsExpected>[2],
  words: string
): Promise<void> {
  const found = openNotebook(syncType)
  for await (const page of syncType.lookup(calls.call(), ids)) found.take(page)
  isAsExpected(claims, found, expected, `${words}: a look-up gives it too`)
  const answered = new Set([...found.ids, ...found.gone, ...found.rejects.map(({ externalId }) => externalId)])
  claims.same(
    ids.filter(id => !answered.has(id)),
    [],
    `${words}: a look-up says of everyone what has become of them`
  )
}
