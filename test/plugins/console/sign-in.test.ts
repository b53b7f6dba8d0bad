import t from 'tap'
import { makeLink } from '../../../plugins/console/session/links.ts'
import { buildTestHost } from '../../build-test-host.ts'
import { buildConsoleHost, everything } from './console-host.ts'

const caller = { tenant: 'acme', sub: 'alex@acme.example', permissions: everything }
const tokenOf = (path: string) => new URLSearchParams(path.split('?')[1]).get('link')!

t.test('a link opens the console once, and only when it is pressed', async t => {
  const { host, browser } = await buildConsoleHost(t)
  const link = await makeLink(host.store, caller, '/console/runs', 60_000)
  const alex = browser()
  for (let looks = 0; looks < 3; looks++) {
    const page = await alex.get(link)
    t.equal(page.status, 200)
    t.match(
      page.text,
      /opens the console once, for <strong><bdi>acme<\/bdi><\/strong> as <strong><bdi>alex@acme\.example</
    )
    t.notMatch(page.text, 'data-press', 'nothing presses it but a person')
  }
  const pressed = await alex.post('/console/sign-in', { link: tokenOf(link) })
  t.equal(pressed.status, 303)
  const arrived = await alex.get(pressed.headers.location)
  t.same([arrived.status, arrived.headers.location], [303, '/console/runs'])
  t.equal((await alex.get('/console/runs')).status, 200)

  const late = browser()
  const used = await late.post('/console/sign-in', { link: tokenOf(link) })
  t.equal(used.status, 401)
  t.match(used.text, /This link has been used or is too old/)
  t.match(await late.get(link), { status: 401, text: /This link has been used or is too old/ }, 'said before a press')
  t.equal(late.cookies.size, 0)
})

t.test('the session’s cookie is the host’s own, unseen by scripts, and new for each sign-in', async t => {
  const { host, browser } = await buildConsoleHost(t)
  const visitor = browser()
  visitor.cookies.set('__Host-console', 'x'.repeat(43))
  const tokens = []
  for (let times = 0; times < 2; times++) {
    const link = await makeLink(host.store, caller, '/console', 60_000)
    const answer = await visitor.post('/console/sign-in', { link: tokenOf(link) })
    t.match(answer.headers['set-cookie'], /^__Host-console=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
    tokens.push(visitor.cookies.get('__Host-console'))
  }
  t.not(tokens[0], tokens[1])
  t.not(tokens[0], 'x'.repeat(43), 'a token that somebody put there is not taken over')
})

t.test('a link of another tenant’s asks before it takes somebody away from their own', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const alex = await signIn()
  const mine = alex.cookies.get('__Host-console')
  const stranger = { tenant: 'mallory', sub: '<b>alex</b>', permissions: everything }
  const link = await makeLink(host.store, stranger, '/console/runs', 60_000)
  const asked = await alex.get(link)
  t.equal(asked.status, 200)
  t.match(asked.text, /Leave <bdi>acme<\/bdi> for <bdi>mallory<\/bdi>\?[\s\S]+as <bdi>&lt;b&gt;alex/)
  t.match(asked.text, /href="\/console">Stay</)
  t.notMatch(asked.text, 'data-press', 'no script presses it')
  t.equal(alex.cookies.get('__Host-console'), mine)
  t.equal((await alex.get('/console/runs')).status, 200)
  t.equal((await alex.post('/console/sign-in', { link: tokenOf(link) })).status, 303)
  t.not(alex.cookies.get('__Host-console'), mine)
})

t.test('a link is pressed by the script only for who is signed in so already', async t => {
  const { host, browser, signIn } = await buildConsoleHost(t)
  const another = () => makeLink(host.store, caller, '/console', 60_000)
  t.notMatch((await browser().get(await another())).text, 'data-press', 'nobody is signed in')
  const alex = await signIn()
  t.match((await alex.get(await another())).text, 'data-press')
  const kim = await signIn(everything, 'acme', 'kim@acme.example')
  const asked = (await kim.get(await another())).text
  t.match(asked, /Go on as <bdi>alex@acme\.example<\/bdi>\?[\s\S]+Stay/)
  t.notMatch(asked, /data-press|Leave/, 'of the same tenant, and somebody else')
})

