import { isTooMuch, within } from 'integration-host/connector/kit'
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
    const results = within(response.body, 'results')
    // An answer of no known shape says nothing for the next bundle.
    if (!Array.isArray(results)) return found
    let isTaken = false
    const answered = new Set<string>()
    for (const result of results) {
      const id = ids[Number(within(result, 'sequenceNumber')) - 1]
      // An agreement that is gone is a 404 of its own, not a refusal of the bundle.
      isTaken ||= !isRefusal(result) || Number(within(result, 'statusCode')) === 404
      const entities = within(result, 'entities')
      if (id === undefined || isRefusal(result) || !Array.isArray(entities)) continue
      // Which of two answers is this agreement's cannot be told.
      if (answered.has(id)) found.delete(id)
      else if (entities.length !== defaultPage && entities.length < fullPage) found.set(id, entities)
      answered.add(id)
    }
    if (isTaken) return found
  }
  session.context.log.info('ConnectWise refuses bundles: additions are read one agreement at a time')
  await session.context.saveState({ bundlesRefused: refusedNow(session) })
  return found
}

/** Of one part, whose list may be there and empty all the same; old models send booleans as text. */
function isRefusal(result: unknown): boolean {
  return String(within(result, 'success')).toLowerCase() === 'false' || Number(within(result, 'statusCode')) >= 300
}
