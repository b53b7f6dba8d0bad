import t from 'tap'
import { openDesk } from './desk.ts'

t.test('erasing one sync type leaves the fields of the other; erasing the last takes the credentials too', async t => {
  const { call, install, book, ran, host } = await openDesk(t)
  for (let id = 1; id <= 600; id++)
    book.customers.set(id, {
      id,
      name: `Customer ${id}`,
      email: `c${id}@example.test`,
      ...(id % 2 && { plan: 'Gold' })
    })
  const { ids, connectionId } = await install('people', 'plans')
  const [people, plans] = ids as [string, string]
  const runId = (await ran(people)).lastRun.id
  await ran(plans)
  const [both] = (await call('GET', '/v1/clients?externalId=1')).body.items
  t.match(both, { emails: [{ value: 'c1@example.test' }], agreementCount: 1 })

  t.equal((await call('DELETE', `/v1/installations/${people}`)).status, 204)
  const left = (await call('GET', `/v1/clients/${both.id}`)).body
  t.match(left, { name: 'Customer 1', status: 'active', emails: [], agreements: [{ externalId: 'p1' }] })
  t.equal((await call('GET', '/v1/clients?externalId=2')).body.items.length, 0)
  t.equal((await call('GET', `/v1/installations/${people}`)).status, 404)
  t.equal((await call('GET', `/v1/runs/${runId}`)).status, 404)
  t.equal((await call('GET', `/v1/connections/${connectionId}`)).status, 200)

  await call('POST', `/v1/installations/${plans}/uninstall`)
  t.equal((await call('DELETE', `/v1/installations/${plans}`)).status, 204)
  for (const path of ['/v1/clients', '/v1/agreements', '/v1/installations', '/v1/connections'])
    t.same((await call('GET', path)).body.items, [], path)
  t.equal(await host.store.connections.get('acme', connectionId), null)
  t.equal((await call('DELETE', `/v1/installations/${plans}`)).status, 404)
})

t.test('an uninstalled sync type keeps the credentials when the other one is erased', async t => {
  const { call, install } = await openDesk(t)
  const { ids, connectionId } = await install('people', 'plans')
  await call('POST', `/v1/installations/${ids[0]}/uninstall`)
  await call('DELETE', `/v1/installations/${ids[1]}`)
  t.equal((await call('GET', `/v1/connections/${connectionId}`)).status, 200)
  t.equal((await call('POST', `/v1/installations/${ids[0]}/reinstall`)).status, 200)
})

t.test('erasing ends a run under way, and nothing of it comes after', async t => {
  const { call, install, book, until } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  let open = () => {}
  book.gate = new Promise<void>(resolve => {
    open = resolve
  })
  const [id] = (await install('people')).ids as [string]
  await until(`/v1/installations/${id}`, body => body.currentRun !== null)
  t.equal((await call('DELETE', `/v1/installations/${id}`)).status, 204)
  open()
  await new Promise(resolve => setTimeout(resolve, 200))
  t.same((await call('GET', '/v1/clients')).body.items, [])
})

t.test('two sync types erased at once leave nothing, credentials neither', async t => {
  const { call, install, ran, book } = await openDesk(t)
  for (let id = 1; id <= 50; id++) book.customers.set(id, { id, name: `Customer ${id}`, plan: 'Gold' })
  const { ids } = await install('people', 'plans')
  for (const id of ids) await ran(id)
  const answers = await Promise.all(ids.map(id => call('DELETE', `/v1/installations/${id}`)))
  t.same(
    answers.map(({ status }) => status),
    [204, 204]
  )
  for (const path of ['/v1/clients', '/v1/installations', '/v1/connections'])
    t.same((await call('GET', path)).body.items, [], path)
})

t.test('an erase beside an install ends with the credentials exactly as long as they are used', async t => {
  const { call, install } = await openDesk(t)
  for (let round = 0; round < 5; round++) {
    const { ids, connectionId } = await install('people')
    const order = { connectionId, syncTypes: ['plans'] }
    const [erased, installed] = await Promise.all([
      call('DELETE', `/v1/installations/${ids[0]}`),
      call('POST', '/v1/integrations/tallybook/install', order)
    ])
    t.equal(erased.status, 204)
    const connections = (await call('GET', '/v1/connections')).body.items
    const installations = (await call('GET', '/v1/installations')).body.items
    t.equal(installations.length, installed.status === 201 ? 1 : 0)
    t.equal(connections.length, installations.length)
    for (const { id } of installations) await call('DELETE', `/v1/installations/${id}`)
  }
})

t.test('an erase that was cut is finished by repeating it', async t => {
  const { call, install, ran, book, host } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  const { ids, connectionId } = await install('people')
  await ran(ids[0]!)
  const { store } = host
  const { rev } = (await store.connections.get('acme', connectionId))!
  await store.connections.tryRemove('acme', connectionId, rev)
  t.equal((await call('GET', `/v1/installations/${ids[0]}`)).status, 200)
  t.equal((await call('DELETE', `/v1/installations/${ids[0]}`)).status, 204)
  t.same((await call('GET', '/v1/clients')).body.items, [])
})