t.test('a browser that keeps no cookie is told so', async t => {
  const { browser } = await buildConsoleHost(t)
  const page = await browser().get('/console/sign-in?arrived=yes&to=%2Fconsole')
  t.equal(page.status, 401)
  t.match(page.text, /Your browser keeps no secure cookies over plain http/)
})

t.test('who is not signed in is led to the sign-in, and from there to where they wanted', async t => {
  const { browser, signIn } = await buildConsoleHost(t)
  const away = await browser().get('/console/clients?search=a%20b')
  t.same([away.status, away.headers.location], [303, '/console/sign-in?to=%2Fconsole%2Fclients%3Fsearch%3Da%2520b'])
  const alex = await signIn()
  const there = await alex.get(away.headers.location)
  t.same([there.status, there.headers.location], [303, '/console/clients?search=a%20b'])
})

t.test('no link and no sign-in leads out of the console', async t => {
  const { host, signIn, browser } = await buildConsoleHost(t)
  const alex = await signIn()
  const outside = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/console/../evil',
    '/consolex',
    '/docs',
    ' /console',
    '/console//evil.example',
    '/console/\\x'
  ]
  for (const to of outside) {
    const { headers } = await alex.get(`/console/sign-in?to=${encodeURIComponent(to)}`)
    const allowed = new URL(headers.location, 'http://localhost')
    t.equal(allowed.origin, 'http://localhost', to)
    t.match(allowed.pathname, /^\/console/, to)
  }
  for (const to of ['https://evil.example', '/docs']) {
    const link = await makeLink(host.store, caller, to, 60_000)
    const visitor = browser()
    const pressed = await visitor.post('/console/sign-in', { link: tokenOf(link) })
    const { headers } = await visitor.get(pressed.headers.location)
    t.equal(headers.location, '/console', to)
  }
})

t.test('signing out ends the session on the server', async t => {
  const { signIn } = await buildConsoleHost(t)
  const alex = await signIn()
  const token = alex.cookies.get('__Host-console')!
  t.equal((await alex.get('/console/integrations')).status, 200)
  const out = await alex.post('/console/sign-out')
  t.same([out.status, out.headers.location], [303, '/console/sign-in?out=yes'])
  t.equal(alex.cookies.has('__Host-console'), false)
  alex.cookies.set('__Host-console', token)
  t.equal((await alex.get('/console/integrations')).status, 303, 'a cookie that was kept opens nothing')
})

t.test('a session that has ended opens nothing, and one that is used lives on', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const { startSession } = await import('../../../plugins/console/session/sessions.ts')
  const token = await startSession(host.store, caller, false, new Date())
  const { tokenId } = await import('../../../plugins/console/session/secret-token.ts')
  const alex = await signIn()
  alex.cookies.set('__Host-console', token)
  t.equal((await alex.get('/console/runs')).status, 200)
  // Ninety minutes of the two hours are over.
  await host.store.sessions.touch(tokenId(token), 30 * 60_000)
  await alex.get('/console/runs')
  t.ok((await host.store.sessions.get(tokenId(token)))!.endsInMs > 119 * 60_000, 'it was prolonged')
  await host.store.sessions.touch(tokenId(token), -1)
  t.equal((await alex.get('/console/runs')).status, 303)
})

