import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { makeLink } from '../../../plugins/console/session/links.ts'
import { buildConsoleHost, everything } from './console-host.ts'

const caller = { tenant: 'acme', sub: 'alex@acme.example', permissions: everything }

interface Raw {
  readonly status: number
  readonly headers: Record<string, any>
  readonly body: string
}

/** A request whose every header is the test's: no browser would send some of these. */
function raw(port: number, method: string, path: string, headers: Record<string, string>, body = ''): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function open(t: Parameters<typeof buildConsoleHost>[0], env: Record<string, string> = {}) {
  const { host, signIn } = await buildConsoleHost(t, { env })
  await host.listen({ host: '127.0.0.1', port: 0 })
  const { port } = host.server.address() as AddressInfo
  return { host, signIn, port }
}

t.test('of what could be made to come from another site, nothing changes anything', async t => {
  const { host, port, signIn } = await open(t)
  const own = `127.0.0.1:${port}`
  const alex = await signIn()
  const sam = await signIn(everything, 'acme', 'sam@acme.example')
  const cookie = `__Host-console=${alex.cookies.get('__Host-console')}`
  const tokenOf = (page: string) => /name="_csrf" value="([^"]+)"/.exec(page)![1]!
  const token = tokenOf((await alex.get('/console/integrations')).text)
  const foreignToken = tokenOf((await sam.get('/console/integrations')).text)
  const form = (csrf: string | null) =>
    new URLSearchParams({ shade: 'dark', ...(csrf !== null && { _csrf: csrf }) }).toString()
  const type = 'application/x-www-form-urlencoded'
  const good = { host: own, cookie, 'content-type': type, 'sec-fetch-site': 'same-origin' }
  const { 'sec-fetch-site': _, ...bare } = good
  const changes = (answer: Raw) => answer.status === 303 && answer.headers['set-cookie'] !== undefined

  const cases: [string, Record<string, string>, string, boolean][] = [
    ['our own page', good, form(token), true],
    ['our own page again', good, form(token), true],
    ['an old browser that names our origin', { ...bare, origin: `http://${own}` }, form(token), true],
    ['another site', { ...good, 'sec-fetch-site': 'cross-site' }, form(token), false],
    ['another host of our site', { ...good, 'sec-fetch-site': 'same-site' }, form(token), false],
    ['an address bar', { ...good, 'sec-fetch-site': 'none' }, form(token), false],
    [
      'a browser that says one and names another',
      { ...good, 'sec-fetch-site': 'cross-site', origin: `http://${own}` },
      form(token),
      false
    ],
    ['another origin', { ...bare, origin: 'https://evil.example' }, form(token), false],
    ['our name at another port', { ...bare, origin: 'http://127.0.0.1:1' }, form(token), false],
    ['no origin to be named', { ...bare, origin: 'null' }, form(token), false],
    ['neither header', bare, form(token), false],
    ['no form token', good, form(null), false],
    ['a form token that was made up', good, form('A'.repeat(64)), false],
    ['the form token of another session', good, form(foreignToken), false],
    ['text that passes for a form', { ...good, 'content-type': 'text/plain' }, form(token), false],
    ['JSON', { ...good, 'content-type': 'application/json' }, JSON.stringify({ _csrf: token, shade: 'dark' }), false],
    ['another name that leads here', { ...good, host: 'evil.example' }, form(token), false],
    ['a name that begins like ours', { ...good, host: `127.0.0.1.evil.example` }, form(token), false]
  ]
  for (const [name, headers, body, works] of cases)
    t.equal(changes(await raw(port, 'POST', '/console/theme', headers, body)), works, name)

  const link = await makeLink(host.store, caller, '/console', 60_000)
  const press = new URLSearchParams({ link: new URLSearchParams(link.split('?')[1]).get('link')! }).toString()
  const cross = { host: own, 'content-type': type, 'sec-fetch-site': 'cross-site' }
  t.equal((await raw(port, 'POST', '/console/sign-in', cross, press)).status, 403, 'nor does it sign anyone in')
  t.equal(
    changes(await raw(port, 'POST', '/console/sign-in', { ...cross, 'sec-fetch-site': 'same-origin' }, press)),
    true
  )
})

t.test('a form token differs in each answer', async t => {
  const { signIn } = await buildConsoleHost(t)
  const alex = await signIn()
  const tokens = new Set<string>()
  for (let pages = 0; pages < 4; pages++)
    tokens.add(/name="_csrf" value="([^"]+)"/.exec((await alex.get('/console/integrations')).text)![1]!)
  t.equal(tokens.size, 4)
})

