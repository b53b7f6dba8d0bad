import type { CallContext, SyncType } from '../../../plugins/connector/contract.ts'
import type { Claims } from './claims.ts'
import type { ConnectorDouble } from './double.ts'
import { type Gate, gateBefore } from './gate.ts'
import type { SyncTypePromise } from './promise.ts'

export const stopping: SyncTypePromise = {
  id: 'stopping',
  promise: 'a read that is stopped asks nothing more',
  async hold(claims, { syncType, open }) {
    const { calls, double } = await open('large')
    const ending = new AbortController()
    const reason = new Error('the lease is lost')
    await asksNothingAfter('an abort', claims, double, async () => {
      const { gate, pages } = await atFirstPage(syncType, calls.call({ signal: ending.signal }))
      return {
        gate,
        async stop() {
          ending.abort(reason)
          gate.open()
          const failure = await toTheEnd(pages).then(
            () => null,
            (error: unknown) => error
          )
          claims.equal(failure, reason, 'an abort ends the read with its reason')
        }
      }
    })
    await asksNothingAfter('the consumer has stopped', claims, double, async () => {
      const { gate, pages } = await atFirstPage(syncType, calls.call())
      return {
        gate,
        async stop() {
          const returned = pages.return?.()
          // It may wait for what is in flight.
          await gate.settled()
          gate.open()
          await returned
        }
      }
    })
  }
}

type Pages = AsyncIterator<unknown>

/**
 * A read whose first page has come, while whatever else it does is held back in the midst of its work: answers are let
 * through one by one, those first that were asked for last, so that no other page comes along beside the first.
 */
async function atFirstPage(syncType: SyncType, context: CallContext): Promise<{ gate: Gate; pages: Pages }> {
  const { position } = await syncType.begin(context)
  const gate = gateBefore(context)
  const pages = syncType.pass(gate.context, position)[Symbol.asyncIterator]()
  let hasCome = false
  const come = () => {
    hasCome = true
  }
  const first = pages.next()
  first.then(come, come)
  for (await gate.settled(); !hasCome; await gate.settled()) gate.letOne()
  await first
  return { gate, pages }
}

async function toTheEnd(pages: Pages): Promise<void> {
  while (!(await pages.next()).done) {
    // What had come before is no mistake.
  }
}

/** What is in flight ends; nothing follows it, not even when its answers have come. */
async function asksNothingAfter(
  what: string,
  claims: Claims,
  double: ConnectorDouble,
  start: () => Promise<{ gate: Gate; stop(): Promise<void> }>
): Promise<void> {
  const { gate, stop } = await start()
  const requests = double.requests()
  await stop()
  await gate.settled()
  claims.equal(double.requests(), requests, `no request follows after ${what}`)
}
