import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { errors } from '../../../../plugins/errors.ts'
import { signToken } from '../../../../plugins/http/token.ts'
import { tidy } from '../../../../plugins/integrations/connections/housekeeping.ts'
import { budgetOfAccount } from '../../../../plugins/outbound/budget-names.ts'
import { openDesk } from '../installations/desk.ts'

const url = '/v1/integrations/tallybook/install'
const away = () => Promise.reject(new errors.HOST_ERR_STORE_UNAVAILABLE())

/** Not as `call` does, which repeats a 503. */
async function installOnce(host: FastifyInstance, payload: object) {
  const claims = { sub: 'me', tenant: 'acme', permissions: ['integrations:update'], expires: '1h' }
  const headers = { authorization: `Bearer ${await signToken(host.config, claims)}` }
  return host.inject({ method: 'POST', url, headers, payload })
}

const hours = (count: number) => count * 3_600_000

t.test('an install that fails half-way leaves nothing, whatever the store has done of it', async t => {
  const { call, credentials, host } = await openDesk(t)
  const { connections, installations } = host.store
  const payload = { credentials, syncTypes: ['people', 'plans'] }
  const insert = installations.tryInsert.bind(installations)
  const connect = connections.tryInsert.bind(connections)
  const look = installations.get.bind(installations)
  const touch = connections.tryUpdate.bind(connections)
  const cuts: [string, object, object][] = [
    ['before the connection', connections, { tryInsert: away }],
    ['after the connection', connections, { tryInsert: (one: any) => connect(one).then(away) }],
    ['before the installations', installations, { tryInsert: away }],
    ['after them', installations, { tryInsert: (...both: any) => insert(...both).then(away) }],
    ['at the look at the first', installations, { get: once(look) }],
    ['behind both', connections, { tryUpdate: once(touch) }]
  ]
  /** Fails with its first call: what takes back what was done needs it. */
  function once(work: (...how: any) => Promise<unknown>) {
    let failed = false
    return (...how: any) => {
      if (failed) return work(...how)
      failed = true
      return away()
    }
  }
  for (const [when, section, cut] of cuts) {
    const kept = Object.fromEntries(Object.keys(cut).map(name => [name, Reflect.get(section, name)]))
    Object.assign(section, cut)
    const failed = await installOnce(host, payload)
    Object.assign(section, kept)
    t.equal(failed.statusCode, 503, when)
    t.same((await call('GET', '/v1/connections')).body.items, [], when)
    t.same((await call('GET', '/v1/installations')).body.items, [], when)
  }
  t.equal((await call('POST', url, payload)).status, 201)
})

t.test('an install that brings back and fails half-way leaves uninstalled what was', async t => {
  const { call, credentials, host, install } = await openDesk(t)
  const { installations } = host.store
  const { connectionId, ids } = await install('people')
  const [installationId] = ids
  t.equal((await call('POST', `/v1/installations/${installationId}/uninstall`)).status, 200)
  const payload = { credentials, syncTypes: ['people', 'plans'] }
  const update = installations.tryUpdate.bind(installations)
  const cuts: [string, (...how: Parameters<typeof update>) => Promise<never>][] = [
    ['before it is back', away],
    ['behind it', (...how) => update(...how).then(away)]
  ]
  for (const [when, cut] of cuts) {
    installations.tryUpdate = (...how) => {
      installations.tryUpdate = update
      return cut(...how)
    }
    const failed = await installOnce(host, payload)
    t.equal(failed.statusCode, 503, when)
    const { items } = (await call('GET', '/v1/installations')).body
    t.match(items, [{ id: installationId, connectionId, status: 'uninstalled' }], when)
    t.equal(items.length, 1, when)
  }
  t.equal((await call('POST', url, payload)).status, 201)
})

t.test('credentials that no installation has used for a day go by themselves', async t => {
  const { call, install, host, logged } = await openDesk(t)
  const { store, log } = host
  const { connectionId } = await install('people')
  const { rev: _, ...used } = (await store.connections.get('acme', connectionId))!
  const old = new Date(Date.now() - hours(25)).toISOString()
  const recent = new Date(Date.now() - hours(23)).toISOString()
  const unused = { ...used, id: 'con_unused', accountKey: 'https://a.example/1', createdAt: old, updatedAt: old }
  const young = { ...unused, id: 'con_young', accountKey: 'https://a.example/2', updatedAt: recent }
  t.ok(await store.connections.tryInsert(unused))
  t.ok(await store.connections.tryInsert(young))
  await tidy(store, host.audit, log)
  const left = (await call('GET', '/v1/connections')).body.items.map(({ id }: { id: string }) => id)
  t.same(left.toSorted(), [connectionId, 'con_young'].toSorted())
  t.match(logged(), /credentials that no installation has used for a day were removed/)
})

t.test('an install that begins to use a connection in that moment keeps it', async t => {
  const { call, install, host } = await openDesk(t)
  const { store, log } = host
  const { connectionId, ids } = await install('people')
  const { listUnused } = store.connections
  const stale = (await store.connections.get('acme', connectionId))!
  Object.assign(store.connections, { listUnused: async () => [stale] })
  const order = { connectionId, syncTypes: ['plans'] }
  t.equal((await call('POST', url, order)).status, 201)
  await tidy(store, host.audit, log)
  t.equal((await call('GET', `/v1/connections/${connectionId}`)).status, 200)
  Object.assign(store.connections, { listUnused })
  t.equal(ids.length, 1)
})

t.test('a validation leaves neither host nor user nor key in the store', async t => {
  const { call, book, credentials, host } = await openDesk(t)
  const canary = 'fake-canary-user-77'
  for (const token of [canary, credentials.token]) {
    book.tokens.set(token, 'a1')
    const { body } = await call('POST', '/v1/integrations/tallybook/validate', {
      credentials: { ...credentials, token }
    })
    t.ok(body.valid)
  }
  const { hostname, port } = new URL(book.origin)
  for (const name of await readdir(host.config.dataDir)) {
    const content = await readFile(join(host.config.dataDir, name), 'latin1')
    for (const text of [canary, credentials.token, `${hostname}:${port}`])
      t.notOk(content.includes(text), `${name}: ${text}`)
  }
})

t.test('a login that is only tried takes nothing from the account’s budget', async t => {
  const { call, credentials, host, book } = await openDesk(t)
  const { budgets } = host.store
  const account = budgetOfAccount('tallybook', `${book.origin}/a1`)
  /** Everything that is in the bucket; it refills so slowly that nothing comes in meanwhile. */
  const left = async () => (await budgets.take(account, 1000, { requests: 10_000, perMs: 1_000_000_000 })).granted
  await call('POST', '/v1/integrations/tallybook/validate', { credentials })
  await call('POST', '/v1/integrations/tallybook/preview', { credentials, syncType: 'people' })
  t.equal(await left(), 1000)
  await budgets.remove(account)
  const { connectionId } = (await call('POST', url, { credentials, syncTypes: ['people'] })).body
  await budgets.remove(account)
  await call('POST', `/v1/connections/${connectionId}/check`)
  t.ok((await left()) < 1000, 'what is kept spends from it')
})
