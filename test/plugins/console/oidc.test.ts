import t from 'tap'
import { buildTestHost } from '../../build-test-host.ts'
import { type Account, client, listening, openIssuer } from './issuer.ts'

/** Follows redirects and keeps cookies by origin, as a browser does. */
function openBrowser() {
  const jars = new Map<string, Map<string, string>>()
  const ask = async (url: string, form?: URLSearchParams): Promise<{ url: string; status: number; text: string }> => {
    const { origin } = new URL(url)
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(form && { method: 'POST', body: form })
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    const location = answer.headers.get('location')
    const text = await answer.text()
    return location ? ask(new URL(location, url).href) : { url, status: answer.status, text }
  }
  return {
    jars,
    ask,
    /** Through the issuer's own pages: who signs in, and that they agree. */
    async signIn(from: string, login = 'alex') {
      let page = await ask(from)
      for (let steps = 0; /\/interaction\//.test(page.url) && steps < 4; steps++) {
        const [, action = page.url] = /<form[^>]* action="([^"]+)"/.exec(page.text) ?? []
        const [, prompt = 'login'] = /name="prompt" value="([^"]+)"/.exec(page.text) ?? []
        page = await ask(new URL(action, page.url).href, new URLSearchParams({ prompt, login, password: 'x' }))
      }
      return page
    }
  }
}

/** With a browser of headers alone. */
async function openBoth(...given: Parameters<typeof openIssuer>) {
  return { ...(await openIssuer(...given)), browser: openBrowser() }
}

const account = { tenant: 'acme', permissions: ['integrations:read', 'clients:read', 'something:else'] }

t.test('a person signs in by the company’s account and arrives where they wanted', async t => {
  const { origin, browser, log } = await openBoth(t, account)
  const first = await browser.ask(`${origin}/console/clients`)
  t.match(first.text, 'Sign in with your company account')
  const [, link = ''] = /href="(\/console\/oidc[^"]*)"/.exec(first.text) ?? []
  const arrived = await browser.signIn(`${origin}${link.replaceAll('&amp;', '&')}`)
  t.equal(arrived.url, `${origin}/console/clients`)
  t.equal(arrived.status, 200)
  t.match(arrived.text, /<bdi>acme<\/bdi>/)
  t.match(arrived.text, /<bdi>alex<\/bdi>/)
  t.match(
    arrived.text,
    /You can look at everything here and change nothing/,
    'with the permissions of the claims, no more'
  )
  t.notOk(browser.jars.get(origin)!.has('__Host-console-oidc'), 'what the way back needed is gone')
  t.notMatch(log(), client.client_secret)
})

t.test('claims may have other names, and permissions may be one text', async t => {
  const { origin, browser } = await openBoth(
    t,
    { 'https://acme.example/org': 'acme', roles: 'integrations:read integrations:update' },
    { OIDC_TENANT_CLAIM: 'https://acme.example/org', OIDC_PERMISSIONS_CLAIM: 'roles' }
  )
  const arrived = await browser.signIn(`${origin}/console/oidc`)
  t.equal(arrived.url, `${origin}/console/integrations`)
  t.notMatch(arrived.text, /change nothing/)
})

t.test('an account without a tenant, or without a permission of this host, is not let in', async t => {
  const accounts: [Account, RegExp][] = [
    [{ permissions: ['integrations:read'] }, /claim .*tenant.* names no tenant/],
    [{ tenant: 'no tenant name', permissions: ['integrations:read'] }, /names no tenant/],
    [{ tenant: 'acme' }, /claim .*permissions.* holds no permission/],
    [{ tenant: 'acme', permissions: ['something:else', 'console:link:x'] }, /holds no permission/]
  ]
  for (const [claims, words] of accounts) {
    const { origin, browser } = await openBoth(t, claims)
    const refused = await browser.signIn(`${origin}/console/oidc`)
    t.equal(refused.status, 403)
    t.match(refused.text, words)
    t.notOk(browser.jars.get(origin)!.has('__Host-console'))
  }
})

t.test('an answer counts only in the browser that has asked, once, and for its own question', async t => {
  const { origin, browser } = await openBoth(t, account)
  const callbacks: string[] = []
  const watching = globalThis.fetch
  globalThis.fetch = (input, init) => {
    if (String(input).includes('/console/oidc/callback')) callbacks.push(String(input))
    return watching(input, init)
  }
  t.teardown(() => {
    globalThis.fetch = watching
  })
  t.equal((await browser.signIn(`${origin}/console/oidc`)).url, `${origin}/console/integrations`)
  const [callback = ''] = callbacks

  const other = openBrowser()
  const stolen = await other.ask(callback)
  t.equal(stolen.status, 401, 'another browser')
  t.match(stolen.text, /begun in another browser/)
  t.notOk(other.jars.get(origin)?.has('__Host-console'))

  t.equal((await browser.ask(callback)).status, 401, 'a second time')

  const third = openBrowser()
  await third.ask(`${origin}/console/oidc`)
  t.equal((await third.ask(callback)).status, 401, 'the answer to another question')
  const denied = openBrowser()
  await denied.ask(`${origin}/console/oidc`)
  const kept = denied.jars.get(origin)!.get('__Host-console-oidc')!
  const { state } = JSON.parse(Buffer.from(kept, 'base64url').toString())
  const page = await denied.ask(
    `${origin}/console/oidc/callback?error=access_denied&state=${state}&iss=${encodeURIComponent(new URL(callback).searchParams.get('iss') ?? '')}`
  )
  t.equal(page.status, 401)
  t.match(page.text, /declined at the company account/)
})

