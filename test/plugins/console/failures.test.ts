import t, { type Test } from 'tap'
import { connectorPlugin } from '../../../plugins/connector/plugin.ts'
import { errors } from '../../../plugins/errors.ts'
import { signToken } from '../../../plugins/http/auth.ts'
import { installationOf } from '../../conformance/storage/fixtures.ts'
import { openTallybook, tallybook, token } from '../integrations/installations/tallybook.ts'
import { type Answer, buildConsoleHost } from './console-host.ts'

/** What every page of a failure has: a frame that leads on, a sentence, and a way. */
function isPage(t: Test, { status, text, headers }: Answer, expected: number, title: string, sentence: RegExp): void {
  t.equal(status, expected, title)
  t.match(headers['content-type'], /^text\/html/)
  t.match(text, new RegExp(`<h1>${title}</h1>`))
  t.match(text, sentence)
  t.match(text, /<a [^>]*class="button main-action"/, `${title}: there is a way on`)
}

t.test('what is not there, and what one may not do, is said in words with a way on', async t => {
  const { signIn } = await buildConsoleHost(t)
  const alex = await signIn()
  for (const path of ['/nothing', '/runs/run_none', '/integrations/none', '/clients/cli_none', '/connections/con_none'])
    isPage(
      t,
      await alex.get(`/console${path}`),
      404,
      'There is nothing here',
      /It was erased, or the address is not right/
    )
  const reader = await signIn(['integrations:read'], 'acme', 'robin@acme.example')
  const refused = await reader.get('/console/clients')
  isPage(t, refused, 403, 'You may not do this', /Ask someone with Update access/)
  t.match(refused.text, 'robin@acme.example', 'inside the frame')
})

t.test('a form of an old session changes nothing and is loaded again where it stood', async t => {
  const { signIn } = await buildConsoleHost(t)
  const alex = await signIn()
  const referer = 'http://localhost:80/console/runs?only=changes'
  const old = await alex.post('/console/theme', { _csrf: 'A'.repeat(64), shade: 'dark' }, { referer })
  isPage(t, old, 403, 'This page was open for too long', /Nothing was changed\. Load it again and repeat\./)
  t.match(old.text, 'href="/console/runs?only=changes">Load again')
  t.equal(old.headers['set-cookie'], undefined)
})

t.test('who is too late is shown the newest', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const installation = installationOf()
  await host.store.installations.tryInsert(installation)
  const { rev } = (await host.store.installations.get('acme', installation.id))!
  await host.store.installations.tryUpdate('acme', installation.id, rev, { wanted: 'uninstalled' })
  const alex = await signIn()
  const referer = 'http://localhost:80/console/integrations/example'
  const late = await alex.post(`/console/installations/${installation.id}/stop`, {}, { referer })
  isPage(
    t,
    late,
    409,
    'Someone else was faster',
    /This was changed at the same moment\. What you see now is the newest\./
  )
  t.match(late.text, 'href="/console/integrations/example">Show the newest')
})

t.test('a vendor that does not answer is named, and nothing was changed', async t => {
  const book = await openTallybook(t)
  const env = { OUTBOUND_ALLOW: book.origin }
  const { host, signIn } = await buildConsoleHost(t, { connectors: [connectorPlugin(tallybook)], env })
  const permissions = ['integrations:read', 'integrations:update', 'clients:read']
  const bearer = await signToken(host.config, { sub: 'me', tenant: 'acme', permissions, expires: '1h' })
  const installed = await host.inject({
    method: 'POST',
    url: '/v1/integrations/tallybook/install',
    headers: { authorization: `Bearer ${bearer}` },
    payload: { credentials: { origin: book.origin, token }, syncTypes: ['people'] }
  })
  t.equal(installed.statusCode, 201)
  book.mood = 'failing'
  const alex = await signIn()
  const answer = await alex.get('/console/why?name=Ada')
  isPage(
    t,
    answer,
    502,
    'The other product does not answer as it should',
    /answered with status 500\. Nothing was changed\./
  )
  t.match(answer.text, 'href="/console/why?name=Ada">Try again')
})

