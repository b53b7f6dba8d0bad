/** What the host does by itself and matters stands in the trail, beside what people did. */
import t from 'tap'
import { tidy } from '../../../plugins/integrations/connections/housekeeping.ts'
import { openDesk } from '../integrations/installations/desk.ts'
import { token } from '../integrations/installations/tallybook.ts'

const withEmail = (id: number) => ({ id, name: `Customer ${id}`, email: `c${id}@example.test` })

t.test(
  'refusals, holds and what became of them, erasures and sweeps are written down, with nothing of a client',
  async t => {
    const { host, book, call, install, ran, until } = await openDesk(t)
    const { store } = host
    const own = async () => {
      const { items } = await store.activity.list('acme', {}, { limit: 100, cursor: null })
      return items.filter(({ actor }) => actor === null).toReversed()
    }
    for (let id = 1; id <= 10; id++) book.customers.set(id, withEmail(id))
    const { connectionId, ids } = await install('people')
    const [id] = ids as [string]
    const url = `/v1/installations/${id}`
    await ran(id)
    t.same(await own(), [], 'a run that goes well is no deed')
    const asked = async (what: 'sync' | 'compare') => {
      const { runId } = (await call('POST', `${url}/${what}`)).body
      await until(`/v1/runs/${runId}`, body => body.endedAt !== null)
      return until(url, body => !body.currentRun)
    }
    for (let gone = 1; gone <= 8; gone++) book.customers.delete(gone)
    await asked('compare')
    const { revision } = (await call('GET', `${url}/losses`)).body
    t.equal((await call('POST', `${url}/losses/reject`, { revision })).status, 200)
    await until(url, body => body.hold === null && !body.currentRun)
    book.tokens.delete(token)
    await asked('sync')
    await asked('sync')
    book.tokens.set(token, 'a1')
    await call('POST', `${url}/stop`)
    await call('POST', `${url}/start`)
    await until(url, body => body.status === 'running' && !body.currentRun)
    t.equal((await call('DELETE', url)).status, 204)

    const target = { kind: 'installation', id }
    const account = { kind: 'connection', id: connectionId }
    const named = { connector: 'tallybook', syncType: 'people' }
    const deeds = await own()
    t.match(deeds, [
      { action: 'installation.hold', target, outcome: 'done', details: { ...named, of: 8, clients: 8 } },
      { action: 'installation.rejected', target, details: { ...named, by: 'me', verdict: 'reject' } },
      { action: 'installation.hold-over', target, details: named },
      { action: 'connection.refused', target: account, outcome: 'refused', code: 'HOST_ERR_CREDENTIALS_REJECTED' },
      { action: 'connection.accepted', target: account, details: { connector: 'tallybook' } },
      { action: 'installation.erased', target, details: { ...named, credentials: 'removed' } }
    ])
    t.equal(deeds.length, 6, 'each once')
    t.match(deeds, Array(6).fill({ from: null, requestId: null }))
    t.notMatch(JSON.stringify(deeds), new RegExp(`${token}|Customer|@example`))

    const again = await install('people')
    await ran(again.ids[0]!)
    const { rev: _, ...used } = (await store.connections.get('acme', again.connectionId))!
    const old = new Date(Date.now() - 25 * 3_600_000).toISOString()
    const unused = { ...used, id: 'con_unused', accountKey: 'https://a.example/1', createdAt: old, updatedAt: old }
    await store.connections.tryInsert(unused)
    await tidy(store, host.audit, host.log)
    t.match((await own()).at(-1), { action: 'connection.sweep', target: { kind: 'connection', id: 'con_unused' } })
  }
)

t.test('a run goes on where the trail cannot be written, and the log has what it lacks', async t => {
  const { host, book, call, install, ran, until, logged } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  await ran(id)
  host.store.activity.tryAppend = async () => {
    throw new Error('the disk is full')
  }
  book.tokens.delete(token)
  const { runId } = (await call('POST', `/v1/installations/${id}/sync`)).body
  t.match(await until(`/v1/runs/${runId}`, body => body.endedAt !== null), { status: 'failed' })
  await until(`/v1/installations/${id}`, body => body.status === 'needs-attention' && !body.currentRun)
  t.match(logged(), /an entry of the audit trail could not be written/)
  t.match(logged(), /connection\.refused/)
})