t.test('a platform makes links, for its own tenant and no more than its own permissions', async t => {
  const { host, as, call } = await buildTestHost(t, { env: { CONSOLE_ORIGIN: 'https://sync.example.org' } })
  const post = async (payload: object, may: Parameters<typeof as>[1]) => {
    const headers = await as('acme', may)
    const { statusCode, body } = await host.inject({ method: 'POST', url: '/v1/console/links', headers, payload })
    return { status: statusCode, body: JSON.parse(body) }
  }
  const made = await post({ sub: 'alex@acme.example', to: '/console/clients' }, ['integrations:read', 'clients:read'])
  t.equal(made.status, 201)
  t.match(made.body.url, /^https:\/\/sync\.example\.org\/console\/sign-in\?link=[\w-]{43}$/)
  const link = await host.store.links.take(
    (await import('../../../plugins/console/session/secret-token.ts')).tokenId(tokenOf(made.body.url))
  )
  t.match(link, {
    tenant: 'acme',
    sub: 'alex@acme.example',
    permissions: ['integrations:read', 'clients:read'],
    to: '/console/clients'
  })
  const left = Date.parse(made.body.expiresAt) - Date.now()
  t.ok(left > 290_000 && left <= 300_000)

  const more = { permissions: ['integrations:update'] }
  t.match(await post(more, ['integrations:read']), { status: 403, body: { detail: /console:link/ } })
  t.equal((await post({ tenant: 'other' }, ['integrations:read', 'integrations:update'])).status, 403)
  t.equal((await post({ ...more, tenant: 'other' }, ['integrations:read', 'console:link'])).status, 201)
  t.equal((await post({ permissions: ['console:link'] }, ['integrations:read', 'console:link'])).status, 400)
  t.match(await post({ to: 'https://evil.example' }, ['integrations:read']), {
    status: 400,
    body: { problems: [{ pointer: '/to' }] }
  })
  t.equal((await call('acme', 'POST', '/v1/console/links', {})).status, 201)
  t.equal((await host.inject({ method: 'POST', url: '/v1/console/links', payload: {} })).statusCode, 401)
})

t.test('the doors stay apart: REST takes no cookie, pages take no token', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const alex = await signIn()
  t.equal((await alex.get('/v1/clients')).status, 401)
  const { signToken } = await import('../../../plugins/http/token.ts')
  const token = await signToken(host.config, { ...caller, expires: '1h' })
  const page = await host.inject({ url: '/console/clients', headers: { authorization: `Bearer ${token}` } })
  t.equal(page.statusCode, 303)
})

t.test('each page takes its permission, and says so without one', async t => {
  const { signIn } = await buildConsoleHost(t)
  const reader = await signIn(['integrations:read'])
  t.match(await reader.get('/console/integrations'), {
    status: 200,
    text: /You can look at everything here and change nothing/
  })
  t.match(await reader.get('/console/clients'), { status: 403, text: /You may not do this/ })
  t.notMatch((await reader.get('/console/runs')).text, /Manage Clients/, 'what nobody may open is not offered')
  t.match(await reader.post('/console/integrations/x/install', { syncType: 'y' }), { status: 403 })
  const clerk = await signIn(['clients:read'])
  t.equal((await clerk.get('/console/clients')).status, 200)
  t.equal((await clerk.get('/console/integrations')).status, 403)
})

t.test('CONSOLE=off leaves it out', async t => {
  const { host } = await buildTestHost(t, { env: { CONSOLE: 'off' } })
  t.equal((await host.inject('/console/sign-in')).statusCode, 404)
  t.equal(host.inviteToConsole, undefined)
})

t.test('a host that listens to more than this machine has no console without an origin', async t => {
  const { host, log } = await buildTestHost(t, { env: { HOST: '0.0.0.0' } })
  t.equal((await host.inject('/console/sign-in')).statusCode, 404)
  t.match(log(), /the console is left out/)
  await t.rejects(buildTestHost(t, { env: { HOST: '0.0.0.0', CONSOLE: 'on' } }), {
    code: 'HOST_ERR_CONFIG',
    message: /CONSOLE_ORIGIN/
  })
})
