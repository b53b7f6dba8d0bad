import { isTooMuch } from 'integration-host/connector/kit'
import { endpoints } from './endpoints.ts'
import { fullPage } from './lists.ts'
import type { Session } from './session.ts'

/** Agreements asked for in one bundle. */
export const bundleSize = 50
/** A bundle as such is not offered or not allowed. */
const refusals = [400, 403, 404, 405]
/** What a list holds at most whose page size was not heard. */
const defaultPage = 25

/** What stands in the connection's state as long as bundles are refused: for this release, and for this day. */
const refusedNow = ({ context, codebase }: Session) => `${codebase} ${context.now().toISOString().slice(0, 10)}`

/** Bundles were refused today by this release: single calls are made instead. Tomorrow they are tried again. */
export function bundlesAreRefused(session: Session): boolean {
  return session.context.state.bundlesRefused === refusedNow(session)
}

/**
 * The additions of several agreements with one request. An agreement is absent from the map if it has to be asked for
 * by itself: its list may be longer, or was refused.
 */
export async function readBundle(
  session: Session,
  ids: readonly string[],
  fields: string
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const requests = ids.map((id, index) => ({
    version: '2020.1',
    sequenceNumber: index + 1,
    resourceType: 'addition',
    apiRequest: { parentId: Number(id), page: { page: 1, pageSize: fullPage }, fields }
  }))
  const found = new Map<string, readonly unknown[]>()
  // One refusal may be a hiccup, and single calls are fifty times as many.
  for (let asked = 1; asked <= 2; asked++) {
    const response = await session
      .ask(endpoints.bundles, { json: { requests }, tolerate: refusals, weight: ids.length })
      .catch(failure => {
        // One addition that cannot be read fails its bundle: the single calls find it.
        if (isTooMuch(failure)) return undefined
        throw failure
      })
    if (!response) return found
    if (response.status >= 300) continue
    const results = (response.body as { results?: unknown } | null | undefined)?.results
    // An answer of no known shape says nothing for the next bundle.
    if (!Array.isArray(results)) return found
    let isTaken = false
    const answered = new Set<string>()
    for (const result of results) {
      const id = ids[Number(result?.sequenceNumber) - 1]
      // An agreement that is gone is a 404 of its own, not a refusal of the bundle.
      isTaken ||= !isRefusal(result) || Number(result.statusCode) === 404
      if (id === undefined || isRefusal(result) || !Array.isArray(result.entities)) continue
      const { length } = result.entities
      // Which of two answers is this agreement's cannot be told.
      if (answered.has(id)) found.delete(id)
      else if (length !== defaultPage && length < fullPage) found.set(id, result.entities)
      answered.add(id)
    }
    if (isTaken) return found
  }
  session.context.log.info('ConnectWise refuses bundles: additions are read one agreement at a time')
  await session.context.saveState({ bundlesRefused: refusedNow(session) })
  return found
}

/** Of one part, whose list may be there and empty all the same; old models send booleans as text. */
function isRefusal(result: { readonly success?: unknown; readonly statusCode?: unknown } | null | undefined): boolean {
  return String(result?.success).toLowerCase() === 'false' || Number(result?.statusCode) >= 300
}
