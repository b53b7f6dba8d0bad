import t from 'tap'
import {
  connectionOf,
  first,
  installationOf,
  leased,
  put,
  recordOf,
  write
} from '../../../conformance/storage/fixtures.ts'
import { freshUrl, needsStore, openStore } from './database.ts'

const operators: unknown[] = [{ $gt: '' }, { $ne: null }, { $regex: '.*' }, { $in: ['acme'] }, { $exists: true }, /./]

t.test('a value is never an operator', needsStore, async t => {
  const store = await openStore(t, { url: freshUrl(t) })
  const connection = connectionOf()
  await store.connections.tryInsert(connection)
  const lease = await leased(store)
  const record = recordOf(lease, '1')
  await put(store, lease, [record])
  const found = async (read: Promise<unknown>) => {
    // A server may refuse such a value; finding something with it is the failure.
    const answer = await read.catch(() => null)
    const listing = answer as { items?: unknown[] } | null
    return listing?.items ? listing.items.length > 0 : Array.isArray(answer) ? answer.length > 0 : answer !== null
  }
  for (const operator of operators) {
    const x = operator as string
    const name = String(operator instanceof RegExp ? operator : JSON.stringify(operator))
    t.notOk(await found(store.connections.get(x, connection.id)), `tenant ${name}`)
    t.notOk(await found(store.connections.get('acme', x)), `connection ${name}`)
    t.notOk(await found(store.connections.findByAccount('acme', x, x)), `account ${name}`)
    t.notOk(await found(store.connections.list(x, first)), `connections ${name}`)
    t.notOk(await found(store.installations.get(x, x)), `installation ${name}`)
    t.notOk(await found(store.installations.list(x, {}, first)), `installations ${name}`)
    t.notOk(await found(store.installations.list('acme', { connector: x }, first)), `connector ${name}`)
    t.notOk(await found(store.clients.get('acme', x)), `client ${name}`)
    t.notOk(await found(store.clients.list('acme', { externalId: x }, first)), `externalId ${name}`)
    t.notOk(await found(store.clients.list('acme', { status: x as 'active' }, first)), `status ${name}`)
    t.notOk(await found(store.clients.list(x, {}, first)), `clients ${name}`)
    t.notOk(await found(store.meta.get(x)), `meta ${name}`)
    t.notOk(await store.connections.tryRemove('acme', x, 1).catch(() => false), `removal ${name}`)
  }
})

t.test('texts and keys that look like operators or paths are kept as they are', needsStore, async t => {
  const store = await openStore(t, { url: freshUrl(t) })
  const connection = connectionOf({
    account: { id: '$token', name: '$$NOW' },
    display: { 'a.b': '$tenant', $set: 'x' }
  })
  await store.connections.tryInsert(connection)
  await store.connections.mergeState('acme', connection.id, { 'contact.7': '$rev', $inc: '$$ROOT' })
  t.match(await store.connections.get('acme', connection.id), {
    account: { id: '$token', name: '$$NOW' },
    display: { 'a.b': '$tenant', $set: 'x' },
    state: { 'contact.7': '$rev', $inc: '$$ROOT', host: 'one' }
  })
  const installation = installationOf()
  await store.installations.tryInsert(installation)
  const settings = { 'a.b': ['$token'], $where: { $gt: '' } }
  const changed = await store.installations.tryUpdate('acme', installation.id, 1, { settings })
  t.same(changed?.settings, settings)
  const [claim] = await store.leases.claimDue('$tenant', 1, 60_000)
  t.equal(claim?.lease.owner, '$tenant')
  t.equal(claim?.installation.leaseOwner, '$tenant')
  await store.leases.commit(claim!.lease, { currentRunId: '$leaseOwner', takeRequest: '$requested.runId' })
  const resolved = { '$types.x': '$$NOW', page: '3' }
  await store.leases.tryRelease(claim!.lease, { dueInMs: null, failures: 0, resolved, lastRunId: '$_id' })
  t.match(await store.installations.get('acme', installation.id), {
    currentRunId: '$leaseOwner',
    lastRunId: '$_id',
    resolved,
    dueAt: null
  })
  const stamps = { 'contact:7.x': '$a', $b: '1' }
  const lease = await leased(store)
  const record = recordOf(lease, '1')
  const stamped = { ...record, parts: record.parts.map(part => ({ ...part, stamps })) }
  await put(store, lease, [stamped])
  await write(store, lease, [{ id: record.id, expectedRev: 1, record: stamped }])
  t.same((await store.clients.load(lease.connectionId, ['1']))[0]?.parts[0]?.stamps, stamps)
})

t.test('a record that no document can hold is the driver’s error, not an absent store', needsStore, async t => {
  const store = await openStore(t, { url: freshUrl(t) })
  const lease = await leased(store)
  const huge = recordOf(lease, '1', { statusReason: 'x'.repeat(17 * 1024 * 1024) })
  const failure = await put(store, lease, [huge]).catch(error => error)
  t.ok(failure instanceof Error)
  t.not((failure as { code?: unknown }).code, 'HOST_ERR_STORE_UNAVAILABLE')
  t.same(await put(store, lease, [recordOf(lease, '2')]), [], 'the next write goes through')
})
