import t from 'tap'
import { openDesk } from './desk.ts'

const matching = (etag: unknown) => ({ 'if-match': String(etag) })

t.test('of two changes of one revision the second is refused, and nothing of it is done', async t => {
  const { call, install } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  const path = `/v1/installations/${id}`
  const { etag } = (await call('GET', path)).headers
  t.match(etag, /^"\d+"$/)
  const answers = await Promise.all(
    ['2h', '3h'].map(every => call('PATCH', path, { schedule: { every } }, 'acme', matching(etag)))
  )
  t.same(answers.map(({ status }) => status).toSorted(), [200, 412])
  const kept = answers.find(({ status }) => status === 200)!
  const now = await call('GET', path)
  t.equal(now.body.schedule.every, kept.body.schedule.every)
  t.equal(now.headers.etag, kept.headers.etag)
  t.not(now.headers.etag, etag)
})

t.test('every change takes If-Match', async t => {
  const { call, install, ran } = await openDesk(t)
  const { ids, connectionId } = await install('people')
  const path = `/v1/installations/${ids[0]}`
  await ran(ids[0]!)
  const stale = matching('"999"')
  const changes: [Parameters<typeof call>[0], string, object?][] = [
    ['PATCH', path, { schedule: { every: '2h' } }],
    ['POST', `${path}/stop`],
    ['POST', `${path}/uninstall`],
    ['POST', `${path}/sync`],
    ['POST', `${path}/compare`],
    ['DELETE', path],
    ['PATCH', `/v1/connections/${connectionId}`, { credentials: { note: 'x' } }]
  ]
  const before = (await call('GET', path)).body
  for (const [method, url, body] of changes) {
    const answer = await call(method, url, body, 'acme', stale)
    t.match(answer, { status: 412, body: { code: 'HOST_ERR_CHANGED_MEANWHILE' } }, `${method} ${url}`)
  }
  t.same((await call('GET', path)).body, before)
  await call('POST', `${path}/stop`)
  t.equal((await call('POST', `${path}/start`, undefined, 'acme', stale)).status, 412)
  await call('POST', `${path}/uninstall`)
  t.equal((await call('POST', `${path}/reinstall`, undefined, 'acme', stale)).status, 412)
})

t.test('a tag that is no revision matches nothing, a list matches any of it, a star everything', async t => {
  const { call, install } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  const path = `/v1/installations/${id}`
  const change = async (tag: string) =>
    (await call('PATCH', path, { schedule: { every: '1h' } }, 'acme', matching(tag))).status
  const { etag } = (await call('GET', path)).headers
  for (const tag of ['W/"1"', '1', '"one"', 'nonsense', `W/${etag}`]) t.equal(await change(tag), 412, tag)
  t.equal(await change(`"998", ${etag}`), 200)
  t.equal(await change('*'), 200)
})

t.test('runs leave the revision alone', async t => {
  const { call, install, ran } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  const { etag } = (await call('GET', `/v1/installations/${id}`)).headers
  await ran(id)
  t.equal((await call('GET', `/v1/installations/${id}`)).headers.etag, etag)
})

t.test('stopping what is stopped is no mistake and changes nothing', async t => {
  const { call, install } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  const first = await call('POST', `/v1/installations/${id}/stop`)
  const again = await call('POST', `/v1/installations/${id}/stop`)
  t.equal(again.status, 200)
  t.same(again.body, first.body)
  t.equal(again.headers.etag, first.headers.etag)
})
