import type { Store } from '../port.ts'
import { activityStore } from './activity.ts'
import { budgetStore } from './budgets.ts'
import { clientStore } from './clients.ts'
import { connectionStore } from './connections.ts'
import { counterStore } from './counters.ts'
import type { Database } from './database.ts'
import { deliveryStore } from './deliveries.ts'
import { draftStore } from './drafts.ts'
import { historyStore } from './history.ts'
import { installationStore } from './installations.ts'
import { leaseStore } from './leases.ts'
import { linkStore } from './links.ts'
import { lossStore } from './losses.ts'
import { metaStore } from './meta.ts'
import { rejectStore } from './rejects.ts'
import { replyStore } from './replies.ts'
import { runStore } from './runs.ts'
import { seenStore } from './seen.ts'
import { sessionStore } from './sessions.ts'
import { transferStore } from './transfer.ts'
import { webhookStore } from './webhooks.ts'

/** All of the port that statements answer. */
export type Sections = Omit<Store, 'kind' | 'close'>

export function sectionsOf(database: Database): Sections {
  return {
    connections: connectionStore(database),
    installations: installationStore(database),
    leases: leaseStore(database),
    runs: runStore(database),
    rejects: rejectStore(database),
    clients: clientStore(database),
    losses: lossStore(database),
    history: historyStore(database),
    seen: seenStore(database),
    budgets: budgetStore(database),
    replies: replyStore(database),
    counters: counterStore(database),
    activity: activityStore(database),
    webhooks: webhookStore(database),
    deliveries: deliveryStore(database),
    meta: metaStore(database),
    sessions: sessionStore(database),
    links: linkStore(database),
    drafts: draftStore(database),
    transfer: transferStore(database),
    async ping() {
      // Written for good: on a full disk a statement that changes nothing would still go through.
      await database.write(() =>
        database.run(
          "INSERT INTO meta VALUES ('ping', ?1) ON CONFLICT DO UPDATE SET value = ?1",
          String(database.now())
        )
      )
    }
  }
}
