import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import connectwise from '../../../connectors/connectwise/index.ts'
import { demoAccount, startConnectWise } from '../../doubles/connectwise/index.ts'
import { type Answer, type Browser, buildConsoleHost } from './console-host.ts'

async function openDesk(t: Test, env: Record<string, string> = {}) {
  const vendor = await startConnectWise({ account: demoAccount(1, 60) })
  t.teardown(() => vendor.close())
  const desk = await buildConsoleHost(t, {
    connectors: [connectwise],
    env: { OUTBOUND_ALLOW: vendor.url, CALLS_READ: '0', ...env }
  })
  const { companyId, publicKey, privateKey, clientId } = vendor.account
  const fields = {
    username: `${companyId}+${publicKey}`,
    password: privateKey,
    domain: vendor.url,
    apiVersion: '',
    clientId
  }
  return { ...desk, vendor, fields }
}

/** Asks for a page until it says so; after two minutes it is what it is. */
async function until(browser: Browser, url: string, words: RegExp): Promise<Answer> {
  for (const end = performance.now() + 120_000; ; ) {
    const answer = await browser.get(url)
    if (words.test(answer.text) || performance.now() > end) return answer
    await sleep(25)
  }
}

async function begin(browser: Browser, syncType = 'active-customers', connection = ''): Promise<string> {
  const { headers } = await browser.post('/console/integrations/connectwise/install', { syncType, connection })
  return headers.location
}

t.test('an install goes through its states, and what was found out holds only for what was typed', async t => {
  const { signIn, fields, host } = await openDesk(t)
  const alex = await signIn()
  const draft = await begin(alex)
  t.match(draft, /^\/console\/install\/dft_/)

  for (const path of ['/preview', '/checks'])
    t.equal((await alex.get(draft + path)).headers.location, draft, `${path} before anything was typed`)
  const early = await alex.post(`${draft}/install`)
  t.equal(early.headers.location, draft, 'nothing is installed that was not checked')

  t.equal((await alex.post(draft, fields)).headers.location, `${draft}/checks`)
  await until(alex, `${draft}/checks`, /The connection works/)
  t.equal((await alex.post(`${draft}/preview`)).headers.location, `${draft}/preview`)
  await until(alex, `${draft}/preview`, /would come/)

  await alex.post(draft, { ...fields, password: 'WrongWrongWrong1' })
  await until(alex, `${draft}/checks`, /to put right/)
  t.equal((await alex.get(`${draft}/preview`)).headers.location, `${draft}/checks`, 'another password has to pass anew')
  t.equal((await alex.post(`${draft}/install`)).headers.location, `${draft}/checks`)
  t.equal((await host.store.installations.list('acme', {}, { limit: 1, cursor: null })).items.length, 0)

  await alex.post(draft, { ...fields })
  await until(alex, `${draft}/checks`, /The connection works/)
  const installed = await alex.post(`${draft}/install`)
  t.match(installed.headers.location, /^\/console\/installations\/ins_\w+\/arrival$/)
  t.match(await alex.get(draft), { status: 404, text: /This install is not open any more/ })
  await until(alex, installed.headers.location, /Everything is here/)

  const again = await begin(alex)
  t.match((await alex.get(again)).text, /Connect ConnectWise PSA/, 'another account starts with an empty form')
  await alex.post(again, fields)
  await until(alex, `${again}/checks`, /The connection works/)
  t.match(await alex.post(`${again}/install`), { status: 409, text: /Sync Active Customers is already installed/ })

  const [{ connectionId = '' } = {}] = (await host.store.installations.list('acme', {}, { limit: 1, cursor: null }))
    .items
  const second = await begin(alex, 'active-agreements', connectionId)
  t.match(second, /\/preview$/, 'over the saved account nothing is typed')
  await until(alex, second, /would come/)
  t.match((await alex.post(second.replace('/preview', '/install'))).headers.location, /arrival$/)
  t.equal((await begin(alex, 'active-agreements', 'con_nobody')) === undefined, true)
})

t.test('what is typed is sealed, never given back, and found by its owner alone', async t => {
  const { signIn, fields, host, log } = await openDesk(t)
  const alex = await signIn()
  const draft = await begin(alex)
  await alex.post(draft, { ...fields, domain: '' })
  const page = await alex.get(draft)
  t.match(page.text, /Domain is missing\./)
  t.match(page.text, /Kept, ends in <code>y001<\/code>/)
  for (const secret of [fields.username, fields.password, fields.clientId]) t.notMatch(page.text, secret)
  const id = draft.split('/').at(-1)!
  const stored = JSON.stringify(await host.store.drafts.get('acme', 'alex@acme.example', id))
  for (const secret of [fields.username, fields.password, fields.clientId]) t.notMatch(stored, secret)
  t.notMatch(log(), fields.password)

  for (const [sub, tenant] of [
    ['sam@acme.example', 'acme'],
    ['alex@acme.example', 'globex']
  ] as const) {
    const other = await signIn(undefined, tenant, sub)
    t.equal((await other.get(draft)).status, 404)
    t.equal((await other.post(draft, { ...fields })).status, 404)
    t.not(await begin(other), draft)
  }
  t.equal(await begin(await signIn()), draft, 'a new session of the same person finds it again')
  await alex.post(`${draft}/cancel`)
  t.equal((await alex.get(draft)).status, 404)
})

