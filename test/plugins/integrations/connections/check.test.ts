import t from 'tap'
import { openDesk } from '../installations/desk.ts'

const trouble = {
  code: 'HOST_ERR_CREDENTIALS_REJECTED',
  detail: 'Tallybook refuses the token. Make a new one.',
  since: '2026-11-23T18:00:00.000Z',
  tries: 3,
  retryAt: null
}

t.test('a check tries the stored credentials again, and what came out is kept', async t => {
  const { call, install, book } = await openDesk(t)
  const { connectionId } = await install('people')
  const path = `/v1/connections/${connectionId}`
  const installed = (await call('GET', path)).body.lastValidation
  t.match(installed, { at: /Z$/, checks: [{ name: 'token', status: 'passed' }] }, 'of the install')
  const good = await call('POST', `${path}/check`)
  t.match(good, {
    status: 200,
    body: { valid: true, account: { id: 'a1' }, checks: [{ name: 'token' }], problems: [] }
  })
  t.notOk('tariff' in good.body)
  book.tokens.clear()
  t.match(await call('POST', `${path}/check`), { status: 200, body: { valid: false, checks: [{ status: 'failed' }] } })
  const { lastValidation } = (await call('GET', path)).body
  t.match(lastValidation.checks, [{ name: 'token', status: 'failed', fix: /new token/ }])
  t.ok(lastValidation.at > installed.at)
  t.equal((await call('POST', `${path}/check`, undefined, 'other')).status, 404)
})

t.test('trouble stops every installation of a connection, and a check that goes well ends it', async t => {
  const { call, install, host, ran, book } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  const { connectionId, ids } = await install('people', 'plans')
  for (const id of ids) await ran(id)
  await host.store.connections.note('acme', connectionId, { trouble })
  const shown = (await call('GET', `/v1/connections/${connectionId}`)).body
  const { tries: _, ...told } = trouble
  t.same(shown.trouble, told)
  t.same(
    shown.installations.map(({ status }: { status: string }) => status),
    ['needs-attention', 'needs-attention']
  )
  const one = (await call('GET', `/v1/installations/${ids[0]}`)).body
  t.match(one, { status: 'needs-attention', statusReason: /refuses the token/ })
  const card = (await call('GET', '/v1/integrations/tallybook')).body
  t.equal(card.syncTypes[0].installation.status, 'needs-attention')

  const before = await Promise.all(ids.map(async id => (await call('GET', `/v1/installations/${id}`)).body.lastRun.id))
  t.equal((await call('POST', `/v1/connections/${connectionId}/check`)).body.valid, true)
  t.equal((await call('GET', `/v1/connections/${connectionId}`)).body.trouble, null)
  for (const [at, id] of ids.entries())
    t.match(await ran(id, before[at]), { status: 'running', lastRun: { status: 'succeeded' } })
})

t.test('a check that does not go well leaves the trouble, and lets nothing run', async t => {
  const { call, install, host, ran, book } = await openDesk(t)
  const { connectionId, ids } = await install('people')
  await ran(ids[0]!)
  await host.store.connections.note('acme', connectionId, { trouble })
  book.tokens.clear()
  await call('POST', `/v1/connections/${connectionId}/check`)
  t.match((await call('GET', `/v1/connections/${connectionId}`)).body.trouble, { code: trouble.code, retryAt: null })
})

t.test('a person who starts an installation has its connection tried again', async t => {
  const { call, install, host, ran, book } = await openDesk(t)
  const { connectionId, ids } = await install('people')
  const [id] = ids as [string]
  const { lastRun } = await ran(id)
  for (const how of ['start', 'sync']) {
    await host.store.connections.note('acme', connectionId, { trouble })
    const { lastRun: former } = (await call('GET', `/v1/installations/${id}`)).body
    book.tokens.set('fake-token-for-tests-1', 'a1')
    t.match(await call('POST', `/v1/installations/${id}/${how}`), { status: how === 'start' ? 200 : 202 })
    t.match(await ran(id, former.id), { status: 'running', lastRun: { status: 'succeeded' } }, how)
  }
  t.ok(lastRun)
})

t.test('a connection can be removed as long as no installation uses it', async t => {
  const { call, install, host } = await openDesk(t)
  const { connectionId, ids } = await install('people')
  const path = `/v1/connections/${connectionId}`
  const used = await call('DELETE', path)
  t.match(used, { status: 409, body: { code: 'HOST_ERR_CONNECTION_IN_USE', installations: ids } })
  await call('POST', `/v1/installations/${ids[0]}/uninstall`)
  t.equal((await call('DELETE', path)).status, 409, 'an uninstalled one could be brought back')
  // As an install leaves it that could not take its credentials back.
  await host.store.installations.remove('acme', ids[0]!)
  t.equal((await call('DELETE', path, undefined, 'other')).status, 404)
  const { etag } = (await call('GET', path)).headers
  t.match(await call('DELETE', path, undefined, 'acme', { 'if-match': '"99"' }), {
    status: 412,
    body: { code: 'HOST_ERR_CHANGED_MEANWHILE' }
  })
  t.equal((await call('DELETE', path, undefined, 'acme', { 'if-match': String(etag) })).status, 204)
  t.equal((await call('DELETE', path)).status, 404)
  t.equal(await host.store.connections.get('acme', connectionId), null)
})
