import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { buildTestHost, type TestHost } from '../../build-test-host.ts'
import { account, startAcmeDesk, token } from '../../connectors/acme-desk/server.ts'
import { freshUrl, needsStore, storageFolder } from './mongodb/database.ts'

const root = join(import.meta.dirname, '../../..')
const ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`

async function receiptOf(host: TestHost, id: string, runId: string | null) {
  for (let tries = 0; tries < 2400; tries++) {
    const { body } = await host.call('acme', 'GET', `/v1/installations/${id}`)
    if (body.lastRun?.endedAt && (runId === null || body.lastRun.id === runId)) return body.lastRun
    await wait(50)
  }
  throw new Error('The run does not end')
}

async function goesOn(t: Test, target: string) {
  const folder = await storageFolder(t)
  const source = `file:${join(folder, 'source.db')}`
  // Changed long ago: a stamp that is as young as the read is not yet one.
  const updatedAt = new Date(Date.now() - 3_600_000).toISOString()
  const accounts = new Map(
    Array.from({ length: 9 }, (_, i) => [`a${i}`, { ...account(`a${i}`, `Account ${i}`), updatedAt }] as const)
  )
  const desk = await startAcmeDesk(accounts)
  t.teardown(desk.close)
  const env = {
    ...{ CONNECTORS: join(root, 'test/connectors/acme-desk'), OUTBOUND_ALLOW: desk.url },
    ...{ ENCRYPTION_KEYS, DATA_DIR: folder }
  }

  const before = await buildTestHost(t, { env: { ...env, STORAGE_URL: source } })
  const install = await before.call('acme', 'POST', '/v1/integrations/acme-desk/install', {
    credentials: { token, region: desk.url },
    syncTypes: ['active-accounts']
  })
  const { id } = install.body.installations[0]
  t.match(await receiptOf(before, id, null), { mode: 'full', status: 'succeeded', counts: { created: 9 } })
  const { body: clients } = await before.call('acme', 'GET', '/v1/clients')
  await before.host.close()

  const values = ['--from', source, '--to', target]
  const child = spawn(process.execPath, ['scripts/migrate-store.ts', ...values], { cwd: root, stdio: 'ignore' })
  t.same(await once(child, 'exit'), [0, null])

  await wait(5)
  accounts.set('a3', account('a3', 'Account 3, renamed'))
  const after = await buildTestHost(t, { env: { ...env, STORAGE_URL: target } })
  t.same((await after.call('acme', 'GET', '/v1/clients')).body, clients)
  const { body: asked } = await after.call('acme', 'POST', `/v1/installations/${id}/sync`)
  const receipt = await receiptOf(after, id, asked.runId)
  t.match(receipt, { mode: 'incremental', status: 'succeeded', counts: { created: 0, updated: 1 } })
  t.ok(receipt.counts.read < 9, `${receipt.counts.read} of 9 read`)
  const renamed = await after.call('acme', 'GET', '/v1/clients?externalId=a3')
  t.match(renamed.body.items, [{ name: 'Account 3, renamed' }])
  await after.host.close()
}

t.test('a host on a store that was moved goes on with what has changed, with the credentials it had', async t =>
  goesOn(t, `file:${join(await storageFolder(t), 'target.db')}`)
)

t.test('a host on a store that was moved into MongoDB goes on with what has changed', needsStore, t =>
  goesOn(t, freshUrl(t))
)
