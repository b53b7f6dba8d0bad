/** Which promises make a level. */
import type { Level } from '../../../plugins/connector/contract.ts'
import { asTheOracle, twoAccounts } from './as-the-oracle.ts'
import { byIdAndName } from './by-id-and-name.ts'
import { completePass, resumed } from './complete-pass.ts'
import { editsFound, nothingKept } from './edits-found.ts'
import { foreignRows, goneTwice, oddAnswers } from './odd-answers.ts'
import type { ConnectorPromise, SyncTypePromise } from './promise.ts'
import { pureMap } from './pure-map.ts'
import { quietTick } from './quiet-tick.ts'
import { refusedKeys } from './refused-keys.ts'
import { declared, wrongKeys } from './signing-in.ts'
import { stopping } from './stopping.ts'

export interface LevelPromises {
  readonly level: Level
  readonly ofConnector: readonly ConnectorPromise[]
  /** Of every sync type, in this order: the first that is broken says most. */
  readonly ofSyncType: readonly SyncTypePromise[]
}

export const promisesByLevel: readonly LevelPromises[] = [
  {
    level: 'bronze',
    ofConnector: [declared, wrongKeys],
    ofSyncType: [asTheOracle, completePass, resumed, pureMap, byIdAndName, stopping]
  },
  {
    level: 'silver',
    ofConnector: [],
    ofSyncType: [quietTick, editsFound, nothingKept, twoAccounts, refusedKeys]
  },
  {
    level: 'gold',
    ofConnector: [],
    ofSyncType: [goneTwice, oddAnswers, foreignRows]
  }
]
