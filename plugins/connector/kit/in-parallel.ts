/** As many requests of one read as the vendor is asked at once. */
export const width = 4

/** Like Promise.all over `work`, a few at a time; results in the order of the items. After a failure no more is begun. */
export async function inParallel<I, R>(items: readonly I[], work: (item: I) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length)
  const left = [...items.entries()].reverse()
  const worker = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      results[next[0]] = await work(next[1]).catch(failure => {
        left.length = 0
        throw failure
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  return results
}
