import t from 'tap'
import { type MongoCommand, openMongoStore } from '../../../../plugins/storage/mongodb/open.ts'
import { storageSuite } from '../../../conformance/storage-suite.ts'
import { freshUrl, openStore, storeIsThere, tellSkip } from './database.ts'
import { unrouted } from './statements.ts'

/**
 * Statements that a sharded cluster sends to every shard, with the reason: none changes a single document. docs/scale.md
 * tells of them.
 */
const overAllTenants = 'over all tenants, a few entries of an index on each shard'
const byIdAlone = 'one look-up on each shard'
const wholeStore = 'a store is moved, or looked through for that'

const scattered: Readonly<Record<string, string>> = {
  'many of installations (aggregate) by claimAt': overAllTenants,
  'many of installations (aggregate) by $expr, claimAt': overAllTenants,
  'many of installations (aggregate) by claimAt, connectionId, tenant': overAllTenants,
  'many of installations (find) by wanted': overAllTenants,
  'many of installations (find) by hold.revision, wanted': overAllTenants,
  'many of installations (find) by misfits.count, wanted': overAllTenants,
  'many of connections (find) by updatedAt': overAllTenants,
  'many of connections (find) by _id, lastValidation.at': overAllTenants,
  'many of connections (find) by lastValidation.at': overAllTenants,
  'many of connections (find) by $or, lastValidation.at': overAllTenants,
  'many of connections (find) by _id, sealed.kek': 'keys are rotated',
  'many of connections (distinct) by nothing': 'the start of a host',
  'many of runs (find) by ended': overAllTenants,
  'many of history (find) by written': overAllTenants,
  'many of budgets (find) by $or, countedAt': overAllTenants,
  'many of replies (find) by ends': overAllTenants,
  'many of activity (find) by tenant': 'the tenants are walked, to verify or to prune',
  'many of activityAnchors (find) by _id': 'the tenants are walked, to verify or to prune',
  'many of rejects (delete) by installationId, tenant': 'an installation is erased',
  'many of installations (find) by _id': `${byIdAlone}, once for each installation and host`,
  'many of clients (find) by _id': `${byIdAlone}, after a write was refused`,
  'many of clients (find) by _id, tenant': byIdAlone,
  'many of clients (find) by _id, rev, status, tenant': byIdAlone,
  'many of connections (find) by nothing': wholeStore,
  'many of connections (find) by _id': wholeStore,
  'many of connections (aggregate) by nothing': wholeStore,
  'many of installations (find) by nothing': wholeStore,
  'many of installations (aggregate) by nothing': wholeStore,
  'many of installations (aggregate) by leaseUntil': wholeStore,
  'many of runs (find) by nothing': wholeStore,
  'many of runs (find) by _id': wholeStore,
  'many of runs (aggregate) by nothing': wholeStore,
  'many of rejects (find) by nothing': wholeStore,
  'many of rejects (find) by $or, runId': wholeStore,
  'many of rejects (aggregate) by nothing': wholeStore,
  'many of clients (find) by nothing': wholeStore,
  'many of clients (aggregate) by nothing': wholeStore,
  'many of losses (find) by nothing': wholeStore,
  'many of losses (find) by _id': wholeStore,
  'many of losses (aggregate) by nothing': wholeStore,
  'many of history (find) by nothing': wholeStore,
  'many of history (find) by _id': wholeStore,
  'many of history (aggregate) by nothing': wholeStore,
  'many of seen (find) by nothing': wholeStore,
  'many of seen (find) by _id': wholeStore,
  'many of seen (aggregate) by nothing': wholeStore,
  'many of webhooks (find) by nothing': wholeStore,
  'many of webhooks (find) by _id': wholeStore,
  'many of webhooks (aggregate) by nothing': wholeStore,
  'many of activityAnchors (find) by nothing': wholeStore,
  'many of activityAnchors (aggregate) by nothing': wholeStore,
  'many of activity (find) by nothing': wholeStore,
  'many of activity (find) by $or, tenant': wholeStore,
  'many of activity (aggregate) by nothing': wholeStore
}

const heard = new Map<string, number>()
const onCommand = (command: MongoCommand) => {
  for (const statement of unrouted(command)) heard.set(statement, (heard.get(statement) ?? 0) + 1)
}

if (!storeIsThere) tellSkip()
else {
  storageSuite({
    name: 'MongoDB',
    open: async t => {
      const url = freshUrl(t)
      const store = await openStore(t, { url, onCommand })
      return {
        store,
        reopen: async () => {
          await store.close()
          return openStore(t, { url })
        },
        second: async () => {
          const second = await openMongoStore({ url })
          t.teardown(() => second.close())
          return second
        }
      }
    }
  })

  void t.test('every statement names the shard key of its collection, but those that are known not to', async t => {
    for (const statement of heard.keys()) t.ok(Object.hasOwn(scattered, statement), statement)
    for (const statement of Object.keys(scattered)) t.ok(heard.has(statement), `${statement} is still sent`)
  })
}
