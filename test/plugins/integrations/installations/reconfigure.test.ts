import t from 'tap'
import { openDesk } from './desk.ts'

t.test('a new schedule is kept and counts from now', async t => {
  const { call, install, ran } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  await ran(id)
  const { status, body } = await call('PATCH', `/v1/installations/${id}`, { schedule: { every: '2h' } })
  t.equal(status, 200)
  t.same(body.schedule, { every: '2h', compareEvery: '24h' })
  const waits = Date.parse(body.nextRunAt) - Date.now()
  t.ok(waits > 7_000_000 && waits <= 7_200_000)
  const days = await call('PATCH', `/v1/installations/${id}`, { schedule: { compareEvery: '7d' } })
  t.same(days.body.schedule, { every: '2h', compareEvery: '7d' })
})

t.test('a schedule out of range changes nothing', async t => {
  const { call, install } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  for (const every of ['999ms', '31d', '0s']) {
    const answer = await call('PATCH', `/v1/installations/${id}`, { schedule: { every, compareEvery: '48h' } })
    t.match(answer, { status: 400, body: { problems: [{ pointer: '/schedule/every' }] } }, every)
  }
  t.match((await call('GET', `/v1/installations/${id}`)).body.schedule, { every: '5m', compareEvery: '24h' })
  t.equal((await call('PATCH', `/v1/installations/${id}`, {})).status, 400)
  t.equal((await call('PATCH', `/v1/installations/${id}`, { wanted: 'stopped' })).status, 400)
})

t.test('new settings are followed by a full pass that brings what was left out', async t => {
  const { call, install, book, ran } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  book.customers.set(1001, { id: 1001, name: 'Big' })
  const [id] = (await install('people')).ids as [string]
  const before = await ran(id)
  t.equal(before.counts.active, 1)
  const { status, body } = await call('PATCH', `/v1/installations/${id}`, { settings: { kinds: ['all'] } })
  t.equal(status, 200)
  t.same(body.settings, { kinds: ['all'] })
  t.match(await ran(id, before.lastRun.id), { lastRun: { mode: 'full', status: 'succeeded' }, counts: { active: 2 } })
})

t.test('settings that are no settings, or that the account does not know, change nothing', async t => {
  const { call, install, ran } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  const { lastRun } = await ran(id)
  const cases: [object, number, string][] = [
    [{ kinds: 'all' }, 400, '/settings/kinds'],
    [{ kinds: [] }, 400, '/settings/kinds'],
    [{ colours: ['red'] }, 400, '/settings/colours'],
    [{ kinds: ['huge'] }, 422, '/settings/kinds/0']
  ]
  for (const [settings, code, pointer] of cases) {
    const answer = await call('PATCH', `/v1/installations/${id}`, { settings })
    t.match(answer, { status: code, body: { problems: [{ pointer }] } }, pointer)
  }
  t.match((await call('GET', `/v1/installations/${id}`)).body, {
    settings: { kinds: ['small'] },
    lastRun: { id: lastRun.id }
  })
})
