import { setTimeout as wait } from 'node:timers/promises'
import type { Claims } from './claims.ts'
import type { ConnectorDouble } from './double.ts'
import type { SyncTypePromise } from './promise.ts'

export const stopping: SyncTypePromise = {
  id: 'stopping',
  promise: 'a read that is stopped asks nothing more',
  async hold(claims, { syncType, open }) {
    const { calls, double } = await open('large')
    const ending = new AbortController()
    const reason = new Error('the lease is lost')
    const aborted = async () => {
      const context = calls.call({ signal: ending.signal })
      for await (const _page of syncType.pass(context, (await syncType.begin(context)).position)) ending.abort(reason)
    }
    const failure = await aborted().then(
      () => null,
      (error: unknown) => error
    )
    claims.equal(failure, reason, 'an abort ends the read with its reason')
    await settles(claims, double, 'after an abort')

    const context = calls.call()
    for await (const _page of syncType.pass(context, (await syncType.begin(context)).position)) break
    await settles(claims, double, 'after the consumer has stopped')
  }
}

/** What is in flight may end; nothing follows it. */
async function settles(claims: Claims, double: ConnectorDouble, when: string): Promise<void> {
  await turns()
  const requests = double.requests()
  await turns()
  claims.equal(double.requests(), requests, `no request follows ${when}`)
}

/** Turns of the event loop, and not a time alone: a busy machine gives few of them in it. */
async function turns(): Promise<void> {
  for (let left = 30; left > 0; left--) await wait(10)
}
