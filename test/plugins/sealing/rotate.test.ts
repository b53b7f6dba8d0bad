import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { verifyTrail } from '../../../plugins/audit/verify.ts'
import { createKeyring } from '../../../plugins/sealing/keyring.ts'
import { rotateAll } from '../../../plugins/sealing/rotate.ts'
import { sealedKey } from '../../../plugins/sealing/sealed-key.ts'
import type { ConnectionStore } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'

const key = (letter: string) => Buffer.alloc(32, letter).toString('base64')
const before = createKeyring(`old:${key('o')}`)
const during = createKeyring(`new:${key('n')},old:${key('o')}`)
const after = createKeyring(`new:${key('n')}`)
const fields = { password: 'fake-password' }

type Test = { teardown(end: () => unknown): void }

/** A store with connections of two tenants, sealed with the old key. */
async function grown(t: Test, count: number, url = ':memory:') {
  const store = await openSqliteStore({ url })
  t.teardown(() => store.close())
  const owners = Array.from({ length: count }, (_, number) => ({
    tenant: number % 2 ? 'acme' : 'globex',
    connectionId: `c-${String(number).padStart(3, '0')}`
  }))
  const now = new Date(0).toISOString()
  for (const owner of owners) {
    await store.connections.tryInsert({
      id: owner.connectionId,
      tenant: owner.tenant,
      connector: 'fake',
      accountKey: owner.connectionId,
      account: { id: '1', name: 'One' },
      display: {},
      sealed: before.seal(owner, fields),
      state: {},
      trouble: null,
      workedAt: null,
      lastValidation: null,
      createdAt: now,
      updatedAt: now
    })
  }
  const opened = (ring: typeof after) =>
    Promise.all(
      owners.map(async owner => {
        const connection = await store.connections.get(owner.tenant, owner.connectionId)
        return ring.open(owner, connection!.sealed)
      })
    )
  return { connections: store.connections, owners, opened }
}

t.test('every connection of every tenant opens with the new key alone afterwards', async t => {
  const { connections, opened } = await grown(t, 25)
  t.strictSame(await rotateAll(connections, during, { batch: 4 }), { rewrapped: 25, skipped: 0, failed: [] })
  t.strictSame(await connections.keysInUse(), ['new'])
  t.ok((await opened(after)).every(one => one.password === fields.password))
  t.strictSame(await rotateAll(connections, during), { rewrapped: 0, skipped: 0, failed: [] })
})

t.test('a rotation that is cut anywhere leaves everything readable and is finished by the next', async t => {
  for (let cut = 0; cut <= 6; cut++) {
    const { connections, opened } = await grown(t, 6)
    let left = cut
    const dying: ConnectionStore = {
      ...connections,
      async tryUpdate(...change) {
        if (left-- === 0) throw new Error('killed')
        return connections.tryUpdate(...change)
      }
    }
    await rotateAll(dying, during, { batch: 2 }).catch(error => t.equal(error.message, 'killed'))
    t.ok(
      (await opened(during)).every(one => one.password === fields.password),
      'in the middle'
    )
    t.equal((await rotateAll(connections, during, { batch: 2 })).rewrapped, 6 - cut)
    t.ok(
      (await opened(after)).every(one => one.password === fields.password),
      'at the end'
    )
  }
})

t.test('a connection that changes meanwhile keeps its change and is rewrapped', async t => {
  const { connections, owners } = await grown(t, 3)
  const newer = { password: 'fake-newer-password' }
  let disturbed = false
  const busy: ConnectionStore = {
    ...connections,
    async tryUpdate(tenant, id, rev, change) {
      if (!disturbed) {
        disturbed = true
        await connections.tryUpdate(tenant, id, rev, { sealed: before.seal({ tenant, connectionId: id }, newer) })
      }
      return connections.tryUpdate(tenant, id, rev, change)
    }
  }
  t.match(await rotateAll(busy, during), { rewrapped: 3, skipped: 0 })
  const first = await connections.get(owners[0]!.tenant, owners[0]!.connectionId)
  t.strictSame(after.open(owners[0]!, first!.sealed), newer)
})

t.test('a connection that was removed or rewrapped meanwhile is skipped', async t => {
  const { connections } = await grown(t, 2)
  const racing: ConnectionStore = {
    ...connections,
    async tryUpdate(tenant, id, rev, change) {
      if (id === 'c-000') await connections.tryRemove(tenant, id, rev)
      else await connections.tryUpdate(tenant, id, rev, change)
      return connections.tryUpdate(tenant, id, rev, change)
    }
  }
  t.strictSame(await rotateAll(racing, during), { rewrapped: 0, skipped: 2, failed: [] })
})

t.test('a connection that does not open is named, left as it is, and does not stop the others', async t => {
  const { connections, owners } = await grown(t, 3)
  const [, damaged] = owners
  const stored = (await connections.get(damaged!.tenant, damaged!.connectionId))!
  const sealed = { ...stored.sealed, wrappedKey: Buffer.alloc(60).toString('base64') }
  await connections.tryUpdate(stored.tenant, stored.id, stored.rev, { sealed })
  t.strictSame(await rotateAll(connections, during, { batch: 1 }), { rewrapped: 2, skipped: 0, failed: [stored.id] })
  t.strictSame((await connections.get(stored.tenant, stored.id))!.sealed, sealed)
})

t.test('an abort ends it between two connections', async t => {
  const { connections } = await grown(t, 2)
  await t.rejects(rotateAll(connections, during, { signal: AbortSignal.abort(new Error('closing')) }), {
    message: 'closing'
  })
})

t.test('the command says in each tenant’s audit trail what it has done, once', async t => {
  const folder = t.testdir()
  const url = `file:${join(folder, 'host.db')}`
  const { owners } = await grown(t, 5, url)
  const env = { ...process.env, DATA_DIR: folder, STORAGE_URL: url, ENCRYPTION_KEYS: `new:${key('n')},old:${key('o')}` }
  const run = ['--import', './scripts/preload.js', 'scripts/rotate-keys.ts']
  const rotate = () =>
    execFileSync(process.execPath, run, { cwd: join(import.meta.dirname, '../../..'), env }).toString()
  t.match(rotate(), /5 connections are now under key "new"/)
  t.match(rotate(), /0 connections/)
  const store = await openSqliteStore({ url })
  t.teardown(() => store.close())
  for (const tenant of ['acme', 'globex']) {
    const connections = owners.filter(owner => owner.tenant === tenant).length
    const { items } = await store.activity.list(tenant, {}, { limit: 10, cursor: null })
    t.match(items, [{ actor: null, action: 'key.rotate', outcome: 'done', details: { connections, key: 'new' } }])
    t.equal(items.length, 1, 'what is under the key already is no deed')
    const trail = await sealedKey(store.meta, during, 'audit-trail')
    t.match(await verifyTrail(store.activity, trail, tenant), { good: 1, broken: null })
  }
})
