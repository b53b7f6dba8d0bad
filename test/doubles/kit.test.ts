import t, { type Test } from 'tap'
import { harbourAccount, startHarbour } from './kit/harbour-desk.ts'
import {
  compared,
  createClock,
  createTable,
  decimals,
  dividedBy,
  exact,
  nestedJson,
  nothing,
  parseKeepingNumbers,
  plus,
  rawJson,
  rounded,
  stringifyWithRaw,
  times
} from './kit/index.ts'

const key = 'FakeHarbourKey1'

async function start(t: Test, { now = () => new Date(), latencyMs = 0, keys = [key] } = {}) {
  const harbour = await startHarbour(
    keys.map(one => harbourAccount(one)),
    now,
    latencyMs
  )
  t.teardown(() => harbour.close())
  const get = async (path: string, as = keys[0]!) => {
    const response = await fetch(harbour.url + path, { headers: { 'X-Harbour-Key': as } })
    const text = await response.text()
    const body: any = /^\s*[{[]/.test(text) ? JSON.parse(text) : undefined
    return { status: response.status, headers: response.headers, text, body }
  }
  const ids = async (path: string) => (await get(path)).body.rows.map((row: any) => row.id)
  return { ...harbour, site: harbour.sites[0]!, get, ids }
}

t.test('a table finds by id, parent and time, and never gives an id twice', async t => {
  const table = createTable(
    'things',
    [
      { id: 9, of: 1, at: 5 },
      { id: 100, of: 1, at: 20 },
      { id: 3, at: 1 }
    ],
    {
      parents: { of: record => record.of, at: record => record.at },
      timeOf: record => record.at
    }
  )
  t.same(table.scan(), [3, 9, 100])
  t.same(table.children(1), [9, 100])
  t.same(table.children(20, 'at'), [100])
  t.same(table.scan({ since: 5 }), [9, 100])
  t.same(table.scan({ afterId: 3, throughId: 99 }), [9])
  t.same(table.scan({}, 1), [3])
  const { version } = table
  const before = version()
  table.put({ id: 9, of: 2, at: 30 })
  t.ok(version() > before)
  t.same([table.children(1), table.children(2)], [[100], [9]])
  t.equal(table.remove(100), true)
  t.equal(table.remove(100), false)
  t.equal(table.nextId(), 101)
})

t.test('pages by number and by id give every row once', async t => {
  const { get, ids } = await start(t)
  t.same(await ids('/boats?page=3'), [21, 22, 23, 24, 25, 26, 27, 28, 29, 30])
  t.same(await ids('/boats?page=4'), [])
  const { body } = await get('/boats?after=0&size=29')
  t.equal(body.next, 29)
  t.equal((await get('/boats?after=29&size=29')).body.next, null)
})

t.test('a rule meets what it names, as often and as late as it says', async t => {
  const { site, get } = await start(t)
  const statuses = async (count: number, path = '/boats') => {
    const found: number[] = []
    for (let index = 0; index < count; index++) found.push((await get(path)).status)
    return found
  }
  const once = site.fail({ kind: 'status', status: 503, nth: 2 })
  t.same(await statuses(3), [200, 503, 200])
  t.equal(once.hits, 1)
  once.clear()
  site.fail({ kind: 'status', status: 401, after: 1, times: 2, endpoint: 'trips' })
  t.same(await statuses(2, '/boats'), [200, 200])
  t.same(await statuses(4, '/boats/7/trips'), [200, 401, 401, 200])
  const large = site.fail({ kind: 'status', status: 504, pageSizeFrom: 20, operation: 'list' })
  t.same(await statuses(1, '/boats?size=20'), [504])
  t.same(await statuses(1, '/boats?size=19'), [200])
  large.clear()
  site.fail({ kind: 'status', status: 404, forMs: 40 })
  t.same(await statuses(1), [404])
  await new Promise(resolve => setTimeout(resolve, 60))
  t.same(await statuses(1), [200])
  site.fail({ kind: 'status', status: 418, method: 'GET', when: ({ address }) => address.endsWith('/9') })
  t.same([...(await statuses(1, '/boats/8')), ...(await statuses(1, '/boats/9'))], [200, 418])
})

t.test('rows of a list are emptied, cut, doubled, turned, blanked or changed, and counts stay', async t => {
  const { site, get, ids } = await start(t)
  const rule = async (rule: Parameters<typeof site.fail>[0], path = '/boats?after=0&size=4') => {
    const fault = site.fail(rule)
    const answer = await get(path)
    fault.clear()
    return answer.body
  }
  t.match(await rule({ kind: 'emptyPage' }), { rows: [], next: null, total: 30 })
  t.match(await rule({ kind: 'cutList', keep: 1 }), { rows: [{ id: 1 }], next: 4 })
  t.equal((await rule({ kind: 'cutList' })).rows.length, 2)
  const order = async (kind: Parameters<typeof site.fail>[0]) => (await rule(kind)).rows.map((row: any) => row.id)
  t.same(await order({ kind: 'doubledRows' }), [1, 1, 2, 2, 3, 3, 4, 4])
  t.same(await order({ kind: 'doubledRows', how: 'laps' }), [1, 2, 3, 4, 1, 2, 3, 4])
  t.same(await order({ kind: 'reorderedRows' }), [4, 3, 2, 1])
  t.same((await order({ kind: 'reorderedRows', how: 'shuffled', seed: 5 })).sort(), [1, 2, 3, 4])
  t.same((await rule({ kind: 'blankField', field: 'name' })).rows[0], { id: 1, port: { id: 1, town: 'Dunmere' } })
  t.same((await rule({ kind: 'blankField', field: 'port/town', as: 'null' })).rows[0].port, { id: 1, town: null })
  t.same((await rule({ kind: 'blankField', field: 'port', as: 'empty-object' }, '/boats/1')).port, {})
  t.same(await order({ kind: 'editRows', edit: row => (row.id === 2 ? undefined : row) }), [1, 3, 4])
  t.equal((await rule({ kind: 'emptyPage' }, '/boats/count')).total, 30)
  t.equal((await rule({ kind: 'count', add: 1 }, '/boats/count')).total, 31)
  t.equal((await rule({ kind: 'count', is: '1e99' }, '/boats/count')).total, 1e99)
  t.equal((await rule({ kind: 'emptyPage' }, '/boats/99')).error, 'none', 'a refusal stays a refusal')
  t.same(await ids('/boats?size=2'), [1, 2])
})

t.test('a bad record fails whatever holds it, in the ways that the rule names', async t => {
  const { site, get } = await start(t)
  const fault = site.fail({ kind: 'badRecord', table: 'boats', id: 7, status: 403 })
  t.match(await get('/boats'), { status: 403, body: { error: 'one row: 403' } })
  t.equal((await get('/boats/7')).status, 403)
  t.equal((await get('/boats?page=2')).status, 200)
  t.equal(fault.hits, 2)
  fault.clear()
  site.fail({ kind: 'badRecord', table: 'boats', id: 7, where: ['list'] })
  t.equal((await get('/boats/7')).status, 200)
})

t.test('faults that stand beside others turn the clock, the headers and the time it takes', async t => {
  const { site, get } = await start(t)
  site.fail({ kind: 'date', at: 'Mon, 01 Jan 2001 00:00:00 GMT' })
  site.fail({ kind: 'headers', headers: { 'X-Extra': 'yes', 'Content-Type': null } })
  site.fail({ kind: 'slow', ms: 50 })
  site.fail({ kind: 'status', status: 500 })
  const began = performance.now()
  const { status, headers } = await get('/boats')
  t.ok(performance.now() - began >= 45)
  t.equal(status, 500)
  t.equal(headers.get('date'), 'Mon, 01 Jan 2001 00:00:00 GMT')
  t.same([headers.get('x-extra'), headers.get('content-type')], ['yes', null])
})

t.test('a dateless answer has no Date header', async t => {
  const { site, get } = await start(t)
  site.fail({ kind: 'date', at: null })
  t.equal((await get('/boats')).headers.get('date'), null)
})

t.test('hidden rows are in no list, count or record, and the table keeps them', async t => {
  const { site, get, ids } = await start(t)
  const hiding = site.visibility.hide(site.account.boats, boat => boat.id > 5)
  t.same(await ids('/boats'), [1, 2, 3, 4, 5])
  t.equal((await get('/boats/count')).body.total, 5)
  t.equal((await get('/boats/6')).status, 404)
  t.equal(site.account.boats.size(), 30)
  const more = site.visibility.hide(site.account.boats)
  t.same(await ids('/boats'), [])
  more.clear()
  hiding.clear()
  t.equal((await ids('/boats?size=99')).length, 30)
})

t.test('accounts behind one address have data, faults and logs of their own', async t => {
  const keys = ['FakeHarbourKey1', 'FakeHarbourKey2']
  const { sites, get } = await start(t, { keys })
  sites[1]!.fail({ kind: 'status', status: 500, path: '/boats/2' })
  t.equal((await get('/boats/1', keys[0])).body.name, 'FakeHarbourKey1 boat 1')
  t.equal((await get('/boats/1', keys[1])).body.name, 'FakeHarbourKey2 boat 1')
  t.equal((await get('/boats/2', keys[0])).status, 200)
  t.equal((await get('/boats/2', keys[1])).status, 500)
  t.same(
    sites.map(({ site }) => site.log.requests.length),
    [2, 2]
  )
})

t.test('keys are refused, and lock their user after the third refusal until it is unlocked', async t => {
  const { site, get } = await start(t)
  for (let index = 0; index < 3; index++) t.equal((await get('/boats', 'wrong')).status, 401)
  t.equal((await get('/boats')).status, 401)
  site.lockout.unlock(key)
  t.equal((await get('/boats')).status, 200)
  t.notMatch(JSON.stringify(site.site.log.requests), /Harbour-Key|FakeHarbourKey1/i)
})

t.test('a rolling limit counts the last hour alone, others’ requests too', async t => {
  const clock = createClock('2026-05-01T10:00:00Z')
  const { site, get } = await start(t, { now: clock.now })
  site.limit.spend(98)
  clock.advance(1800_000)
  t.same([(await get('/boats')).status, (await get('/boats')).status, (await get('/boats')).status], [200, 200, 429])
  t.equal(site.limit.used(), 100)
  clock.advance(1800_000)
  t.equal((await get('/boats')).status, 200)
  t.equal(site.limit.used(), 3)
})

t.test('more calls at once than an endpoint has lanes are refused, and a lane is free after a hang-up', async t => {
  // So long that all of them have come before the first is answered.
  const { site, get, url } = await start(t, { latencyMs: 3000 })
  const statuses = await Promise.all(['/boats', '/boats', '/boats', '/boats/1/trips'].map(path => get(path)))
  t.same(statuses.map(({ status }) => status).sort(), [200, 200, 200, 429])
  t.equal(site.site.log.mostInFlight('boats'), 3)
  site.site.setLatency(0)
  const fault = site.fail({ kind: 'hang' })
  for (let index = 0; index < 2; index++) {
    const gone = fetch(`${url}/boats`, { headers: { 'X-Harbour-Key': key }, signal: AbortSignal.timeout(400) })
    await t.rejects(gone)
  }
  fault.clear()
  t.equal((await get('/boats')).status, 200)
})

t.test('JSON that no value becomes is sent as it was given', async t => {
  const { site, get } = await start(t)
  const { writer, account } = site
  writer.distort(account.boats, 1, boat => ({ ...boat, price: rawJson('1e99999999'), deep: nestedJson(20_000) }))
  const { text } = await get('/boats?size=1')
  t.ok(text.includes('"price":1e99999999,'))
  t.ok(text.includes(`${'['.repeat(20_000)}1]`))
})

t.test('a number that no float holds is kept in a record, sent as it was given and summed up exactly', async t => {
  const { site, get } = await start(t)
  const price = rawJson('900719925474099.123456')
  const { boats } = site.account
  boats.put({ ...boats.get(1)!, price })
  t.ok((await get('/boats?size=1')).text.includes('"price":900719925474099.123456'))
  t.equal(decimals(plus(exact(price), exact(0.000001))), '900719925474099.123457')
})

t.test('numbers that JavaScript would change survive an edit', async t => {
  const text = '{"a":1e99999999,"b":9007199254740993,"c":1.50,"d":"1e9","e":[0.1]}'
  t.equal(stringifyWithRaw(parseKeepingNumbers(text)), text)
})

t.test('sums of an oracle are exact', async t => {
  t.equal(decimals(plus(exact(0.1), exact(0.2))), '0.30')
  t.equal(decimals(times(exact('19.995'), exact(3))), '59.985')
  t.equal(decimals(exact('1e2')), '100.00')
  t.equal(decimals(dividedBy(exact(100), 3)), undefined)
  t.equal(rounded(dividedBy(exact(100), 3)), '33.33')
  t.equal(rounded(dividedBy(exact(-200), 3)), '-66.67')
  t.equal(rounded(exact('-0.001')), '0.00')
  t.equal(rounded(exact('0.005')), '0.01')
  t.ok(compared(exact('0.10'), exact('0.1')) === 0 && compared(nothing, exact('1e-20')) < 0)
  t.throws(() => exact('12,50'))
})
