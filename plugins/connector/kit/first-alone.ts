import { CredentialsRejected } from '../failures.ts'

/** No more wait behind each other further down, where nothing can be called back. */
const callsAtOnce = 4

/**
 * The first call of a session goes alone, and the others wait for what it says: wrong keys are sent once and not as
 * often as there are calls. Once keys are refused, at whatever call, none is sent any more but those under way.
 * @param learnt told when the first call was let in
 */
export function firstAlone<A, R>(send: (ask: A) => Promise<R>, learnt: () => void = () => {}): (ask: A) => Promise<R> {
  let places = 1
  let isLetIn = false
  let refused: CredentialsRejected | undefined
  const waiting: (() => void)[] = []

  function leave(): void {
    places++
    waiting.shift()?.()
  }

  return async ask => {
    while (places === 0) await new Promise<void>(resolve => waiting.push(resolve))
    places--
    try {
      if (refused) throw refused
      const answer = await send(ask)
      if (!isLetIn) {
        isLetIn = true
        learnt()
        for (let more = 1; more < callsAtOnce; more++) leave()
      }
      return answer
    } catch (failure) {
      if (failure instanceof CredentialsRejected) refused = failure
      throw failure
    } finally {
      leave()
    }
  }
}
