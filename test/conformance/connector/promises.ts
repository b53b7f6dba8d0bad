/** The promises of one connector, ready to be held one by one. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Connector, Level } from '../../../plugins/connector/contract.ts'
import { type Claims, openClaims } from './claims.ts'
import type { ConnectorDouble, Size } from './double.ts'
import { promisesByLevel } from './levels.ts'
import { noSecrets } from './no-secrets.ts'
import type { Ground } from './promise.ts'
import { openVendorCalls, type VendorCalls } from './vendor-call.ts'

/** Starts the vendor's double with an account of this size. */
export type StartDouble = (size: Size) => Promise<ConnectorDouble>

export interface HeldPromise {
  readonly id: string
  readonly promise: string
  readonly level: Level
  /** null: it is about the connector as such. */
  readonly syncType: string | null
  /** @returns what of it does not hold, a claim each; none: it is kept. Never throws. */
  hold(): Promise<readonly string[]>
}

/** In milliseconds: a machine may be busy. */
const longest = 240_000

/** In the order of levels: a promise of a lower one is a ground for those of a higher. */
export function promisesOf(connector: Connector, startDouble: StartDouble): readonly HeldPromise[] {
  return promisesByLevel.flatMap(({ level, ofConnector, ofSyncType }) => [
    ...ofConnector.map(({ id, promise, hold }) => ({
      id,
      promise,
      level,
      syncType: null,
      hold: () => held(connector, startDouble, hold)
    })),
    ...connector.syncTypes.flatMap(syncType =>
      ofSyncType.map(({ id, promise, hold }) => ({
        id,
        promise,
        level,
        syncType: syncType.name,
        hold: () => held(connector, startDouble, (claims, ground) => hold(claims, { ...ground, syncType }))
      }))
    )
  ])
}

async function held(
  connector: Connector,
  startDouble: StartDouble,
  hold: (claims: Claims, ground: Ground) => Promise<void>
): Promise<readonly string[]> {
  const claims = openClaims()
  const opened: { readonly double: ConnectorDouble; readonly calls: VendorCalls }[] = []
  const open: Ground['open'] = async size => {
    const double = await startDouble(size)
    claims.teardown(() => double.close())
    const options = { allow: double.origin, credentials: double.credentials, attempts: 1 }
    const calls = await openVendorCalls(claims, connector, options)
    opened.push({ double, calls })
    await calls.connect()
    return { double, calls }
  }
  const work = hold(claims, { connector, open }).catch(error => claims.fail(`It failed: ${error?.stack ?? error}`))
  const ended = new AbortController()
  const late = wait(longest, null, { signal: ended.signal }).then(
    () => claims.fail(`It had not ended after ${longest / 1000} s`),
    () => undefined
  )
  await Promise.race([work, late])
  ended.abort()
  for (const { double, calls } of opened) noSecrets(claims, connector, double.credentials, calls.logged)
  await claims.end()
  return claims.wrong
}
