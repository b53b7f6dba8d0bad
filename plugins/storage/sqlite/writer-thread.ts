/** The thread that holds the writing connection: answers one call after the other, in the order they were sent. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Lease } from '../port.ts'
import type { RowWrite } from './client-writes.ts'
import { writeRows } from './clients.ts'
import { Database } from './database.ts'
import { openAgain } from './file.ts'
import { sectionsOf } from './sections.ts'
import { toSent } from './sent-error.ts'
import type { Answer, Call, StoreFile } from './writer.ts'

const port = parentPort!
const { path, identity }: StoreFile = workerData
const database = new Database(openAgain(path, identity))
const { ping, ...sections } = sectionsOf(database)
const callable: Record<string, any> = {
  ...sections,
  store: {
    ping,
    writeRows: (lease: Lease, writes: readonly RowWrite[]) => writeRows(database, lease, writes)
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
  database.close()
  port.close()
})
