/** What every connector must hold, whatever its vendor. Its own test is this call and the vendor's quirks. */
import { AssertionError } from 'node:assert/strict'
import type { Connector } from '../../plugins/connector/contract.ts'
import { isPromisedAt } from '../../plugins/connector/levels.ts'
import { promisesOf, type StartDouble } from './connector/promises.ts'

export type { ConnectorDouble, Edit, Oddity, Size, Spell, Spoilt } from './connector/double.ts'
export { type HeldPromise, promisesOf, type StartDouble } from './connector/promises.ts'

export interface ConnectorSuiteOptions {
  readonly startDouble: StartDouble
  /** Of the test runner: node:test's `test`, tap's `t.test`. It fails when `hold` rejects. */
  readonly test: (name: string, hold: () => Promise<void>) => unknown
}

/** One test for each promise of the connector's level; without a level, for each there is. */
export function connectorSuite(connector: Connector, { startDouble, test }: ConnectorSuiteOptions): void {
  for (const { promise, level, syncType, hold } of promisesOf(connector, startDouble)) {
    if (!isPromisedAt(connector.level, level)) continue
    const of = syncType === null ? connector.name : `${connector.name} ${syncType}`
    test(`${of}: ${promise}`, async () => {
      const wrong = await hold()
      if (wrong.length > 0) throw new AssertionError({ message: wrong.join('\n'), operator: 'held' })
    })
  }
}
