import t from 'tap'
import { idFor } from '../../../plugins/entities/new-id.ts'
import { connectionOf, leased, runOf } from '../../conformance/storage/fixtures.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'
import { buildConsoleHost } from './console-host.ts'

t.test('a sync type’s card shows how the runs of 30 days ended, newly looked up after a minute', async t => {
  let now = new Date('2026-11-28T10:00:00Z')
  const { host, signIn } = await buildConsoleHost(t, { connectors: [acmeDesk], now: () => now })
  const { store } = host
  const { name: connector, syncTypes } = host.connectors.get('acme-desk')!
  const connection = connectionOf({ connector })
  await store.connections.tryInsert(connection)
  const syncType = syncTypes[0]!.name
  const lease = await leased(store, { connector, connectionId: connection.id, syncType })
  const put = (at: string, status: 'succeeded' | 'failed') =>
    store.runs.insert(runOf(lease, { id: idFor('run', Date.parse(at), at), status, startedAt: at, endedAt: at }))
  const alex = await signIn()
  const card = async () => (await alex.get(`/console/integrations/${connector}`)).text
  t.notMatch(await card(), 'figure class="health"', 'nothing is drawn of no runs')
  await put('2026-11-27T01:00:00.000Z', 'succeeded')
  now = new Date(now.getTime() + 60_000)
  t.match(await card(), 'Every run of the last 30 days ended well.')
  await put('2026-11-28T01:00:00.000Z', 'failed')
  t.match(await card(), 'Every run of the last 30 days ended well.')
  now = new Date(now.getTime() + 60_000)
  t.match(await card(), '1 run of the last 30 days failed.')
  t.equal([...(await card()).matchAll(/<rect class="(?:ok|part|none)"/g)].length, 30)
})
