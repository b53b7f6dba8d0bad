import t from 'tap'
import { openDesk } from './desk.ts'

const url = '/v1/integrations/tallybook/explain'

t.test('explain tells each rule in words, beside the vendor’s facts and what is stored', async t => {
  const { call, install, ran, book } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada', plan: 'Gold' })
  book.customers.set(2, { id: 2, name: 'Bob' })
  book.customers.set(3, { id: 3, name: 'Cy', active: false })
  const { connectionId, ids } = await install('people', 'plans')
  for (const id of ids) await ran(id)
  const ask = async (query: string) => (await call('GET', `${url}?connectionId=${connectionId}&${query}`)).body

  const ada = await ask('id=1')
  t.match(ada, {
    found: true,
    verdict: /People has "Ada": it passes every rule\. Plans has "Ada"/,
    externalId: '1',
    name: 'Ada',
    facts: { name: 'Ada', active: true, plan: 'Gold' },
    client: { name: 'Ada', status: 'active' },
    lastRun: { status: 'succeeded' },
    others: []
  })
  t.same(
    ada.rules.map(({ syncType, name, passed }: any) => `${syncType} ${name} ${passed}`),
    ['people active true', 'people kind true', 'plans active true', 'plans kind true', 'plans plan true']
  )
  // The vendor's search minds letter case; the store's does not, and leads to the vendor's id.
  t.match(await ask('name=bob'), { found: true, externalId: '2' })
  t.match(await ask('name=Bob'), {
    found: true,
    externalId: '2',
    verdict: /Plans does not take "Bob": It has no plan\./,
    rules: [{}, {}, {}, {}, { name: 'plan', title: 'Has a plan', passed: false, message: 'It has no plan' }]
  })
  t.match(await ask('id=3'), { found: true, client: null, lastRun: null, verdict: /It is switched off\./ })
  t.match(await ask('id=99'), { found: false, client: null, verdict: /nothing with the id "99"/, rules: [] })
})

t.test('a client that the vendor has no more is explained by what is stored', async t => {
  const { call, install, ran, book } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  const { connectionId, ids } = await install('people')
  await ran(ids[0]!)
  book.customers.clear()
  const { body } = await call('GET', `${url}?connectionId=${connectionId}&name=ada`)
  t.match(body, { found: false, externalId: '1', name: 'Ada', client: { name: 'Ada' }, verdict: /no longer has "Ada"/ })
})

t.test('of several with such a name the exact one is explained, and the others are named', async t => {
  const { call, install, book } = await openDesk(t)
  for (const [index, name] of ['Acme East', 'Acme', 'Acme West'].entries())
    book.customers.set(index + 1, { id: index + 1, name })
  const { connectionId } = await install('people')
  const { body } = await call('GET', `${url}?connectionId=${connectionId}&name=Acme`)
  t.match(body, { externalId: '2', others: [{ externalId: '1', name: 'Acme East' }, { externalId: '3' }] })
})

t.test('explain takes exactly one of id and name, and says when the vendor is away', async t => {
  const { call, install, book, ran } = await openDesk(t)
  const { connectionId, ids } = await install('people')
  await ran(ids[0]!)
  for (const query of ['', '&id=1&name=Ada', '&id='])
    t.equal((await call('GET', `${url}?connectionId=${connectionId}${query}`)).status, 400, query)
  t.equal((await call('GET', `${url}?id=1`)).status, 400)
  t.equal((await call('GET', `${url}?connectionId=con_none&id=1`)).status, 404)
  book.mood = 'failing'
  t.match(await call('GET', `${url}?connectionId=${connectionId}&id=1`), {
    status: 502,
    body: { code: 'HOST_ERR_VENDOR_UNAVAILABLE' }
  })
  book.mood = 'well'
  book.tokens.clear()
  t.match(await call('GET', `${url}?connectionId=${connectionId}&id=1`), {
    status: 422,
    body: { detail: /refuses the token/ }
  })
})
