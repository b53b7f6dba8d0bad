/** Preloaded into a host: it takes itself for process 1 of a machine that was cloned. */

import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'

os.hostname = () => 'cloned-machine'
syncBuiltinESMExports()
Object.defineProperty(process, 'pid', { value: 1 })
