import { width } from '../api/in-parallel.ts'

/** More than the vendor is asked at once, so that a source whose value waits for the consumer leaves no place empty. */
export const lanes = width + 2

/**
 * Reads several sources a few at a time, each one step ahead of the consumer: while it commits a page the next ones
 * are on their way. At most `lanes` values wait. A source's own order is kept.
 */
export async function* sideBySide<T>(sources: readonly (() => AsyncIterator<T>)[]): AsyncGenerator<T> {
  const waiting = [...sources]
  const running = new Map<AsyncIterator<T>, Promise<{ iterator: AsyncIterator<T>; result: IteratorResult<T> }>>()
  const advance = (iterator: AsyncIterator<T>) => {
    const step = iterator.next().then(result => ({ iterator, result }))
    // A failure is met when the step is awaited; if the consumer has stopped by then, nobody is to hear of it.
    step.catch(() => {})
    running.set(iterator, step)
  }
  const fill = () => {
    while (running.size < lanes && waiting.length > 0) advance(waiting.shift()!())
  }
  for (fill(); running.size > 0; fill()) {
    const { iterator, result } = await Promise.race(running.values())
    running.delete(iterator)
    if (result.done) continue
    advance(iterator)
    yield result.value
  }
}
