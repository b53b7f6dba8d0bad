import type { Document } from 'mongodb'
import t from 'tap'
import type { MongoCommand } from '../../../../plugins/storage/mongodb/open.ts'
import { at, lossOf, pageOf, seenOf } from '../../../conformance/storage/fixtures.ts'
import { askAll, everyList, fillForLists, LIMIT } from '../every-list.ts'
import { freshUrl, needsStore, openStore, withClient } from './database.ts'

/** Lists that are sorted in memory, and what bounds them; by vendor id there are as many clients as connections. */
const sorted: Readonly<Record<string, string>> = {
  'installations by connection': 'as many as its connector has sync types',
  'installations by both': 'as many as its connector has sync types',
  'connections with their installations': '500 connections at most',
  'connections by account id': 'a tenant has few connections to one account',
  'losses by state': 'never: two states are two stretches of one index, merged'
}

/** A list of a page reads little more than the page. Stretches of an index that are merged each give one more. */
const MOST_READ = 4 * LIMIT

/** Counted whole, by an index alone. */
const isCounted = (name: string) => name === 'counts of an installation' || name.startsWith('total of clients')

function explainable({ body }: MongoCommand): Document {
  const { lsid: _lsid, $clusterTime: _time, $db: _db, readConcern: _level, maxTimeMS: _ms, ...command } = body
  return command
}

/** All stages of a plan, from the outside in. */
function stagesOf(plan: any): string[] {
  if (plan === null || typeof plan !== 'object') return []
  const inner = Array.isArray(plan) ? plan.flatMap(stagesOf) : Object.values(plan).flatMap(stagesOf)
  return typeof plan.stage === 'string' ? [plan.stage, ...inner] : inner
}

t.test(
  'every list, with every filter and sort, is answered by an index and sorts nothing without bound',
  needsStore,
  async t => {
    const url = freshUrl(t)
    let asked = ''
    const heard: { name: string; command: MongoCommand }[] = []
    const onCommand = (command: MongoCommand) => {
      if (asked) heard.push({ name: asked, command })
    }
    const store = await openStore(t, { url, onCommand })
    const filled = await fillForLists(store, 600)
    const asks = everyList(store, filled)
    await askAll(asks, name => {
      asked = name
    })
    asked = ''
    const reads = heard.filter(({ command }) => ['find', 'aggregate', 'distinct', 'count'].includes(command.name))
    t.ok(reads.length > Object.keys(asks).length, `${reads.length} statements`)
    await withClient(url, async client => {
      for (const { name, command } of reads) {
        const explain = explainable(command)
        const found = await client.db().command({ explain, verbosity: 'executionStats' })
        const text = `${name}: ${JSON.stringify(explain).slice(0, 300)}`
        const cursor = found.stages?.[0]?.$cursor ?? found
        const stages = stagesOf(cursor.queryPlanner.winningPlan)
        t.notOk(stages.includes('COLLSCAN'), text)
        const isOne = explain.filter?.$and?.some((filter: Document) => filter.externalId) ?? false
        if (!Object.hasOwn(sorted, name) && !isOne) t.notOk(stages.includes('SORT'), text)
        const { totalDocsExamined: read } = cursor.executionStats
        if (!isCounted(name)) t.ok(read <= MOST_READ, `${read} read; ${text}`)
      }
    })
  }
)

t.test('what a page changes is found by the key of each document', needsStore, async t => {
  const url = freshUrl(t)
  const heard: MongoCommand[] = []
  let listens = false
  const onCommand = (command: MongoCommand) => {
    if (listens) heard.push(command)
  }
  const store = await openStore(t, { url, onCommand })
  const { lease, runId } = await fillForLists(store, 600)
  listens = true
  const ids = ['3', '6', '9']
  const known = await store.clients.load(lease.connectionId, ids)
  const clients = known.map(record => ({
    id: record.id,
    expectedRev: record.rev,
    record: { ...record, updatedAt: at(99) }
  }))
  const rejects = [{ runId, key: '3', externalId: null, reason: 'again', payload: null, at: at() }]
  const losses = ids.map(id => lossOf(lease, id))
  const seen = ids.map(id => seenOf(`contact:${id}`))
  await store.clients.write(lease, pageOf({ losses, clients, seen, rejects, progress: { currentRunId: runId } }))
  await store.clients.write(lease, pageOf({ settled: ['3'], unseen: ['contact:3'] }))
  await store.losses.mark(lease, ['6'], 'held')
  await store.losses.remove(lease, ['9'])
  listens = false
  const statements = heard.flatMap(({ name, body }): Document[] =>
    (name === 'update' ? body.updates : name === 'delete' ? body.deletes : []).map((each: Document) => ({
      [name]: body[name],
      [`${name}s`]: [each]
    }))
  )
  t.ok(statements.length >= 14, `${statements.length} statements`)
  await withClient(url, async client => {
    for (const explain of statements) {
      const found = await client.db().command({ explain, verbosity: 'executionStats' })
      const text = JSON.stringify(explain).slice(0, 200)
      t.notOk(stagesOf(found.queryPlanner.winningPlan).includes('COLLSCAN'), text)
      const { totalDocsExamined: read } = found.executionStats
      t.ok(read <= ids.length, `${read} read: ${text}`)
    }
  })
})
