import t from 'tap'
import { openDesk } from '../integrations/installations/desk.ts'

t.test('receipts are listed newest first, in pages, and say what was set aside and left out', async t => {
  const { call, install, ran, book } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  book.customers.set(2, { id: 2, name: 'Bob', active: false })
  book.customers.set(3, { id: 3, name: '' })
  const [id] = (await install('people')).ids as [string]
  const first = (await ran(id)).lastRun
  t.match(first, {
    id: /^run_/,
    installationId: id,
    mode: 'full',
    status: 'succeeded',
    continues: null,
    progress: { read: 3 },
    counts: {
      read: 3,
      created: 1,
      updated: 0,
      unchanged: 0,
      leftOut: 1,
      inactivated: 0,
      gone: 0,
      setAside: 1,
      held: 0
    },
    leftOutBy: { active: 1 },
    took: {},
    notes: [],
    source: { count: 3, requests: 4, throttled: 0 },
    reconciliation: {
      source: 3,
      store: 1,
      differences: [
        { rule: 'active', count: 1 },
        { rule: null, count: 1 }
      ]
    },
    error: null
  })
  t.notOk('token' in first || 'tenant' in first)
  await call('POST', `/v1/installations/${id}/sync`)
  const second = (await ran(id, first.id)).lastRun

  const page = (await call('GET', `/v1/installations/${id}/runs?limit=1`)).body
  t.same(page.items, [second])
  const next = (await call('GET', `/v1/installations/${id}/runs?limit=1&cursor=${encodeURIComponent(page.nextCursor)}`))
    .body
  t.same(next, { items: [first], nextCursor: null })
  t.same((await call('GET', `/v1/runs/${first.id}`)).body, first)

  const rejects = (await call('GET', `/v1/runs/${first.id}/rejects`)).body
  t.match(rejects, {
    items: [{ externalId: '3', reason: 'It has no name', payload: String, at: String }],
    nextCursor: null
  })
  t.match(JSON.parse(rejects.items[0].payload), { id: 3 })
})

t.test('a failed run says why, and so does its installation', async t => {
  const { call, install, ran, book, until } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  const { lastRun } = await ran(id)
  book.mood = 'failing'
  await call('POST', `/v1/installations/${id}/sync`)
  await until(`/v1/installations/${id}`, body => body.lastRun.id !== lastRun.id)
  const failed = await ran(id, lastRun.id)
  t.match(failed, {
    status: 'running',
    statusReason: /failed and will be tried again/,
    lastRun: { status: 'failed', error: { code: 'HOST_ERR_SOURCE_UNAVAILABLE' } }
  })
})

t.test('runs of all installations are one list, by kind, by installation and by day, both ways', async t => {
  const { call, install, ran, book } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  book.customers.set(2, { id: 2, name: '' })
  const [people, plans] = (await install('people', 'plans')).ids as [string, string]
  await ran(plans)
  const first = (await ran(people)).lastRun
  await call('POST', `/v1/installations/${people}/compare`)
  const second = (await ran(people, first.id)).lastRun
  const listed = async (query: string) => {
    const { status, body } = await call('GET', `/v1/runs?${query}`)
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body
  }
  // A poll may follow what was asked for; those that found nothing stand at the beginning of their day.
  const ids = async (query: string): Promise<string[]> => {
    const found = (await listed(query)).items.map((run: any) => run.id as string)
    return found.filter((id: string) => id <= second.id && (id >= first.id || query === ''))
  }
  const everything = await ids('')
  t.ok(everything.length >= 3)
  t.same(everything, everything.toSorted().toReversed(), 'the newest first')
  t.same(await ids(`installationId=${people}`), [second.id, first.id])
  t.same(await ids(`installationId=${people}&kind=changes`), [first.id])
  t.same(await ids(`installationId=${people}&kind=problems`), [second.id, first.id], 'a record was set aside in both')
  const today = first.startedAt.slice(0, 10)
  t.same(await ids(`installationId=${people}&day=${today}`), [second.id, first.id])
  t.same(await ids('day=2026-01-01'), [])
  const of = `installationId=${people}&kind=problems&limit=1`
  const page = await listed(of)
  t.equal(page.previousCursor, null)
  const next = await listed(`${of}&cursor=${encodeURIComponent(page.nextCursor)}`)
  const back = await listed(`${of}&before=${encodeURIComponent(next.previousCursor)}`)
  t.same([back.items, back.previousCursor], [page.items, null])
  for (const day of ['2026-02-30', 'today', '2026-1-1'])
    t.match(await call('GET', `/v1/runs?day=${day}`), { status: 400, body: { problems: [{ pointer: '/day' }] } }, day)
  t.match((await call('GET', '/v1/runs?kind=quiet')).status, 400)
  t.same((await call('GET', '/v1/runs', undefined, 'other')).body.items, [])
})

t.test('bad cursors, limits and filters are refused', async t => {
  const { call, install } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  const lists = [
    `/v1/installations/${id}/runs`,
    '/v1/runs',
    '/v1/installations',
    '/v1/connections',
    '/v1/clients',
    '/v1/agreements'
  ]
  for (const list of lists) {
    for (const query of ['limit=0', 'limit=501', 'limit=x', 'limit=5&limit=6', 'cursor=', 'order=size', 'colour=red'])
      t.match(
        await call('GET', `${list}?${query}`),
        { status: 400, body: { code: 'HOST_ERR_BAD_REQUEST' } },
        `${list}?${query}`
      )
    t.match(await call('GET', `${list}?cursor=abc`), { status: 400, body: { code: 'HOST_ERR_BAD_CURSOR' } }, list)
  }
  t.equal((await call('GET', '/v1/runs/run_none')).status, 404)
  t.equal((await call('GET', '/v1/runs/run_none/rejects')).status, 404)
  t.equal((await call('GET', '/v1/installations/ins_none/runs')).status, 404)
})
