import t from 'tap'
import { openDesk } from './desk.ts'

const url = '/v1/integrations/tallybook/install'

t.test(
  'an install makes a connection and installations, recommends what is missing, and the sync runs at once',
  async t => {
    const { call, credentials, book, ran } = await openDesk(t)
    book.customers.set(1, { id: 1, name: 'Ada', email: 'ada@example.test' })
    const { status, body } = await call('POST', url, { credentials, syncTypes: ['people'] })
    t.equal(status, 201)
    t.match(body, {
      connectionId: /^con_[0-9a-z]{26}$/,
      installations: [{ id: /^ins_[0-9a-z]{26}$/, syncType: 'people', status: 'running' }],
      recommends: ['plans']
    })
    const installation = await ran(body.installations[0].id)
    t.match(installation, {
      connector: 'tallybook',
      connectionId: body.connectionId,
      syncType: 'people',
      status: 'running',
      statusReason: null,
      schedule: { every: '5m', compareEvery: '24h' },
      settings: { kinds: ['small'] },
      nextRunAt: /^\d{4}-.*Z$/,
      lastRun: { mode: 'full', status: 'succeeded', counts: { read: 1, created: 1 } },
      counts: { active: 1, inactive: 0, gone: 0 }
    })
  }
)

t.test('credentials that the vendor refuses keep nothing', async t => {
  const { call, credentials } = await openDesk(t)
  const { status, body } = await call('POST', url, {
    credentials: { ...credentials, token: 'fake-wrong-token' },
    syncTypes: ['people']
  })
  t.equal(status, 422)
  t.match(body, {
    code: 'HOST_ERR_CREDENTIALS_INVALID',
    checks: [{ status: 'failed' }],
    problems: [{ pointer: '/token' }]
  })
  t.same((await call('GET', '/v1/connections')).body.items, [])
  t.same((await call('GET', '/v1/installations')).body.items, [])
})

t.test('settings that the account does not know are refused before anything is kept', async t => {
  const { call, credentials } = await openDesk(t)
  const order = { credentials, syncTypes: ['people'], settings: { kinds: ['small', 'huge'] } }
  const typed = await call('POST', url, order)
  t.match(typed, { status: 422, body: { problems: [{ pointer: '/settings/kinds/1' }] } })
  t.same((await call('GET', '/v1/connections')).body.items, [])

  const { body } = await call('POST', url, { credentials, syncTypes: ['people'] })
  const saved = await call('POST', url, {
    connectionId: body.connectionId,
    syncTypes: ['plans'],
    settings: { kinds: ['huge'] }
  })
  t.match(saved, {
    status: 422,
    body: { code: 'HOST_ERR_SETTINGS_INVALID', problems: [{ pointer: '/settings/kinds/0' }] }
  })
  t.equal((await call('GET', '/v1/installations')).body.items.length, 1)
})

t.test(
  'the second sync type uses the saved connection, and typing the credentials again finds the same one',
  async t => {
    const { call, credentials, install } = await openDesk(t)
    const { connectionId } = await install('people')
    const { status, body } = await call('POST', url, { connectionId, syncTypes: ['plans'] })
    t.equal(status, 201)
    t.match(body, { connectionId, recommends: [] })

    await call('POST', `/v1/installations/${body.installations[0].id}/uninstall`)
    const again = await call('POST', url, { credentials: { ...credentials, note: 'new' }, syncTypes: ['plans'] })
    t.match(again, { status: 201, body: { connectionId, installations: [{ id: body.installations[0].id }] } })
    t.match((await call('GET', '/v1/connections')).body.items, [{ display: { note: 'new' } }])
  }
)

t.test('what is installed is refused, and nothing is changed by the attempt', async t => {
  const { call, credentials, install } = await openDesk(t)
  const { connectionId } = await install('people')
  const orders = [
    { connectionId, syncTypes: ['people'] },
    { connectionId, syncTypes: ['plans', 'people'] },
    { credentials: { ...credentials, note: 'typed again' }, syncTypes: ['plans', 'people'] }
  ]
  for (const order of orders) {
    const { status, body } = await call('POST', url, order)
    t.equal(status, 409)
    t.match(body, { code: 'HOST_ERR_ALREADY_INSTALLED', detail: /People/ })
  }
  t.equal((await call('GET', '/v1/installations')).body.items.length, 1)
  t.notOk((await call('GET', '/v1/connections')).body.items[0].display.note)
})

t.test('of many installs at once one is made and the others are told so', async t => {
  const { call, credentials } = await openDesk(t)
  const order = { credentials, syncTypes: ['people', 'plans'] }
  const answers = await Promise.all(Array.from({ length: 12 }, () => call('POST', url, order)))
  // Four of a tenant wait for a vendor at once; the others are told to come back.
  t.same(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, ...Array(8).fill(429)])
  t.equal((await call('GET', '/v1/connections')).body.items.length, 1)
  t.same((await call('GET', '/v1/installations')).body.items.map((one: any) => one.syncType).sort(), [
    'people',
    'plans'
  ])
})

