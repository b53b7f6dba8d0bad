import type { MongoClient } from 'mongodb'

/** Little enough that a line comes with each beat of the driver's monitor, and not with each of the checks that waiting statements ask for. */
const SAY_AGAIN_MS = 4000

const writable: ReadonlySet<string> = new Set(['RSPrimary', 'Mongos', 'Standalone', 'LoadBalancer'])

/**
 * Tells people when an opened store goes away, every few seconds as long as it is, and when it is back. A member of a
 * replica set that is away alone is not told: the store is there. `hosts`: where it is.
 */
export function tellAbsence(client: MongoClient, hosts: string, log: { warn(message: string): void }): void {
  let isThere = true
  let saidAt = Number.NEGATIVE_INFINITY
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    const wasThere = isThere
    isThere = [...newDescription.servers.values()].some(({ type }) => writable.has(type))
    if (isThere && !wasThere && saidAt > 0) log.warn(`The store at ${hosts} answers again.`)
    if (isThere) saidAt = Number.NEGATIVE_INFINITY
  })
  client.on('serverHeartbeatFailed', ({ failure }) => {
    if (isThere || performance.now() - saidAt < SAY_AGAIN_MS) return
    saidAt = performance.now()
    log.warn(`The store at ${hosts} does not answer; what needs it waits or fails (${failure.message}).`)
  })
}