t.test('the console is at its own name alone', async t => {
  const { port } = await open(t)
  for (const name of ['127.0.0.1', 'localhost', '[::1]', 'localhost:9'])
    t.equal((await raw(port, 'GET', '/console/sign-in', { host: name })).status, 200, name)
  const names = [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '10.0.0.1',
    '0.0.0.0',
    'localhost@evil.example',
    '127.1@x'
  ]
  for (const name of names) {
    const answer = await raw(port, 'GET', '/console/sign-in', { host: name })
    t.not(answer.status, 200, name)
    t.notMatch(answer.body, name)
  }

  const named = await open(t, { CONSOLE_ORIGIN: 'https://sync.example.org' })
  for (const [name, status] of [
    ['sync.example.org', 200],
    ['SYNC.example.org', 200],
    ['sync.example.org:443', 200],
    ['sync.example.org:8443', 404],
    ['127.0.0.1', 404],
    ['example.org', 404]
  ] as const) {
    t.equal((await raw(named.port, 'GET', '/console/sign-in', { host: name })).status, status, name)
    const asset = await raw(named.port, 'GET', '/console/assets/x/console.css', { host: name })
    t.equal(asset.status, status, `${name}: files too`)
  }
})

t.test('behind a proxy the origin counts that the browser sees', async t => {
  const { port, host } = await open(t, { CONSOLE_ORIGIN: 'https://sync.example.org' })
  const link = await makeLink(host.store, caller, '/console', 60_000)
  const press = new URLSearchParams({ link: new URLSearchParams(link.split('?')[1]).get('link')! }).toString()
  const headers = { host: 'sync.example.org', 'content-type': 'application/x-www-form-urlencoded' }
  const post = (origin: string) => raw(port, 'POST', '/console/sign-in', { ...headers, origin }, press)
  t.equal((await post('http://sync.example.org')).status, 403)
  t.equal((await post('https://sync.example.org')).status, 303)
})

t.test('every page says what a browser may do with it', async t => {
  const { signIn } = await buildConsoleHost(t)
  const alex = await signIn()
  for (const path of [
    '/console/integrations',
    '/console/sign-in?link=x',
    '/console/nothing',
    '/console/assets/x/console.js'
  ]) {
    const { headers } = await alex.get(path)
    const policy = headers['content-security-policy']
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
      "form-action 'self'",
      "require-trusted-types-for 'script'",
      'trusted-types console'
    ])
      t.match(policy, rule, `${path}: ${rule}`)
    t.notMatch(policy, /unsafe|https:|\*/)
    t.equal(headers['x-frame-options'], 'DENY')
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.equal(headers['referrer-policy'], 'same-origin')
  }
  t.equal((await alex.get('/console/integrations')).headers['cache-control'], 'no-store')
})

t.test('only listed origins may frame it, in a session of its own that a link begins', async t => {
  const { host, browser, signIn } = await buildConsoleHost(t, { env: { CONSOLE_EMBED: 'https://platform.example' } })
  const frame = { 'sec-fetch-dest': 'iframe' }
  const link = await makeLink(host.store, caller, '/console', 60_000)
  const framed = browser()
  const page = await framed.get(link, { ...frame, 'sec-fetch-site': 'cross-site' })
  t.match(page.headers['content-security-policy'], 'frame-ancestors https://platform.example')
  t.equal(page.headers['x-frame-options'], undefined)
  t.match(page.text, 'data-press', 'the platform’s page has asked for it')
  const pressed = await framed.post(
    '/console/sign-in',
    { link: new URLSearchParams(link.split('?')[1]).get('link')! },
    frame
  )
  t.match(
    pressed.headers['set-cookie'],
    /^__Host-console-embed=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=None; Partitioned$/
  )
  const inside = await framed.get('/console/integrations', frame)
  t.equal(inside.status, 200)
  t.notMatch(inside.text, 'Sign out', 'what the platform has around it is left out')

  const alone = await signIn()
  t.match((await alone.get('/console/integrations')).headers['content-security-policy'], "frame-ancestors 'none'")
  const unlisted = await buildConsoleHost(t)
  const visitor = unlisted.browser()
  t.match((await visitor.get('/console/sign-in', frame)).headers['content-security-policy'], "frame-ancestors 'none'")
})

t.test('too large a form is refused', async t => {
  const { signIn } = await buildConsoleHost(t)
  const alex = await signIn()
  t.equal((await alex.post('/console/theme', { shade: 'x'.repeat(40_000) })).status, 413)
})

t.test('the colours a person chooses are kept, and nothing else is', async t => {
  const { signIn } = await buildConsoleHost(t)
  const alex = await signIn()
  t.match((await alex.get('/console/integrations')).text, /<html lang="en">/)
  const chosen = await alex.post(
    '/console/theme',
    { shade: 'dark' },
    { referer: 'http://localhost:80/console/runs?only=changes' }
  )
  t.same([chosen.status, chosen.headers.location], [303, '/console/runs?only=changes'])
  t.match((await alex.get('/console/integrations')).text, /<html lang="en" data-theme="dark">/)
  await alex.post('/console/theme', { shade: 'dark"><script>' })
  t.match((await alex.get('/console/integrations')).text, /<html lang="en">/)
  const foreign = await alex.post(
    '/console/theme',
    { shade: 'light' },
    { referer: 'https://evil.example/console/runs' }
  )
  t.equal(foreign.headers.location, '/console')
})
