/** Pages of clients in both directions, and how many there are, over REST and over each store. */
import t from 'tap'
import { PAGE_BYTES } from '../../../plugins/storage/page-weight.ts'
import { buildTestHost } from '../../build-test-host.ts'
import { agreementOf, leased, profileOf, put, recordOf } from '../../conformance/storage/fixtures.ts'
import { eachStore } from '../storage/each-store.ts'

for (const [kind, options, open] of eachStore) {
  t.test(`over ${kind}`, options, async t => {
    const store = await open(t)
    const lease = await leased(store)
    const names = ['Ada', 'Bob', 'Cy', 'Dee', 'Eve', 'Flo', 'Gus']
    await put(
      store,
      lease,
      names.map((name, i) =>
        recordOf(lease, String(i), { profile: profileOf(name), status: i === 6 ? 'gone' : 'active' })
      )
    )
    const { call } = await buildTestHost(t, { store })
    const page = async (query: Record<string, string>) => {
      const { status, body } = await call('acme', 'GET', `/v1/clients?${new URLSearchParams(query)}`)
      if (status !== 200) throw new Error(JSON.stringify(body))
      return { ...body, names: body.items.map((item: any) => item.name).join(' ') }
    }

    await t.test('a list is walked to its end and back, in each order and in a search', async t => {
      for (const query of [{}, { order: '-name' }, { order: 'id' }, { search: 'a b c d e f' }, { status: 'active' }]) {
        const pages = [await page({ ...query, limit: '3' })]
        while (pages.at(-1)!.nextCursor !== null)
          pages.push(await page({ ...query, limit: '3', cursor: pages.at(-1)!.nextCursor }))
        t.equal(pages[0]!.previousCursor, null)
        for (let at = pages.length - 1; at > 0; at--) {
          const back = await page({ ...query, limit: '3', before: pages[at]!.previousCursor })
          t.equal(back.names, pages[at - 1]!.names, JSON.stringify(query))
          t.equal(back.previousCursor === null, at === 1)
        }
      }
    })

    await t.test('how many there are is told to who asks, unless a search or a moment leaves some out', async t => {
      t.equal((await page({})).total, null)
      t.same((await page({ total: 'true', limit: '1' })).total, { count: 7, exact: true })
      t.same((await page({ total: 'true', status: 'gone' })).total, { count: 1, exact: true })
      t.same((await page({ total: 'true', connectionId: lease.connectionId })).total, { count: 7, exact: true })
      t.same((await page({ total: 'true', connectionId: 'con_none' })).total, { count: 0, exact: true })
      t.equal((await page({ total: 'true', search: 'ada' })).total, null)
      t.equal((await page({ total: 'true', externalId: '1' })).total, null)
      t.equal((await page({ total: 'true', changedSince: '2026-01-01T00:00:00Z' })).total, null)
    })

    await t.test('a page begins behind one or ends before one', async t => {
      const { nextCursor } = await page({ limit: '1' })
      const cursor = encodeURIComponent(nextCursor)
      const both = await call('acme', 'GET', `/v1/clients?cursor=${cursor}&before=${cursor}`)
      t.match(both, { status: 400, body: { code: 'HOST_ERR_BAD_REQUEST', problems: [{ pointer: '/before' }] } })
      t.match(await call('acme', 'GET', '/v1/clients?before=abc'), {
        status: 400,
        body: { code: 'HOST_ERR_BAD_CURSOR' }
      })
      t.match((await call('globex', 'GET', `/v1/clients?before=${cursor}&total=true`)).body, {
        items: [],
        total: { count: 0 }
      })
    })
  })
}

for (const [kind, options, open] of eachStore) {
  t.test(
    `over ${kind}, no answer grows with the size of clients: it ends before its limit, and its cursor goes on`,
    options,
    async t => {
      const store = await open(t)
      const lease = await leased(store)
      const names = Array.from({ length: 9 }, (_, i) => `Large ${i}`)
      for (const [i, name] of names.entries()) {
        const contractName = `${name} `.padEnd(PAGE_BYTES / 4, 'x')
        const agreements = [agreementOf(`a${i}`, { contractName })]
        await put(store, lease, [recordOf(lease, String(i), { profile: profileOf(name), agreements })])
      }
      const { call, host, as } = await buildTestHost(t, { store })
      const walk = async (path: string) => {
        const items: any[] = []
        for (let cursor = ''; ; ) {
          const { status, body } = await call('acme', 'GET', `${path}?limit=500${cursor}`)
          t.equal(status, 200)
          t.ok(body.items.length >= 1 && body.items.length <= 3, `${body.items.length} in one answer`)
          items.push(...body.items)
          if (body.nextCursor === null) return items
          cursor = `&cursor=${body.nextCursor}`
        }
      }
      t.same(
        (await walk('/v1/clients')).map(({ name }) => name),
        names
      )
      t.same(
        (await walk('/v1/agreements')).map(({ clientName }) => clientName),
        names
      )
      t.match((await call('acme', 'GET', '/v1/agreements/vendors')).body, { agreements: names.length, partial: false })
      const { body: file } = await host.inject({ url: '/v1/clients.csv', headers: await as('acme') })
      for (const name of names) t.equal(file.split('\r\n').filter(line => line.startsWith(name)).length, 1, name)
    }
  )
}
