import type { Document } from 'mongodb'
import type { Store } from '../port.ts'
import { tellAbsence } from './absence.ts'
import { activityStore } from './activity.ts'
import { budgetStore } from './budgets.ts'
import { clientStore } from './clients.ts'
import { databaseOf, hostsOf, makeClient, type WaitOptions, whenThere } from './connect.ts'
import { connectionStore } from './connections.ts'
import { counterStore } from './counters.ts'
import { cursorKeyOf } from './cursor-key.ts'
import { deliveryStore } from './deliveries.ts'
import { collectionsOf } from './documents.ts'
import { draftStore } from './drafts.ts'
import { guarded, LOST_RACES, repeated } from './failures.ts'
import { historyStore } from './history.ts'
import { installationStore } from './installations.ts'
import { leaseStore } from './leases.ts'
import { linkStore } from './links.ts'
import { lossStore } from './losses.ts'
import { metaStore } from './meta.ts'
import { migrate } from './migrations.ts'
import { rejectStore } from './rejects.ts'
import { replyStore } from './replies.ts'
import { runStore } from './runs.ts'
import { seenStore } from './seen.ts'
import { sessionStore } from './sessions.ts'
import { transferStore } from './transfer.ts'
import { webhookStore } from './webhooks.ts'

export interface MongoOptions extends WaitOptions {
  /** Told of every command sent, after its answer: for metrics, and to see which concerns it carried. */
  readonly onCommand?: (command: MongoCommand) => void
}

export interface MongoCommand {
  readonly name: string
  readonly body: Document
  readonly milliseconds: number
  readonly failed: boolean
}

/**
 * Waits until the store is there, however long, and brings its schema up to date. Throws HOST_ERR_STORE_OPEN if
 * waiting would not help, HOST_ERR_SCHEMA_NEWER, or the signal's reason.
 */
export async function openMongoStore(options: MongoOptions): Promise<Store> {
  let cursorKey: Uint8Array | undefined
  await whenThere(options, async db => {
    await migrate(db)
    cursorKey = await cursorKeyOf(db)
  })
  const client = makeClient(options.url, { monitorCommands: options.onCommand !== undefined })
  if (options.onCommand) listen(client, options.onCommand)
  if (options.log) tellAbsence(client, hostsOf(options.url), options.log)
  const db = databaseOf(client, options.url)
  const collections = collectionsOf(db, cursorKey!)
  let closed = false
  const guard = <T extends object>(section: T): T => guarded(section, () => closed)
  const { ping } = guard({
    // Written for good, in a majority's journal: a server that can only read is not ready.
    ping: async () => {
      const value = String(Date.now())
      await repeated(
        () => collections.meta.updateOne({ _id: { $eq: 'ping' } }, { $set: { value } }, { upsert: true }),
        LOST_RACES
      )
    }
  })
  return {
    kind: 'mongodb',
    connections: guard(connectionStore(collections)),
    installations: guard(installationStore(collections)),
    leases: guard(leaseStore(collections)),
    runs: guard(runStore(collections)),
    rejects: guard(rejectStore(collections)),
    clients: guard(clientStore(collections)),
    losses: guard(lossStore(collections)),
    history: guard(historyStore(collections)),
    seen: guard(seenStore(collections)),
    budgets: guard(budgetStore(collections)),
    replies: guard(replyStore(collections)),
    counters: guard(counterStore(collections)),
    activity: guard(activityStore(collections)),
    webhooks: guard(webhookStore(collections)),
    deliveries: guard(deliveryStore(collections)),
    meta: guard(metaStore(collections)),
    sessions: guard(sessionStore(collections)),
    links: guard(linkStore(collections)),
    drafts: guard(draftStore(collections)),
    transfer: guard(transferStore(collections)),
    ping,
    async close() {
      closed = true
      await client.close()
    }
  }
}

function listen(client: ReturnType<typeof makeClient>, onCommand: NonNullable<MongoOptions['onCommand']>): void {
  const bodies = new Map<number, Document>()
  const ended = (failed: boolean) => (event: { requestId: number; commandName: string; duration: number }) => {
    const body = bodies.get(event.requestId)
    bodies.delete(event.requestId)
    if (body) onCommand({ name: event.commandName, body, milliseconds: event.duration, failed })
  }
  client.on('commandStarted', ({ requestId, command }) => bodies.set(requestId, command))
  client.on('commandSucceeded', ended(false))
  client.on('commandFailed', ended(true))
}
