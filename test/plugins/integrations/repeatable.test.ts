import t from 'tap'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { openDesk } from './installations/desk.ts'

const url = '/v1/integrations/tallybook/install'
const keyed = (key: string) => ({ 'idempotency-key': key })

t.test('an install that is repeated is answered again and not done twice', async t => {
  const { call, credentials, book } = await openDesk(t)
  const order = { credentials, syncTypes: ['people'] }
  const first = await call('POST', url, order, 'acme', keyed('one'))
  t.equal(first.status, 201)
  t.notOk(first.headers['idempotency-replayed'])
  const { requests } = book
  const again = await call('POST', url, order, 'acme', keyed('one'))
  t.equal(again.status, 201)
  t.same(again.body, first.body)
  t.equal(again.headers['idempotency-replayed'], 'true')
  t.ok(book.requests - requests < 5, 'the vendor is not asked again')
  t.equal((await call('GET', '/v1/installations')).body.items.length, 1)

  const other = await call('POST', url, { ...order, syncTypes: ['plans'] }, 'acme', keyed('one'))
  t.match(other, { status: 422, body: { code: 'HOST_ERR_IDEMPOTENCY_KEY_REUSED' } })
  t.equal((await call('POST', url, order, 'acme', keyed('two'))).status, 409, 'another order is another order')
  t.equal((await call('POST', url, order, 'other', keyed('one'))).status, 201, 'another tenant’s keys are its own')
})

t.test('a run that is asked for twice with one key is one run, also after it has ended', async t => {
  const { call, install, ran } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  const { lastRun } = await ran(id)
  const ask = (mode: string) => call('POST', `/v1/installations/${id}/${mode}`, undefined, 'acme', keyed('run-1'))
  const { body, status } = await ask('sync')
  t.equal(status, 202)
  const { lastRun: next } = await ran(id, lastRun.id)
  t.equal(next.id, body.runId)
  t.same((await ask('sync')).body, body)
  t.match(await ask('compare'), { status: 422 }, 'the key belongs to the sync')
  t.equal((await call('GET', `/v1/installations/${id}`)).body.lastRun.id, next.id)
})

t.test('what failed is not kept: a repetition tries again', async t => {
  const { call, credentials, book } = await openDesk(t)
  const order = { credentials, syncTypes: ['people'] }
  book.mood = 'failing'
  t.equal((await call('POST', url, order, 'acme', keyed('one'))).status, 422)
  book.mood = 'well'
  t.equal((await call('POST', url, order, 'acme', keyed('one'))).status, 201)
})

t.test('a repetition that comes too soon is told to wait', async t => {
  const { call, install, host } = await openDesk(t)
  const [id] = (await install('people')).ids as [string]
  const { replies } = host.store
  let release = () => {}
  const finish = replies.finish.bind(replies)
  const slow = new Promise<void>(resolve => {
    release = resolve
  })
  const finishing = Promise.withResolvers<void>()
  Object.assign(replies, {
    async finish(key: string, answer: string) {
      finishing.resolve()
      await slow
      return finish(key, answer)
    }
  })
  const path = `/v1/installations/${id}/compare`
  const first = call('POST', path, undefined, 'acme', keyed('one'))
  await finishing.promise
  const early = await call('POST', path, undefined, 'acme', keyed('one'))
  t.match(early, { status: 409, body: { code: 'HOST_ERR_REQUEST_UNDER_WAY' } })
  release()
  t.equal((await first).status, 202)
  t.same((await call('POST', path, undefined, 'acme', keyed('one'))).body, (await first).body)
})

t.test('a key is 1 to 200 visible characters', async t => {
  const { call, credentials, book } = await openDesk(t)
  for (const key of ['', 'with blanks', 'x'.repeat(201)]) {
    const answer = await call('POST', url, { credentials, syncTypes: ['people'] }, 'acme', keyed(key))
    t.match(answer, { status: 400, body: { problems: [{ pointer: '/idempotency-key' }] } }, key)
  }
  t.equal(book.requests, 0)
})

t.test('the store is told neither the key nor what was sent', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  const seen: string[] = []
  const { tryBegin, finish } = store.replies
  Object.assign(store.replies, {
    tryBegin: (...given: Parameters<typeof tryBegin>) => {
      seen.push(JSON.stringify(given))
      return tryBegin(...given)
    },
    finish: (...given: Parameters<typeof finish>) => {
      seen.push(JSON.stringify(given))
      return finish(...given)
    }
  })
  const { call, credentials } = await openDesk(t, { store })
  await call('POST', url, { credentials, syncTypes: ['people'] }, 'acme', keyed('canary-key'))
  t.equal(seen.length, 2)
  for (const text of seen) t.notMatch(text, /canary|fake-token|127\.0\.0\.1/)
})
