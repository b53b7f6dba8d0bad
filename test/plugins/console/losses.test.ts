import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import connectwise from '../../../connectors/connectwise/index.ts'
import { signToken } from '../../../plugins/http/auth.ts'
import { demoAccount, startConnectWise } from '../../doubles/connectwise/index.ts'
import { buildConsoleHost, everything } from './console-host.ts'

t.test('what would go is shown client by client, and goes or stays by a button', async t => {
  const vendor = await startConnectWise({ account: demoAccount(1, 60) })
  t.teardown(() => vendor.close())
  const { host, signIn } = await buildConsoleHost(t, {
    connectors: [connectwise],
    env: { OUTBOUND_ALLOW: vendor.url, CALLS_READ: '0', TICK: '200ms' }
  })
  const token = await signToken(host.config, { sub: 'robot', tenant: 'acme', permissions: everything, expires: '1h' })
  const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const headers = { authorization: `Bearer ${token}` }
    const response = await host.inject({ method, url: `/v1${url}`, headers, ...(payload && { payload }) })
    return response.json()
  }
  const { companyId, publicKey, privateKey, clientId } = vendor.account
  const credentials = {
    username: `${companyId}+${publicKey}`,
    password: privateKey,
    domain: vendor.url,
    apiVersion: '',
    clientId
  }
  const order = { credentials, syncTypes: ['active-customers'] }
  const [{ id }] = (await call('POST', '/integrations/connectwise/install', order)).installations
  const rests = async (status: string, more: (body: any) => boolean = () => true) => {
    for (;;) {
      const body = await call('GET', `/installations/${id}`)
      if (body.status === status && !body.currentRun && body.lastRun && more(body)) return body
      await sleep(25)
    }
  }
  await rests('running')
  const clients = (await call('GET', '/clients?limit=500')).items
  for (const { sources } of clients) vendor.deleteCompany(Number(sources[0].externalId))
  await call('POST', `/installations/${id}/compare`)
  await rests('awaiting-approval')

  const alex = await signIn()
  t.match((await alex.get('/console/integrations/connectwise')).text, `/console/installations/${id}/losses`)
  const { text } = await alex.get(`/console/installations/${id}/losses`)
  t.equal([...text.matchAll(/<li><a href="\/console\/clients\//g)].length, Math.min(50, clients.length))
  t.match(text, new RegExp(`<strong>${clients.length} clients?</strong>`))
  const revision = /name="revision" value="(\d+)"/.exec(text)![1]!

  const late = await alex.post(`/console/installations/${id}/losses/reject`, { revision: '999' })
  t.equal(late.status, 409, 'nobody decides about what was not shown')
  const kept = await alex.post(`/console/installations/${id}/losses/reject`, { revision })
  t.equal(kept.status, 303)
  await rests('running', ({ hold }) => hold === null)
  t.match((await alex.get(`/console/installations/${id}/losses`)).text, /Nothing waits/)
  t.equal((await call('GET', '/clients?status=active&limit=500')).items.length, clients.length)

  const reader = await signIn(['integrations:read', 'clients:read'], 'acme', 'robin@acme.example')
  t.equal((await reader.post(`/console/installations/${id}/losses/approve`, { revision })).status, 403)
})
