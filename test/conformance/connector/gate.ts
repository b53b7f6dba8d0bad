import { setTimeout as wait } from 'node:timers/promises'
import type { CallContext, HttpClient } from '../../../plugins/connector/contract.ts'

/** Between a connector and its HTTP: what it asks is sent at once, and no answer comes to it before it is let through. */
export interface Gate {
  readonly context: CallContext
  /** Lets through the answer to what was asked last. */
  letOne(): void
  /** From now on every answer comes as it will. */
  open(): void
  /** Ends when no answer is on its way, and the connector has done with those it has what it does by itself. */
  settled(): Promise<void>
}

/** Of the event loop, a millisecond at least each, without anything on its way: a busy machine makes them longer, not fewer. */
const turns = 20

export function gateBefore(context: CallContext): Gate {
  const held: (() => void)[] = []
  let isOpen = false
  let onTheirWay = 0
  const { http } = context
  const gated: HttpClient = {
    async request(request) {
      onTheirWay++
      const answer = http.request(request)
      await answer.then(
        () => onTheirWay--,
        () => onTheirWay--
      )
      if (!isOpen) await new Promise<void>(resolve => held.push(resolve))
      return answer
    },
    get vendorDate() {
      return http.vendorDate
    },
    get vendorDateTakenAt() {
      return http.vendorDateTakenAt
    }
  }
  return {
    context: Object.assign(Object.create(context), { http: gated }),
    letOne: () => held.pop()?.(),
    open() {
      isOpen = true
      for (const letThrough of held.splice(0)) letThrough()
    },
    async settled() {
      for (let left = turns; left > 0; left--) {
        await wait(1)
        if (onTheirWay > 0) left = turns
      }
    }
  }
}
