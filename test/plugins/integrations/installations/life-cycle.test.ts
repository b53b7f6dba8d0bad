import t from 'tap'
import { requireTransition } from '../../../../plugins/integrations/installations/transitions.ts'
import { type Desk, openDesk } from './desk.ts'
import { token } from './tallybook.ts'

const transitions = ['stop', 'start', 'sync', 'compare', 'uninstall', 'reinstall'] as const

/** Ways to bring a fresh installation into a status, and what is allowed there. */
const table: Record<string, { reach(desk: Desk, id: string): Promise<unknown>; allowed: string[] }> = {
  running: { reach: async () => {}, allowed: ['stop', 'sync', 'compare', 'uninstall'] },
  stopped: {
    reach: ({ call }, id) => call('POST', `/v1/installations/${id}/stop`),
    allowed: ['start', 'stop', 'uninstall']
  },
  uninstalled: { reach: ({ call }, id) => call('POST', `/v1/installations/${id}/uninstall`), allowed: ['reinstall'] },
  'needs-attention': {
    reach: async ({ book, call, until }, id) => {
      book.tokens.clear()
      await call('POST', `/v1/installations/${id}/sync`)
      await until(`/v1/installations/${id}`, body => body.status === 'needs-attention')
    },
    allowed: ['start', 'stop', 'sync', 'compare', 'uninstall']
  },
  'awaiting-approval': {
    reach: async ({ book, call, until }, id) => {
      for (let gone = 1; gone <= 8; gone++) book.customers.delete(gone)
      await call('POST', `/v1/installations/${id}/compare`)
      await until(`/v1/installations/${id}`, body => body.status === 'awaiting-approval' && !body.currentRun)
    },
    allowed: ['stop', 'sync', 'compare', 'uninstall']
  }
}

for (const [status, { reach, allowed }] of Object.entries(table)) {
  t.test(`an installation that is ${status} allows ${allowed.join(', ')} and refuses the rest by name`, async t => {
    const desk = await openDesk(t)
    const { call, ran, install, book } = desk
    for (let id = 1; id <= 10; id++) book.customers.set(id, { id, name: `Customer ${id}` })
    const [id] = (await install('people')).ids as [string]
    await ran(id)
    await reach(desk, id)
    const before = (await call('GET', `/v1/installations/${id}`)).body
    t.equal(before.status, status)
    t.equal(typeof before.statusReason, status === 'running' ? 'object' : 'string')
    for (const name of transitions) {
      if (allowed.includes(name)) continue
      const { status: code, body } = await call('POST', `/v1/installations/${id}/${name}`)
      t.equal(code, 409, name)
      t.match(body, { code: 'HOST_ERR_TRANSITION', detail: status, allowed }, name)
    }
    const stored = (await desk.host.store.installations.get('acme', id))!
    const { trouble } = (await desk.host.store.connections.get('acme', stored.connectionId))!
    for (const name of transitions) {
      if (allowed.includes(name)) t.doesNotThrow(() => requireTransition(stored, name, trouble), name)
    }
  })
}

t.test('a stopped installation keeps configuration and data, and goes on at once when started', async t => {
  const { call, ran, install, book } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  const [id] = (await install('people')).ids as [string]
  const first = (await ran(id)).lastRun.id
  const stopped = await call('POST', `/v1/installations/${id}/stop`)
  t.match(stopped, { status: 200, body: { status: 'stopped', nextRunAt: null, counts: { active: 1 } } })
  book.customers.set(2, { id: 2, name: 'Bob' })
  const quiet = book.requests
  await new Promise(resolve => setTimeout(resolve, 300))
  t.equal(book.requests, quiet)
  t.match(await call('POST', `/v1/installations/${id}/start`), { status: 200, body: { status: 'running' } })
  t.match(await ran(id, first), { lastRun: { mode: 'incremental', status: 'succeeded' }, counts: { active: 2 } })
})

t.test('stopping ends a run under way, which leaves an interrupted receipt and writes nothing more', async t => {
  const { call, install, book, until } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  let open = () => {}
  book.gate = new Promise<void>(resolve => {
    open = resolve
  })
  const [id] = (await install('people')).ids as [string]
  const { currentRun } = await until(`/v1/installations/${id}`, body => body.currentRun !== null)
  const { status, body } = await call('POST', `/v1/installations/${id}/stop`)
  t.equal(status, 200)
  t.match(body, { status: 'stopped', currentRun: null })
  open()
  t.match((await call('GET', `/v1/runs/${currentRun.id}`)).body, {
    status: 'interrupted',
    endedAt: String,
    error: { code: 'HOST_ERR_INTERRUPTED' }
  })
  t.same((await call('GET', '/v1/clients')).body.items, [])
})

