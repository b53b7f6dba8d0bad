import t from 'tap'
import { openDesk } from './desk.ts'

t.setTimeout(180_000)

t.test('preview says what an install would bring, over typed and over saved credentials', async t => {
  const { call, credentials, book, install } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  book.customers.set(2, { id: 2, name: 'Bob', active: false })
  const order = { credentials, syncType: 'people' }
  const typed = await call('POST', '/v1/integrations/tallybook/preview', order)
  t.equal(typed.status, 200)
  t.same(typed.body, {
    counts: { matched: 1, leftOut: [{ rule: 'active', count: 1 }] },
    samples: { matched: ['Ada'], leftOut: [{ name: 'Bob', rule: 'active' }] },
    choices: { kinds: ['all', 'small'] },
    expectedRequests: 1,
    partial: false
  })
  const { connectionId } = await install('people')
  const saved = await call('POST', '/v1/integrations/tallybook/preview', { connectionId, syncType: 'people' })
  t.same(saved.body, typed.body)

  const url = '/v1/integrations/tallybook/preview'
  t.equal((await call('POST', url, { connectionId, syncType: 'people' }, 'other')).status, 404)
  const either = { status: 400, body: { problems: [{ pointer: '/credentials' }, { pointer: '/connectionId' }] } }
  t.match(await call('POST', url, { ...order, connectionId }), either)
  t.match(await call('POST', url, { syncType: 'people' }), either)
  t.match((await call('POST', url, { ...order, syncType: 'cats' })).body, { problems: [{ pointer: '/syncType' }] })
  const refused = await call('POST', url, { ...order, credentials: { ...credentials, token: 'fake-wrong-token' } })
  t.match(refused, { status: 422, body: { code: 'HOST_ERR_CREDENTIALS_INVALID' } })
  book.mood = 'failing'
  t.match(await call('POST', url, order), { status: 502, body: { code: 'HOST_ERR_VENDOR_UNAVAILABLE' } })
})

t.test('field report F2: a preview answers within twenty seconds, with what was counted', async t => {
  const { call, credentials, book } = await openDesk(t)
  book.gate = new Promise(() => {})
  const began = performance.now()
  const order = { credentials, syncType: 'people' }
  const { status, body } = await call('POST', '/v1/integrations/tallybook/preview', order)
  t.ok(performance.now() - began < 25_000, 'which a busy machine may not notice at once')
  t.equal(status, 200)
  t.match(body, { partial: true, choices: { kinds: ['all', 'small'] } })
})
