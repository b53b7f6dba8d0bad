/** An erase beside everything that could bring its installation back, in both stores. */
import t, { type Test } from 'tap'
import type { Store } from '../../../../plugins/storage/port.ts'
import { put, recordOf } from '../../../conformance/storage/fixtures.ts'
import { freshUrl, needsStore } from '../../storage/mongodb/database.ts'
import { type Desk, openDesk } from './desk.ts'

// MongoDB over the wire takes a while for each of many small hosts.
t.setTimeout(600_000)

const stores: [string, object, (t: Test) => Record<string, string>, number][] = [
  ['SQLite', {}, () => ({}), 15],
  ['MongoDB', needsStore, t => ({ STORAGE_URL: freshUrl(t) }), 6]
]

/** Calls `between` once, when the erase has found nothing more to take out and has not yet removed the installation. */
function between(store: Store, work: () => Promise<void>): void {
  const { clients } = store
  const find = clients.listOfInstallation.bind(clients)
  let done = false
  Object.assign(clients, {
    async listOfInstallation(id: string, limit: number) {
      const found = await find(id, limit)
      if (found.length > 0 || done) return found
      done = true
      await work()
      return found
    }
  })
}

async function leavesNothing(t: Test, { call, host }: Desk, id: string): Promise<void> {
  for (const path of ['/v1/clients', '/v1/agreements', '/v1/installations', '/v1/connections'])
    t.same((await call('GET', path)).body.items, [], path)
  t.same(await host.store.clients.listOfInstallation(id, 10), [])
}

for (const [name, skip, env] of stores) {
  t.test(`${name}: a run of another host that was under way writes nothing more`, skip, async t => {
    const desk = await openDesk(t, { env: env(t) })
    const { call, install, book, ran, host } = desk
    book.customers.set(1, { id: 1, name: 'Customer 1' })
    const { ids, connectionId } = await install('people')
    const [id] = ids as [string]
    await ran(id)
    await call('POST', `/v1/installations/${id}/uninstall`)
    const { token } = (await host.store.installations.get('acme', id))!
    const lease = { tenant: 'acme', connectionId, installationId: id, owner: 'another-host', token }
    let tried = false
    between(host.store, async () => {
      tried = true
      await t.rejects(put(host.store, lease, [recordOf(lease, '99')]), { code: 'HOST_ERR_LEASE_LOST' })
    })
    t.equal((await call('DELETE', `/v1/installations/${id}`)).status, 204)
    t.ok(tried)
    await leavesNothing(t, desk, id)
  })
}

for (const [name, skip, env, rounds] of stores) {
  t.test(`${name}: what is being erased cannot be brought back, and nothing of it is left`, skip, async t => {
    const ways: [string, (desk: Desk, id: string, connectionId: string) => ReturnType<Desk['call']>][] = [
      ['reinstall', ({ call }, id) => call('POST', `/v1/installations/${id}/reinstall`)],
      ['start', ({ call }, id) => call('POST', `/v1/installations/${id}/start`)],
      ['sync', ({ call }, id) => call('POST', `/v1/installations/${id}/sync`)],
      ['new settings', ({ call }, id) => call('PATCH', `/v1/installations/${id}`, { settings: { kinds: ['all'] } })],
      [
        'install',
        ({ call }, _id, connectionId) =>
          call('POST', '/v1/integrations/tallybook/install', { connectionId, syncTypes: ['people'] })
      ]
    ]
    for (const [way, bringBack] of ways) {
      const desk = await openDesk(t, { env: env(t) })
      const { call, install, book, ran, host } = desk
      for (let id = 1; id <= 3; id++) book.customers.set(id, { id, name: `Customer ${id}` })
      const { ids, connectionId } = await install('people')
      const [id] = ids as [string]
      await ran(id)
      if (way === 'reinstall' || way === 'install') await call('POST', `/v1/installations/${id}/uninstall`)
      let answer: Awaited<ReturnType<Desk['call']>> | undefined
      between(host.store, async () => {
        answer = await bringBack(desk, id, connectionId)
        // Time for a run that was allowed to write what would be left for ever.
        await new Promise(resolve => setTimeout(resolve, 300))
      })
      t.equal((await call('DELETE', `/v1/installations/${id}`)).status, 204, way)
      t.equal(answer?.status, 409, way)
      await leavesNothing(t, desk, id)
      await host.close()
    }
  })

  t.test(`${name}: erases and reinstalls at once end with all of it or nothing`, skip, async t => {
    const desk = await openDesk(t, { env: { ...env(t), CALLS_CHANGE: '0', CALLS_VENDOR: '0' } })
    const { call, install, book, until } = desk
    for (let id = 1; id <= 20; id++) book.customers.set(id, { id, name: `Customer ${id}` })
    for (let round = 0; round < rounds; round++) {
      const [id] = (await install('people')).ids as [string]
      if (round % 3 > 0) await until(`/v1/installations/${id}`, body => body.counts.active > 0)
      await call('POST', `/v1/installations/${id}/uninstall`)
      const acts = ['DELETE', 'reinstall', 'DELETE', 'reinstall'].map((act, at) =>
        new Promise(resolve => setTimeout(resolve, at * (round % 5))).then(() =>
          act === 'DELETE'
            ? call('DELETE', `/v1/installations/${id}`)
            : call('POST', `/v1/installations/${id}/reinstall`)
        )
      )
      const statuses = (await Promise.all(acts)).map(({ status }) => status)
      t.ok(
        statuses.every(status => [200, 204, 404, 409].includes(status)),
        statuses.join()
      )
      if (!statuses.includes(204)) t.equal((await call('DELETE', `/v1/installations/${id}`)).status, 204)
      await leavesNothing(t, desk, id)
    }
  })
}

t.test('an erase that was cut is shown as such, and finished by repeating it', async t => {
  const { call, install, ran, book, host } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  const [id] = (await install('people')).ids as [string]
  await ran(id)
  const { installations } = host.store
  const remove = installations.remove.bind(installations)
  Object.assign(installations, { remove: () => Promise.reject(new Error('cut')) })
  t.equal((await call('DELETE', `/v1/installations/${id}`)).status, 500)
  Object.assign(installations, { remove })
  t.match((await call('GET', `/v1/installations/${id}`)).body, { status: 'erasing', statusReason: /repeat the DELETE/ })
  const card = (await call('GET', '/v1/integrations/tallybook')).body
  t.equal(card.syncTypes[0].installation, null)
  t.equal((await call('DELETE', `/v1/installations/${id}`)).status, 204)
  t.same((await call('GET', '/v1/clients')).body.items, [])
})
