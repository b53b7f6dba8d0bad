import t from 'tap'
import type { MongoCommand } from '../../../../plugins/storage/mongodb/open.ts'
import {
  connectionOf,
  fence,
  first,
  installationOf,
  leased,
  lossOf,
  newId,
  put,
  putLosses,
  putRejects,
  putSeen,
  recordOf,
  runOf,
  seenOf,
  write
} from '../../../conformance/storage/fixtures.ts'
import { freshUrl, needsStore, openStore, withClient } from './database.ts'

const writes = ['insert', 'update', 'delete', 'findAndModify', 'bulkWrite']
const reads = ['find', 'aggregate', 'distinct', 'count']

t.test('the commands of a store', needsStore, async t => {
  const heard: MongoCommand[] = []
  const url = freshUrl(t)
  // What a URL asks for must not weaken them.
  const weak = `${url}${url.includes('?') ? '&' : '?'}w=1&journal=false&readConcernLevel=local&readPreference=secondaryPreferred&retryWrites=false`
  const store = await openStore(t, { url: weak, onCommand: command => heard.push(command) })

  const connection = connectionOf()
  await store.connections.tryInsert(connection)
  await store.connections.tryUpdate('acme', connection.id, 1, { account: { id: 'a', name: 'A' } })
  await store.connections.mergeState('acme', connection.id, { host: 'two' })
  await store.connections.listNotSealedBy('k2', null, 10)
  await store.connections.keysInUse()
  const lease = await fence(store, await leased(store))
  const run = runOf(lease)
  await store.runs.insert(run)
  await store.runs.trySave({ ...run, status: 'succeeded', endedAt: new Date().toISOString() })
  await store.runs.prune(0, 10)
  await put(store, lease, [recordOf(lease, '1'), recordOf(lease, '2')])
  const changed = recordOf(lease, '1', { rev: 1 })
  await write(store, lease, [
    { id: changed.id, expectedRev: 1, record: changed },
    { id: recordOf(lease, '2').id, expectedRev: 7, record: null }
  ])
  await store.clients.list('acme', { search: 'client' }, first)
  await store.clients.listAgreements('acme', {}, first)
  await store.clients.counts(lease.installationId)
  await putRejects(store, lease, [
    { key: 'k', runId: run.id, externalId: null, reason: 'bad', payload: null, at: run.startedAt }
  ])
  await putLosses(store, lease, [lossOf(lease, '1'), lossOf(lease, '2')])
  await putSeen(store, lease, [seenOf('3')])
  await store.losses.mark(lease, ['1'], 'held')
  await store.losses.list(lease.installationId, { states: ['staged', 'held'] }, null, 10)
  await store.losses.listHeld('acme', lease.installationId, 'emails', first)
  await store.losses.dropStale(lease, 'pass_1', 9)
  await store.losses.remove(lease, ['1'])
  await store.seen.prune(lease, 0)
  await store.clients.tryErase('acme', changed.id, 2)
  await store.leases.nextDueInMs()
  await store.leases.tryRelease(lease, { dueInMs: 0, failures: 0 })
  await store.budgets.take(newId('account'), 1, { requests: 10, perMs: 1000 })
  await store.budgets.hold(newId('account'), 10)
  await store.meta.putIfAbsent('k', 'v')
  await store.installations.tryInsert(installationOf())
  await store.installations.remove('acme', lease.installationId)
  await store.connections.tryRemove('acme', connection.id, 2)
  await store.ping()

  await t.test('every write waits until a majority has it in the journal, and may be repeated', async t => {
    const sent = heard.filter(command => writes.includes(command.name))
    t.same(new Set(sent.map(command => command.name)), new Set(['insert', 'update', 'delete', 'findAndModify']))
    for (const { name, body } of sent) {
      const { w, j, wtimeout } = body.writeConcern ?? {}
      t.equal(w, 'majority', `${name} ${JSON.stringify(body).slice(0, 80)}`)
      t.equal(j, true)
      t.equal(wtimeout, 10_000, 'a majority that is away is no hang')
      // The driver does not number a statement over many documents; those find nothing more to do when repeated.
      const many =
        (body.deletes ?? []).some((statement: { limit: number }) => statement.limit === 0) ||
        (body.updates ?? []).some((statement: { multi?: boolean }) => statement.multi)
      if (!many) t.ok(body.txnNumber, `${name} carries a number that tells a repetition`)
    }
  })

  await t.test('every read sees only what a majority has', async t => {
    const sent = heard.filter(command => reads.includes(command.name))
    t.ok(sent.length > 10)
    for (const { name, body } of sent) {
      t.equal(body.readConcern?.level, 'majority', `${name} ${JSON.stringify(body).slice(0, 80)}`)
      t.notOk(body.$readPreference?.mode?.startsWith('secondary'))
    }
  })

  await t.test('every read is ended by the server if it takes too long', async t => {
    for (const { name, body } of heard.filter(command => reads.includes(command.name))) {
      t.ok(body.maxTimeMS > 0 && body.maxTimeMS < 30_000, `${name} ${JSON.stringify(body).slice(0, 80)}`)
    }
  })

  await t.test('every read of many is answered by an index', async t => {
    await withClient(url, async client => {
      for (const { body } of heard.filter(command => command.name === 'find' || command.name === 'aggregate')) {
        const {
          lsid: _lsid,
          $clusterTime: _time,
          $db: _db,
          readConcern: _level,
          txnNumber: _number,
          maxTimeMS: _ms,
          ...command
        } = body
        const plan = JSON.stringify(await client.db().command({ explain: command, verbosity: 'queryPlanner' }))
        t.match(plan, /IXSCAN|IDHACK|EXPRESS/, JSON.stringify(command).slice(0, 100))
        t.notMatch(plan, /COLLSCAN/, JSON.stringify(command).slice(0, 100))
      }
    })
  })

  await t.test('a claim takes as many statements as it claims, whatever else is installed', async t => {
    for (let i = 0; i < 50; i++) await store.installations.tryInsert(installationOf())
    heard.length = 0
    t.equal((await store.leases.claimDue('owner', 8, 60_000)).length, 8)
    const names = heard.map(command => command.name).sort()
    t.same(names, ['aggregate', ...Array(8).fill('findAndModify')])
    const { pipeline } = heard.find(command => command.name === 'aggregate')!.body
    const [at, limit] = [
      pipeline.findIndex((stage: any) => stage.$limit),
      pipeline.find((stage: any) => stage.$limit)?.$limit
    ]
    t.same(
      Object.keys(Object.assign({}, ...pipeline.slice(0, at))),
      ['$match', '$sort'],
      'nothing is read before the limit but the index'
    )
    t.ok(limit <= 16, `and looks at ${limit} due`)
  })

  await t.test('no statement of a run spans documents in a transaction', async t => {
    t.same(
      heard.filter(command => command.body.startTransaction || command.body.autocommit === false),
      []
    )
  })
})
