/** So many requests in a window, which begins with the first request after the last one's end. Real time. */
export function createWindowLimit(limit: { requests: number; perSeconds: number } | false) {
  let windowEnds = 0
  let used = 0
  return {
    /** Seconds to wait, or 0 when the request may pass. */
    take: (): number => {
      if (!limit) return 0
      const now = performance.now()
      if (now >= windowEnds) {
        windowEnds = now + limit.perSeconds * 1000
        used = 0
      }
      used++
      return used > limit.requests ? Math.max(1, Math.ceil((windowEnds - now) / 1000)) : 0
    }
  }
}
