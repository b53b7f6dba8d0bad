import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import connectwise from '../../../connectors/connectwise/index.ts'
import { signToken } from '../../../plugins/http/auth.ts'
import { type ConnectWiseServer, demoAccount, startConnectWise } from '../../doubles/connectwise/index.ts'
import { buildConsoleHost, everything } from './console-host.ts'

/** A host with what waits for an answer: what `lose` has done to the vendor's records of the clients that had come. */
async function openHeld(t: Test, lose: (vendor: ConnectWiseServer, companies: readonly number[]) => void) {
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
  lose(
    vendor,
    clients.map(({ sources }: any) => Number(sources[0].externalId))
  )
  await call('POST', `/installations/${id}/compare`)
  await rests('awaiting-approval')
  return { host, signIn, id, rests, call, clients, page: `/console/installations/${id}/losses` }
}

t.test('what would go is shown client by client, and goes or stays by a button', async t => {
  const { host, signIn, id, rests, call, clients } = await openHeld(t, (vendor, companies) => {
    for (const company of companies) vendor.deleteCompany(company)
  })
  const alex = await signIn()
  t.match((await alex.get('/console/integrations/connectwise')).text, `/console/installations/${id}/losses`)
  const { lastRunId } = (await host.store.installations.get('acme', id))!
  const receipt = async (who = alex) => (await who.get(`/console/runs/${lastRunId}`)).text
  t.match(await receipt(), `href="/console/installations/${id}/losses">See what would go`)
  const blind = await signIn(['integrations:read'], 'acme', 'kim@acme.example')
  t.match(await receipt(blind), 'Something waits for a decision')
  t.notMatch(await receipt(blind), '/losses', 'what would go are clients')
  const { text } = await alex.get(`/console/installations/${id}/losses`)
  t.equal(
    [...text.matchAll(/<li [^>]*><div[^>]*><span><a href="\/console\/clients\//g)].length,
    Math.min(50, clients.length)
  )
  t.match(text, new RegExp(`This would take away ${clients.length} of \\d+ clients`))
  t.match(text, new RegExp(`Approve ${clients.length} removals`))
  const revision = /name="revision" value="(\d+)"/.exec(text)![1]!
  const answer = { revision, kinds: 'clients' }

  const late = await alex.post(`/console/installations/${id}/losses/reject`, { ...answer, revision: '999' })
  t.equal(late.status, 409, 'nobody decides about what was not shown')
  t.match(late.text, /Your answer was not taken[\s\S]+has changed since you looked[\s\S]+Approve \d+ removals/)
  const empty = await alex.post(`/console/installations/${id}/losses/approve`, { revision })
  t.match(empty, { status: 422, text: /Tick what this is about\./ }, 'no tick is not all')
  const kept = await alex.post(`/console/installations/${id}/losses/reject`, answer)
  t.equal(kept.status, 303)
  await rests('running', ({ hold }) => hold === null)
  t.match((await alex.get(`/console/installations/${id}/losses`)).text, /Nothing waits/)
  t.match(await receipt(), 'Something waited for a decision')
  t.notMatch(await receipt(), 'See what would go', 'and waits no more')
  t.equal((await call('GET', '/clients?status=active&limit=500')).items.length, clients.length)
  const { items } = await host.store.activity.list(
    'acme',
    { action: 'installation.reject' },
    { limit: 2, cursor: null }
  )
  t.match(items, [
    { outcome: 'done', details: { revision: Number(revision), kinds: 'all' } },
    { outcome: 'refused', details: { revision: 999 } }
  ])

  const reader = await signIn(['integrations:read', 'clients:read'], 'acme', 'robin@acme.example')
  t.equal((await reader.post(`/console/installations/${id}/losses/approve`, answer)).status, 403)
})

t.test('an answer about some kinds leaves the others waiting', async t => {
  const { host, signIn, id, rests, page } = await openHeld(t, (vendor, companies) => {
    const [going, staying] = [companies.slice(0, 10), companies.slice(10)]
    for (const company of going) vendor.deleteCompany(company)
    for (const company of staying)
      for (const contact of [...vendor.data.contacts.children(company)]) vendor.removeContact(contact)
  })
  const alex = await signIn()
  const { text } = await alex.get(page)
  t.match(text, /This would take away something of \d+ clients/)
  const kinds = [...text.matchAll(/name="kinds" value="(\w+)" checked/g)].map(([, kind]) => kind!)
  t.strictSame(kinds, ['clients', 'emails', 'phones'])
  const revision = /name="revision" value="(\d+)"/.exec(text)![1]!
  const only = (await alex.get(`${page}?kind=emails`)).text
  t.match(only, /E-mail addresses: <del>/)
  t.notMatch(only, /would be gone|Phone numbers: <del>/)

  t.equal((await alex.post(`${page}/approve`, { revision, kinds: 'phones' })).status, 303)
  await rests('awaiting-approval', ({ hold }) => hold.kinds.phones === undefined && hold.decision === null)
  const left = await alex.get(page)
  t.match(left.text, /name="kinds" value="clients"/)
  t.notMatch(left.text, /name="kinds" value="phones"/)
  const [entry] = (await host.store.activity.list('acme', {}, { limit: 1, cursor: null })).items
  t.match(entry, { action: 'installation.approve', target: { id }, details: { kinds: 'phones' } })

  const reader = await signIn(['integrations:read', 'clients:read'], 'acme', 'robin@acme.example')
  const shown = (await reader.get(page)).text
  t.match(shown, /something of/)
  t.notMatch(shown, /method="post" action="[^"]*losses/, 'who may not answer is not asked')
  const blind = await signIn(['integrations:read', 'integrations:update'], 'acme', 'sam@acme.example')
  t.equal((await blind.get(page)).status, 403, 'what would go are clients')
  t.equal((await blind.post(`${page}/approve`, { revision, kinds: 'clients' })).status, 403)
})
