/**
 * Reads several sources at once, each one step ahead of the consumer: while it commits a page the next ones are on their
 * way. One value of each waits at most, and a source's own order is kept.
 */
export async function* sideBySide<T>(sources: readonly AsyncIterator<T>[]): AsyncGenerator<T> {
  const running = new Map<AsyncIterator<T>, Promise<{ source: AsyncIterator<T>; result: IteratorResult<T> }>>()
  const advance = (source: AsyncIterator<T>) => {
    const step = source.next().then(result => ({ source, result }))
    // A failure is met when the step is awaited; if the consumer has stopped by then, nobody is to hear of it.
    step.catch(() => {})
    running.set(source, step)
  }
  for (const source of sources) advance(source)
  while (running.size > 0) {
    const { source, result } = await Promise.race(running.values())
    running.delete(source)
    if (result.done) continue
    advance(source)
    yield result.value
  }
}
