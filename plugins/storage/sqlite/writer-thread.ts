/** The thread that holds the writing connection: answers one call after the other, in the order they were sent. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Lease } from '../port.ts'
import { Database } from './database.ts'
import { openAgain } from './file.ts'
import { type PageRows, writePage } from './page-writes.ts'
import { sectionsOf } from './sections.ts'
import { toSent } from './sent-error.ts'
import { Upkeep } from './upkeep.ts'
import type { Answer, Call, StoreFile } from './writer.ts'

const port = parentPort!
const { path, identity }: StoreFile = workerData
const database = new Database(openAgain(path, identity))
const upkeep = new Upkeep(database)
database.onErased = () => upkeep.begin()
upkeep.goOn()
const { ping, ...sections } = sectionsOf(database)
const callable: Record<string, any> = {
  ...sections,
  store: {
    ping,
    writePage: (lease: Lease, page: PageRows) => writePage(database, lease, page)
  }
}

async function answer({ id, section, method, values }: Call): Promise<Answer> {
  try {
    return { id, value: await callable[section][method](...values) }
  } catch (error) {
    return { id, error: toSent(error) }
  }
}

port.on('message', async (call: Call | null) => {
  if (call) return port.postMessage(await answer(call))
  // All that was sent before is answered: what a call waits for is never another event.
  upkeep.end()
  database.close()
  port.close()
})