t.test('overlapping installs at once never leave a part of a refused one', async t => {
  const { call, credentials } = await openDesk(t)
  const orders = [['people', 'plans'], ['plans'], ['people']].map(syncTypes => ({ credentials, syncTypes }))
  const answers = await Promise.all(orders.map(order => call('POST', url, order)))
  const made = answers.filter(({ status }) => status === 201).flatMap(({ body }) => body.installations)
  t.ok(answers.every(({ status }) => status === 201 || status === 409))
  const kept = (await call('GET', '/v1/installations')).body.items.filter((one: any) => one.status !== 'uninstalled')
  t.same(kept.map((one: any) => one.id).sort(), made.map((one: any) => one.id).sort())
})

t.test('an order that makes no sense is refused at the field at fault', async t => {
  const { call, credentials, install } = await openDesk(t)
  const { connectionId } = await install('people')
  const cases: [object, string][] = [
    [{ credentials, syncTypes: [] }, '/syncTypes'],
    [{ credentials, syncTypes: ['cats'] }, '/syncTypes/0'],
    [{ credentials, syncTypes: ['plans', 'plans'] }, '/syncTypes'],
    [{ credentials, connectionId, syncTypes: ['plans'] }, '/credentials'],
    [{ syncTypes: ['plans'] }, '/credentials'],
    [{ connectionId, syncTypes: ['plans'], schedule: { every: '5 minutes' } }, '/schedule/every'],
    [{ connectionId, syncTypes: ['plans'], schedule: { every: '999ms' } }, '/schedule/every'],
    [{ connectionId, syncTypes: ['plans'], schedule: { every: '31d' } }, '/schedule/every'],
    [{ connectionId, syncTypes: ['plans'], schedule: { often: '5m' } }, '/schedule/often'],
    [{ connectionId, syncTypes: ['plans'], settings: { kinds: 'small' } }, '/settings/kinds']
  ]
  for (const [order, pointer] of cases) {
    const answer = await call('POST', url, order)
    t.equal(answer.status, 400, pointer)
    t.match(answer.body, { problems: [{ pointer }] }, pointer)
  }
  const foreign = await call('POST', url, { connectionId, syncTypes: ['plans'] }, 'other')
  t.match(foreign, { status: 404, body: { code: 'HOST_ERR_NOT_FOUND' } })
})

t.test('two tenants connect the same account and see nothing of each other', async t => {
  const { call, credentials, book, install, ran, until } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  const mine = await install('people')
  const { body: theirs } = await call('POST', url, { credentials, syncTypes: ['people'] }, 'other')
  t.not(mine.connectionId, theirs.connectionId)
  await ran(mine.ids[0]!)
  const [run] = (await until(`/v1/installations/${mine.ids[0]}/runs`, body => body.items.length > 0)).items
  const [client] = (await call('GET', '/v1/clients')).body.items

  const reads = [
    `/v1/connections/${mine.connectionId}`,
    `/v1/installations/${mine.ids[0]}`,
    `/v1/installations/${mine.ids[0]}/runs`,
    `/v1/installations/${mine.ids[0]}/losses`,
    `/v1/runs/${run.id}`,
    `/v1/runs/${run.id}/rejects`,
    `/v1/clients/${client.id}`,
    `/v1/integrations/tallybook/explain?connectionId=${mine.connectionId}&id=1`
  ]
  for (const path of reads) {
    t.equal((await call('GET', path)).status, 200, path)
    t.equal((await call('GET', path, undefined, 'other')).status, 404, path)
  }
  for (const name of ['stop', 'start', 'sync', 'compare', 'uninstall', 'reinstall']) {
    const answer = await call('POST', `/v1/installations/${mine.ids[0]}/${name}`, undefined, 'other')
    t.equal(answer.status, 404, name)
  }
  for (const name of ['approve', 'reject']) {
    const answer = await call('POST', `/v1/installations/${mine.ids[0]}/losses/${name}`, { revision: 1 }, 'other')
    t.equal(answer.status, 404, name)
  }
  t.equal((await call('DELETE', `/v1/clients/${client.id}`, undefined, 'other')).status, 404)
  const patch = { schedule: { every: '1h' } }
  t.equal((await call('PATCH', `/v1/installations/${mine.ids[0]}`, patch, 'other')).status, 404)
  t.equal((await call('PATCH', `/v1/connections/${mine.connectionId}`, { credentials }, 'other')).status, 404)
  t.equal((await call('DELETE', `/v1/installations/${mine.ids[0]}`, undefined, 'other')).status, 404)
  t.equal((await call('GET', '/v1/installations')).body.items.length, 1)
})
