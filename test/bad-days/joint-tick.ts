import type { Caller } from './caller.ts'

/**
 * Waits for a tick that polls both installations once and together, and finds nothing, in so many requests of both. Each
 * by itself would ask more; asked together, one answer serves both.
 */
export async function quietTickTogether(
  host: Pick<Caller, 'all' | 'until'>,
  ids: readonly [string, string],
  requests: number
): Promise<boolean> {
  // Polls that find nothing are one receipt of the day.
  const polled = async (id: string) => {
    const receipts = await host.all(`/v1/installations/${id}/runs`)
    const row = receipts.find(({ mode, status, counts }) => {
      return mode === 'incremental' && status === 'succeeded' && counts.created + counts.updated === 0
    })
    return { runs: row?.runs ?? 0, requests: row?.source.requests ?? 0 }
  }
  const both = () => Promise.all(ids.map(polled))
  let met = false
  for (let before = await both(); !met; ) {
    await host.until(`/v1/installations/${ids[1]}`, ({ currentRun }) => !currentRun)
    const now = await both()
    const more = now.map(({ runs, requests }, at) => ({
      runs: runs - before[at]!.runs,
      requests: requests - before[at]!.requests
    }))
    if (more.some(({ runs }) => runs === 0)) {
      // Below the limit of calls that a reader has.
      await new Promise(resolve => setTimeout(resolve, 200))
      continue
    }
    met = more.every(({ runs }) => runs === 1) && more[0]!.requests + more[1]!.requests === requests
    before = now
  }
  return met
}
