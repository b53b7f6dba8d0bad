import t from 'tap'
import { signToken } from '../../../plugins/http/auth.ts'
import { type Browser, buildConsoleHost, everything } from './console-host.ts'

const reader = [...everything, 'audit:read', 'console:link'] as const

/** The entries of the page, as they are read. */
async function entriesOf(browser: Browser, query = ''): Promise<string[]> {
  const { text } = await browser.get(`/console/activity${query}`)
  return [...text.matchAll(/<div class="run entry[\s\S]*?<span class="run-when">/g)].map(([entry]) =>
    entry
      .replace(/<svg[\s\S]*?<\/svg>|<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
  )
}

t.test('everything that the API lets somebody do has words on the page of who did what', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const alex = await signIn(reader)
  const token = await signToken(host.config, { sub: 'robot', tenant: 'acme', permissions: reader, expires: '1h' })
  const authorization = `Bearer ${token}`
  const { paths } = (await host.inject('/openapi.json')).json()
  const asked: string[] = []
  for (const [path, methods] of Object.entries<object>(paths))
    for (const method of Object.keys(methods).filter(method => method !== 'get')) {
      const url = path.replace(/\{\w+\}/g, 'unknown')
      await host.inject({ method: method.toUpperCase() as 'POST', url, headers: { authorization }, payload: {} })
      asked.push(`${method} ${path}`)
    }
  t.ok(asked.length > 10)
  const entries = (await entriesOf(alex, '?actor=robot')).toReversed()
  t.equal(entries.length, asked.length)
  for (const [number, entry] of entries.entries()) t.notMatch(entry, /robot \w+\.\w+/, asked[number]!)
})

t.test('who did what is shown newest first, page by page, and by person', async t => {
  const { host, signIn } = await buildConsoleHost(t)
  const alex = await signIn(reader)
  await signIn(reader, 'acme', 'Łucja <b>Nowak</b>')
  t.match(await entriesOf(alex), [/^Łucja &lt;b&gt;Nowak&lt;\/b&gt; signed in/, /^alex@acme\.example signed in/])
  t.equal((await entriesOf(alex, '?actor=alex%40acme.example')).length, 1)
  t.equal((await entriesOf(alex, '?action=session.end')).length, 0)

  for (let number = 0; number < 60; number++)
    await host.audit.record({ tenant: 'acme', actor: null, action: 'of.another-version', outcome: 'refused' })
  const first = await alex.get('/console/activity')
  t.match(first.text, /The host of\.another-version/)
  const next = /href="([^"]*cursor=[^"]+)"/.exec(first.text)![1]!.replaceAll('&amp;', '&')
  const second = await entriesOf(alex, next.slice(next.indexOf('?')))
  t.equal((await entriesOf(alex)).length + second.length, 62)
  t.match(second.at(-1), /alex@acme\.example signed in/)
})

t.test('who may not read it is told so and is not offered it; other tenants see their own', async t => {
  const { signIn } = await buildConsoleHost(t)
  const alex = await signIn(everything)
  t.notMatch((await alex.get('/console/integrations')).text, /console\/activity/)
  t.equal((await alex.get('/console/activity')).status, 403)
  const robin = await signIn(reader, 'globex', 'robin@globex.example')
  t.match(await entriesOf(robin), [/robin@globex\.example signed in/])
  t.equal((await entriesOf(robin)).length, 1)
})