t.test('an issuer that is away is told as such, and asked again the next time', async t => {
  const { origin, browser, issuer } = await openBoth(t, account)
  const listeners = issuer.server.listeners('request')
  issuer.server.removeAllListeners('request')
  issuer.server.on('request', (_request, response) => response.writeHead(503).end())
  const away = await browser.ask(`${origin}/console/oidc`)
  t.equal(away.status, 502)
  t.match(away.text, /sign-in does not answer/)
  issuer.server.removeAllListeners('request')
  for (const listener of listeners) issuer.server.on('request', listener as () => void)
  t.equal((await browser.signIn(`${origin}/console/oidc`)).status, 200)
})

t.test(
  'what an issuer names is asked at public addresses and at its own origin, nowhere else in our network',
  async t => {
    const inside = await listening(t)
    const asked: string[] = []
    inside.server.on('request', (request, response) => {
      asked.push(request.url!)
      response.writeHead(404).end()
    })
    for (const named of ['token_endpoint', 'jwks_uri', 'userinfo_endpoint']) {
      const { origin, browser, issuer, log } = await openBoth(t, account)
      const [provider] = issuer.server.listeners('request') as [(request: unknown, response: unknown) => void]
      issuer.server.removeAllListeners('request')
      issuer.server.on('request', async (request, response) => {
        if (!request.url?.startsWith('/.well-known/') || request.headers['x-plain']) return provider(request, response)
        const whole = await fetch(`${issuer.origin}${request.url}`, { headers: { 'x-plain': 'yes' } })
        const metadata = { ...((await whole.json()) as object), [named]: `${inside.origin}/${named}` }
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata))
      })
      const arrived = await browser.signIn(`${origin}/console/oidc`)
      t.equal(arrived.status, 502, named)
      t.match(arrived.text, /sign-in does not answer/)
      t.notOk(browser.jars.get(origin)!.has('__Host-console'), named)
      t.match(log(), /HOST_ERR_TARGET_REFUSED/, `${named}: the log says why`)
    }
    t.same(asked, [], 'nothing was sent there')
  }
)

t.test('an id token that the issuer’s keys have not signed signs nobody in', async t => {
  const { origin, browser, issuer } = await openBoth(t, account)
  const [provider] = issuer.server.listeners('request') as [(request: unknown, response: unknown) => void]
  const { generateKeyPair, exportJWK } = await import('jose')
  const other = { ...(await exportJWK((await generateKeyPair('RS256')).publicKey)), alg: 'RS256', use: 'sig' }
  issuer.server.removeAllListeners('request')
  issuer.server.on('request', (request, response) => {
    if (!request.url?.startsWith('/jwks')) return provider(request, response)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [other] }))
  })
  const arrived = await browser.signIn(`${origin}/console/oidc`)
  t.equal(arrived.status, 401)
  t.notOk(browser.jars.get(origin)!.has('__Host-console'))
})

t.test('without an issuer there is no such sign-in', async t => {
  const { host } = await buildTestHost(t)
  const headers = { 'sec-fetch-site': 'same-origin' }
  t.equal((await host.inject({ url: '/console/oidc', headers })).statusCode, 404)
  t.notMatch((await host.inject({ url: '/console/sign-in', headers })).body, /company account/)
})

t.test('what is set of it only in part, or not safe, stops the start', async t => {
  const whole = {
    CONSOLE_ORIGIN: 'https://sync.example.org',
    OIDC_ISSUER: 'https://id.example.org',
    OIDC_CLIENT_ID: 'a',
    OIDC_CLIENT_SECRET: 'b'
  }
  const { CONSOLE_ORIGIN: _origin, ...withoutOrigin } = whole
  const { OIDC_CLIENT_SECRET: _secret, ...withoutSecret } = whole
  for (const [env, words] of [
    [withoutOrigin, /CONSOLE_ORIGIN must be set with OIDC_ISSUER/],
    [withoutSecret, /must be set together/],
    [{ ...whole, OIDC_ISSUER: 'http://id.example.org' }, /OIDC_ISSUER must be an https URL/],
    [{ ...whole, OIDC_ISSUER: 'https://user:hunter2hunter2@id.example.org' }, /^(?!.*hunter2)/],
    [{ ...whole, OIDC_SCOPE: 'email' }, /OIDC_SCOPE/],
    [{ ...whole, CONSOLE_ORIGIN: 'http://sync.example.org' }, /CONSOLE_ORIGIN must be an https origin/],
    [{ ...whole, CONSOLE_ORIGIN: 'https://sync.example.org/console' }, /without a path/]
  ] as const)
    await t.rejects(buildTestHost(t, { env }), { code: 'HOST_ERR_CONFIG', message: words })
})
