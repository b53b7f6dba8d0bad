import t from 'tap'
import { openDesk } from './desk.ts'

const url = '/v1/integrations/tallybook/install'
const wrong = { kinds: ['small', 'smal'] }
const told = {
  status: 422,
  body: {
    code: 'HOST_ERR_SETTINGS_INVALID',
    problems: [{ pointer: '/settings/kinds/1', message: /no kind "smal"/, choices: ['all', 'small'] }]
  }
}

t.test('field report C2: a name that does not exist is told with those that do, wherever settings come in', async t => {
  const { call, credentials, install } = await openDesk(t)
  const order = { credentials, settings: wrong }
  t.match(await call('POST', url, { ...order, syncTypes: ['people'] }), told, 'install')
  t.match(await call('POST', '/v1/integrations/tallybook/preview', { ...order, syncType: 'people' }), told, 'preview')
  const { body } = await call('POST', '/v1/integrations/tallybook/validate', order)
  t.match(body, { valid: false, problems: told.body.problems }, 'validate')
  t.same((await call('GET', '/v1/connections')).body.items, [], 'nothing is kept')

  const { connectionId, ids } = await install('people')
  t.match(await call('PATCH', `/v1/installations/${ids[0]}`, { settings: wrong }), told, 'change')
  t.match(await call('POST', url, { connectionId, syncTypes: ['plans'], settings: wrong }), told, 'a saved connection')
  t.match((await call('GET', `/v1/installations/${ids[0]}`)).body, { settings: { kinds: ['small'] } })
})

t.test('names are kept by what they mean, so that a renaming at the vendor is followed', async t => {
  const { call, install, host, book } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  const stored = async () => (await host.store.installations.get('acme', id))!
  t.same((await stored()).resolved, { 'kinds:small': 'k2' })
  book.kinds.set('k2', 'little')
  t.equal((await call('PATCH', `/v1/installations/${id}`, { settings: { kinds: ['small', 'all'] } })).status, 200)
  t.same((await stored()).resolved, { 'kinds:small': 'k2', 'kinds:all': 'k1' })
})

t.test('a change of settings drops the pass, keeps the poll and says what was changed', async t => {
  const { call, install, host, ran, book } = await openDesk(t)
  book.customers.set(1001, { id: 1001, name: 'Big' })
  const [id] = (await install('people')).ids as [string]
  const { lastRun } = await ran(id)
  const poll = (await host.store.installations.get('acme', id))!.poll
  t.ok(poll)
  let open = () => {}
  book.gate = new Promise(resolve => {
    open = resolve
  })
  await call('PATCH', `/v1/installations/${id}`, { settings: { kinds: ['all'] } })
  const now = (await host.store.installations.get('acme', id))!
  t.match(now, { resettled: 'kinds changed from small to all', pass: null, poll: { mark: poll?.mark } })
  open()
  t.match(await ran(id, lastRun.id), { lastRun: { status: 'succeeded' }, counts: { active: 1 } })
  t.equal((await host.store.installations.get('acme', id))!.resettled, null)
})

t.test('a reinstall asks what the settings mean, and does not begin with a name that is gone', async t => {
  const { call, install, book, ran } = await openDesk(t)
  const { connectionId, ids } = await install('people')
  const [id] = ids as [string]
  await ran(id)
  await call('POST', `/v1/installations/${id}/uninstall`)
  book.kinds.delete('k2')
  const gone = { status: 422, body: { problems: [{ pointer: '/settings/kinds/0', choices: ['all'] }] } }
  t.match(await call('POST', `/v1/installations/${id}/reinstall`), gone)
  t.match(await call('POST', url, { connectionId, syncTypes: ['people'] }), gone)
  t.equal((await call('GET', `/v1/installations/${id}`)).body.status, 'uninstalled')
  const chosen = await call('POST', url, { connectionId, syncTypes: ['people'], settings: { kinds: ['all'] } })
  t.match(chosen, { status: 201, body: { installations: [{ id }] } })
})

t.test('a reinstall does not wait for a vendor that is away', async t => {
  const { call, install, book, ran } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  await ran(id)
  await call('POST', `/v1/installations/${id}/uninstall`)
  book.mood = 'failing'
  t.match(await call('POST', `/v1/installations/${id}/reinstall`), { status: 200, body: { status: 'running' } })
})

t.test('what is brought back keeps its own settings, also where the defaults would not fit', async t => {
  const { call, credentials, book, ran } = await openDesk(t)
  const order = { credentials, syncTypes: ['people'], settings: { kinds: ['all'] } }
  const { body } = await call('POST', url, order)
  const [{ id }] = body.installations
  await ran(id)
  await call('POST', `/v1/installations/${id}/uninstall`)
  book.kinds.delete('k2')
  const again = await call('POST', url, { credentials, syncTypes: ['people'] })
  t.match(again, { status: 201, body: { installations: [{ id }] } })
  t.same((await call('GET', `/v1/installations/${id}`)).body.settings, { kinds: ['all'] })
  const fresh = await call('POST', url, { credentials, syncTypes: ['plans'] })
  t.match(fresh, { status: 422, body: { code: 'HOST_ERR_SETTINGS_INVALID' } }, 'a new one needs the defaults')
})