t.test('an uninstalled installation keeps its data and comes back without credentials, with a compare', async t => {
  const { call, ran, install, book } = await openDesk(t)
  for (let id = 1; id <= 10; id++) book.customers.set(id, { id, name: `Customer ${id}` })
  const [id] = (await install('people')).ids as [string]
  const first = (await ran(id)).lastRun.id
  t.match(await call('POST', `/v1/installations/${id}/uninstall`), { status: 200, body: { status: 'uninstalled' } })
  t.equal((await call('GET', '/v1/clients')).body.items.length, 10)
  const card = (await call('GET', '/v1/integrations/tallybook')).body
  t.match(card.syncTypes, [{ name: 'people', installation: null }])
  book.customers.delete(10)
  t.match(await call('POST', `/v1/installations/${id}/reinstall`), { status: 200, body: { id, status: 'running' } })
  t.match(await ran(id, first), { lastRun: { mode: 'compare' }, counts: { active: 9, gone: 1 } })
})

t.test('a run that is asked for can be read at once, and one that waits is not asked for twice', async t => {
  const { call, install, book, until, ran } = await openDesk(t)
  let open = () => {}
  book.gate = new Promise<void>(resolve => {
    open = resolve
  })
  const [id] = (await install('people')).ids as [string]
  await until(`/v1/installations/${id}`, body => body.currentRun !== null)
  const asked = await call('POST', `/v1/installations/${id}/sync`)
  t.equal(asked.status, 202)
  t.match(await call('GET', `/v1/runs/${asked.body.runId}`), {
    status: 200,
    body: { status: 'running', installationId: id }
  })
  const more = await Promise.all([1, 2, 3].map(() => call('POST', `/v1/installations/${id}/sync`, {})))
  t.ok(more.every(({ status, body }) => status === 202 && body.runId === asked.body.runId))

  const compare = await call('POST', `/v1/installations/${id}/compare`)
  t.not(compare.body.runId, asked.body.runId)
  t.match((await call('GET', `/v1/runs/${asked.body.runId}`)).body, { status: 'interrupted', endedAt: String })
  t.equal((await call('POST', `/v1/installations/${id}/sync`)).body.runId, compare.body.runId)
  open()
  await until(`/v1/runs/${compare.body.runId}`, body => body.status === 'succeeded')
  t.match(await ran(id), { lastRun: { id: compare.body.runId, mode: 'compare' } })
})

t.test('a transition takes no body but an empty one', async t => {
  const { call, install } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  t.equal((await call('POST', `/v1/installations/${id}/stop`, { force: true })).status, 400)
  t.equal((await call('POST', `/v1/installations/${id}/stop`, {})).status, 200)
})

t.test('what is asked for is due only when its connection may be tried, or the run would go to sleep', async t => {
  const { host, book, call, install, ran, until } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Harbour' })
  const { connectionId, ids } = await install('people')
  const url = `/v1/installations/${ids[0]}`
  await ran(ids[0]!)
  const { installations, connections } = host.store
  const tryUpdate = installations.tryUpdate.bind(installations)
  const mayBeTried: boolean[] = []
  installations.tryUpdate = async (tenant, id, rev, change) => {
    const trouble = (await connections.get(tenant, connectionId))?.trouble
    if (change.dueInMs === 0 && trouble)
      mayBeTried.push(trouble.retryAt !== null && trouble.retryAt <= new Date().toISOString())
    return tryUpdate(tenant, id, rev, change)
  }
  book.tokens.delete(token)
  await call('POST', `${url}/sync`)
  await until(url, body => body.status === 'needs-attention' && !body.currentRun)
  const { runId } = (await call('POST', `${url}/sync`)).body
  await until(`/v1/runs/${runId}`, body => body.endedAt !== null)
  await until(url, body => !body.currentRun)
  book.tokens.set(token, 'a1')
  await call('POST', `${url}/stop`)
  await call('POST', `${url}/start`)
  await until(url, body => body.status === 'running' && !body.currentRun)
  t.same(mayBeTried, [true, true], 'a sync and a start')
})