t.test('a host that is busy says for how long, and its page asks again by itself then', async t => {
  const { host, signIn } = await buildConsoleHost(t, { env: { CALLS_READ: '60' } })
  const alex = await signIn()
  let answer = await alex.get('/console/runs')
  for (let asked = 0; answer.status === 200 && asked < 100; asked++) answer = await alex.get('/console/runs')
  isPage(t, answer, 429, 'The host is busy', /Try again in a moment\./)
  const seconds = Number(answer.headers['retry-after'])
  t.ok(seconds > 0)
  t.match(answer.text, `href="/console/runs" data-retry="${seconds}"`)

  const robin = await signIn(undefined, 'other', 'robin@other.example')
  const { sessions } = host.store
  const get = sessions.get.bind(sessions)
  Object.assign(sessions, { get: () => Promise.reject(new errors.HOST_ERR_STORE_UNAVAILABLE()) })
  const away = await robin.get('/console/integrations')
  Object.assign(sessions, { get })
  isPage(t, away, 503, 'The host is busy', /data-retry="\d+"/)
})

t.test('a mistake of ours is told by its code and the request alone', async t => {
  const { host, log, signIn } = await buildConsoleHost(t)
  const alex = await signIn()
  const { installations } = host.store
  const list = installations.list.bind(installations)
  let asked = 0
  // The page's own, not the frame's around the failure.
  Object.assign(installations, {
    list: (...values: Parameters<typeof list>) =>
      ++asked === 1 ? Promise.reject(new TypeError('words of the inside')) : list(...values)
  })
  const broken = await alex.get('/console/integrations')
  Object.assign(installations, { list })
  isPage(t, broken, 500, 'That did not work', /The host made a mistake and has written it down\./)
  const [, id] = /HOST_ERR_INTERNAL, request ([\w-]+)</.exec(broken.text) ?? []
  t.equal(broken.headers['x-request-id'], id)
  t.notMatch(broken.text, /words of the inside|TypeError|at file/)
  t.match(log(), 'words of the inside', 'it is written down')
})

t.test('who is not signed in is led to the sign-in and from there to where they wanted', async t => {
  const { browser } = await buildConsoleHost(t)
  const visitor = browser()
  const asked = await visitor.get('/console/runs?only=changes')
  t.equal(asked.status, 303)
  t.equal(asked.headers.location, '/console/sign-in?to=%2Fconsole%2Fruns%3Fonly%3Dchanges')
})

t.test('a tenant that has nothing is told on every page what will be there, and how it comes', async t => {
  const { signIn } = await buildConsoleHost(t)
  const alex = await signIn(['integrations:read', 'integrations:update', 'clients:read', 'audit:read'])
  const pages: Readonly<Record<string, RegExp>> = {
    '/integrations': /No integrations here[\s\S]*<code>CONNECTORS<\/code>/,
    '/attention': /Nothing needs you/,
    '/webhooks': /Nobody is told yet/,
    '/clients': /No clients yet[\s\S]*by themselves[\s\S]*Install an integration/,
    '/clients?search=zzz': /Nobody found[\s\S]*begins with “<bdi>zzz<\/bdi>”[\s\S]*Why is it not here\?/,
    '/vendors': /No agreements in force/,
    '/runs': /Runs begin with the first installation\./,
    '/why': /Nobody can be asked yet[\s\S]*Install an integration first\./
  }
  for (const [path, words] of Object.entries(pages)) {
    const { status, text } = await alex.get(`/console${path}`)
    t.equal(status, 200, path)
    t.match(text, words, path)
  }
  const trail = await alex.get('/console/activity?action=installation.erase')
  t.match(trail.text, /Nothing of this kind/)
})
