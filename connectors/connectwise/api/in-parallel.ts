/** As many requests of one read as the vendor is asked at once. */
export const width = 4

/** Like Promise.all over `work`, a few at a time; results in the order of the items. After a failure no more is begun. */
export async function inParallel<I, R>(items: readonly I[], work: (item: I) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  let failed = false
  const worker = async () => {
    while (next < items.length && !failed) {
      const at = next++
      try {
        results[at] = await work(items[at]!)
      } catch (failure) {
        failed = true
        throw failure
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  return results
}