t.test('checks that were cut off with their host are offered again', async t => {
  const { signIn, fields, host } = await openDesk(t)
  const alex = await signIn()
  const draft = await begin(alex)
  await alex.post(draft, fields)
  await until(alex, `${draft}/checks`, /The connection works/)
  const id = draft.split('/').at(-1)!
  const kept = (await host.store.drafts.get('acme', 'alex@acme.example', id))!
  const progress = { ...kept.progress, state: 'checking', checks: [] }
  await host.store.drafts.tryUpdate('acme', kept.sub, id, kept.rev, { progress }, 60_000)
  t.match((await alex.get(`${draft}/checks`)).text, /Checking the connection/)
  const { get } = host.store.drafts
  host.store.drafts.get = async (...whose) => {
    const found = await get.apply(host.store.drafts, whose)
    return found && { ...found, ageMs: 60_000 }
  }
  t.match((await alex.get(`${draft}/checks`)).text, /It was cut off\. What you typed is still there\./)
  await alex.post(`${draft}/again`)
  host.store.drafts.get = get
  t.match((await until(alex, `${draft}/checks`, /The connection works/)).text, /The connection works/)
})

t.test('new credentials are tried before they take the place of the old', async t => {
  const { signIn, fields, host, vendor } = await openDesk(t)
  const alex = await signIn()
  const draft = await begin(alex)
  await alex.post(draft, fields)
  await until(alex, `${draft}/checks`, /The connection works/)
  await alex.post(`${draft}/install`)
  const [connection] = (await host.store.connections.list('acme', { limit: 1, cursor: null })).items
  const { headers } = await alex.post(`/console/connections/${connection!.id}/credentials`)
  const change = headers.location
  const form = await alex.get(change)
  t.match(form.text, /Change credentials/)
  t.match(form.text, /Kept\. Type to replace it\./)
  t.equal((await alex.post(change, { domain: vendor.url, apiVersion: '' })).headers.location, change)
  t.match((await alex.get(change)).text, /Nothing was changed: type what is new\./)

  const sealed = () => host.store.connections.get('acme', connection!.id).then(found => JSON.stringify(found!.sealed))
  const before = await sealed()
  await alex.post(change, { password: 'WrongWrongWrong1', domain: vendor.url })
  t.match((await until(alex, `${change}/checks`, /to put right/)).text, /refuses the keys/)
  t.equal(await sealed(), before, 'the old ones stay')

  await alex.post(change, { domain: 'http://127.0.0.1:1' })
  await until(alex, change, /has to be typed again/)
  t.match((await alex.get(change)).text, /Secrets are never sent to another address than the one they were typed for\./)

  await alex.post(change, { password: fields.password, domain: vendor.url })
  t.match(
    (await until(alex, `${change}/checks`, /The connection works/)).text,
    /The new credentials have taken the place of the old\./
  )
  t.not(await sealed(), before)
})

t.test('what people do in the console stands in the audit trail as it does over REST', async t => {
  const { signIn, fields, host } = await openDesk(t)
  const alex = await signIn()
  const draft = await begin(alex)
  await alex.post(draft, fields)
  await until(alex, `${draft}/checks`, /The connection works/)
  const { headers } = await alex.post(`${draft}/install`)
  const id = headers.location.split('/')[3]
  await until(alex, headers.location, /Everything is here/)
  await alex.post(`/console/installations/${id}/stop`)
  await alex.post(`/console/installations/${id}/schedule`, { every: '10m', compareEvery: '24h' })
  await alex.post('/console/theme', { shade: 'dark' })
  const reader = await signIn(['integrations:read'], 'acme', 'sam@acme.example')
  await reader.post(`/console/installations/${id}/start`)
  await alex.post('/console/sign-out')
  const { items } = await host.store.activity.list('acme', {}, { limit: 50, cursor: null })
  const told = items
    .toReversed()
    .map(({ actor, action, outcome, target }) => [actor?.split('@')[0], action, outcome, target?.id ?? null])
  t.same(told, [
    ['alex', 'session.begin', 'done', null],
    ['alex', 'integration.validate', 'done', null],
    ['alex', 'integration.install', 'done', null],
    ['alex', 'installation.stop', 'done', id],
    ['alex', 'installation.change', 'done', id],
    ['sam', 'session.begin', 'done', null],
    ['sam', 'installation.start', 'refused', id],
    ['alex', 'session.end', 'done', null]
  ])
  t.match(items.find(({ action }) => action === 'integration.install')!.details, { syncTypes: 'active-customers' })
  t.notMatch(JSON.stringify(items), fields.password)

  const auditor = await signIn(['integrations:read', 'audit:read'])
  const { text } = await auditor.get('/console/activity?action=integration.install')
  const [{ account }] = (await host.store.connections.list('acme', { limit: 1, cursor: null })).items as [any]
  t.match(
    text,
    `<strong>Sync Active Customers, <bdi>${account.name}</bdi></strong>`,
    'an install says of which account'
  )
})

t.test('a page’s failures say what happened, and never less than REST would', async t => {
  const { signIn } = await openDesk(t)
  const alex = await signIn()
  const pages: [string, number, RegExp][] = [
    ['/console/integrations/nothing', 404, /There is nothing here/],
    ['/console/clients/cli_nobody', 404, /There is nothing here/],
    ['/console/runs/run_nothing', 404, /There is nothing here/],
    ['/console/connections/con_nothing', 404, /There is nothing here/],
    ['/console/installations/ins_nothing/arrival', 404, /There is nothing here/],
    ['/console/clients?cursor=xyz', 400, /This list has moved on/],
    ['/console/%E0%A4%A', 400, /./]
  ]
  for (const [path, status, words] of pages) t.match(await alex.get(path), { status, text: words }, path)
  const lost = await alex.post('/console/installations/ins_nothing/stop')
  t.match(lost, { status: 404, text: /There is nothing here/ })
})
