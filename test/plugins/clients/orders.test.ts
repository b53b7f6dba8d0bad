/** Lists of clients in their orders over REST, over each store; F1 of the field reports among them. */
import t, { type Test } from 'tap'
import type { ClientRecord, Lease, Store } from '../../../plugins/storage/port.ts'
import { buildTestHost, type TestHost } from '../../build-test-host.ts'
import { leased, profileOf, put, recordOf } from '../../conformance/storage/fixtures.ts'
import { eachStore } from '../storage/each-store.ts'

const minute = 60_000
const start = Date.UTC(2026, 10, 1)
const at = (ms: number) => new Date(start + ms).toISOString()

interface Walked extends TestHost {
  readonly store: Store
  readonly lease: Lease
  /** The host's clock, in ms after the start. */
  clock: number
  page(query: string): Promise<{ items: any[]; nextCursor: string | null; changedUntil: string | null }>
}

async function walked(t: Test, store: Store, records: (lease: Lease) => ClientRecord[]): Promise<Walked> {
  const lease = await leased(store)
  await put(store, lease, records(lease))
  const scene = { clock: 3600_000 } as Walked
  const host = await buildTestHost(t, { store, now: () => new Date(start + scene.clock) })
  const page: Walked['page'] = async query => {
    const { status, body } = await host.call('acme', 'GET', `/v1/clients?${query}`)
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body
  }
  return Object.assign(scene, host, { store, lease, page })
}

/** A run writes this client anew, under another name. */
async function rename({ store, lease, clock }: Walked, externalId: string, name: string): Promise<void> {
  const [stored] = await store.clients.load(lease.connectionId, [externalId])
  const { nameKey } = recordOf(lease, externalId, { profile: profileOf(name) })
  const lost = await put(store, lease, [{ ...stored!, profile: profileOf(name), nameKey, updatedAt: at(clock) }])
  if (lost.length > 0) throw new Error('the write was lost')
}

const idOf = (item: any) => item.sources[0].externalId as string
const cursorOf = (cursor: string) => `&cursor=${encodeURIComponent(cursor)}`

for (const [kind, options, open] of eachStore) {
  t.test(`over ${kind}`, options, async t => {
    await t.test('clients come in each order, and those that changed since a moment', async t => {
      const names = ['Cy', 'ada', 'Bob', 'Dee']
      const scene = await walked(t, await open(t), lease =>
        names.map((name, i) => recordOf(lease, String(i), { profile: profileOf(name), updatedAt: at(i * 1000) }))
      )
      const ids = async (query: string) => (await scene.page(query)).items.map(idOf).join('')
      t.equal(await ids(''), '1203')
      t.equal(await ids('order=name'), '1203')
      t.equal(await ids('order=-name'), '3021')
      t.equal(await ids('order=changed'), '0123')
      t.equal(await ids('order=-changed'), '3210')
      t.equal(await ids('order=id'), '0123')
      t.equal(await ids(`changedSince=${at(2000)}`), '23', 'by change, unless another order is asked for')
      t.equal(await ids(`order=-changed&changedSince=${at(1000)}`), '321')
      const east = encodeURIComponent('2026-11-01T02:00:02+02:00')
      t.equal(await ids(`changedSince=${east}`), '23', 'a moment is one in every zone')
    })

    await t.test(
      'a walk by change ends a minute before now and says where; downwards it begins with the newest',
      async t => {
        const scene = await walked(t, await open(t), lease => [
          recordOf(lease, '1', { updatedAt: at(0) }),
          recordOf(lease, '2', { updatedAt: at(3600_000 - minute) }),
          recordOf(lease, '3', { updatedAt: at(3600_000 - minute + 1) })
        ])
        const page = await scene.page('order=changed')
        t.same([page.items.map(idOf), page.nextCursor, page.changedUntil], [['1', '2'], null, at(3600_000 - minute)])
        t.same((await scene.page('order=-changed')).items.map(idOf), ['3', '2', '1'])
        t.equal((await scene.page('order=-changed')).changedUntil, null)
        t.equal((await scene.page('order=id')).changedUntil, null)
        scene.clock += 1
        t.same((await scene.page(`changedSince=${page.changedUntil}`)).items.map(idOf), ['2', '3'])
      }
    )

    await t.test('F1: a walk by id meets every client though they are renamed under it', async t => {
      const scene = await walked(t, await open(t), lease =>
        Array.from({ length: 12 }, (_, i) => recordOf(lease, String(i), { profile: profileOf(`N${i}`) }))
      )
      const met: string[] = []
      for (let cursor = '', step = 0; ; step++) {
        const { items, nextCursor } = await scene.page(`order=id&limit=3${cursor}`)
        met.push(...items.map(idOf))
        if (nextCursor === null) break
        // To before and behind where the walk stands, in the order of names.
        await rename(scene, String(11 - step), 'Aaron')
        await rename(scene, String(step), 'Zoe')
        cursor = cursorOf(nextCursor)
      }
      t.same(met.sort(), Array.from({ length: 12 }, (_, i) => String(i)).sort(), 'each once')
    })

    await t.test(
      'F1: walks by change, each from where the last one ended, meet every client and every change',
      async t => {
        const count = 12
        const scene = await walked(t, await open(t), lease =>
          Array.from({ length: count }, (_, i) => recordOf(lease, String(i), { updatedAt: at(i * 1000) }))
        )
        const known = new Map<string, string>()
        let step = 0
        const walk = async (query: string): Promise<string> => {
          for (let cursor = ''; ; ) {
            const { items, nextCursor, changedUntil } = await scene.page(`order=changed&limit=3${query}${cursor}`)
            for (const item of items) known.set(idOf(item), item.name)
            if (nextCursor === null) return changedUntil!
            scene.clock += 5000
            // What the walk has not come to yet moves behind its end, and what it has met changes too.
            for (const i of [step, count - 1 - step]) await rename(scene, String(i), `Name ${i} of step ${step}`)
            // A page that another host began earlier, by a clock that is behind, is written only now.
            const late = { ...scene, clock: scene.clock - 50_000 } as Walked
            await rename(late, String(count / 2), `Late in step ${step}`)
            step = (step + 1) % (count / 2)
            cursor = cursorOf(nextCursor)
          }
        }
        let since = await walk('')
        for (let round = 0; round < 3; round++) {
          scene.clock += minute
          since = await walk(`&changedSince=${since}`)
        }
        scene.clock += 2 * minute
        for (const item of (await scene.page(`changedSince=${since}&limit=500`)).items) known.set(idOf(item), item.name)
        const stored = await scene.page('order=id')
        t.same([...known].sort(), stored.items.map(item => [idOf(item), item.name]).sort())
        t.equal(known.size, count)
      }
    )
  })
}

t.test('what does not go together is refused with the field at fault', async t => {
  const { call } = await buildTestHost(t)
  const refused: [string, string][] = [
    ['order=size', '/order'],
    ['order=changed&search=ada', '/order'],
    ['order=-name&search=ada', '/order'],
    [`search=ada&changedSince=${at(0)}`, '/changedSince'],
    [`order=name&changedSince=${at(0)}`, '/changedSince'],
    [`order=id&changedSince=${at(0)}`, '/changedSince'],
    ['changedSince=yesterday', '/changedSince'],
    ['changedSince=2026-11-01', '/changedSince'],
    ['changedSince=2026-11-01T00:00:00', '/changedSince'],
    ['changedSince=2026-13-01T00:00:00Z', '/changedSince'],
    ['changedSince=', '/changedSince']
  ]
  for (const [query, pointer] of refused) {
    const { status, body } = await call('acme', 'GET', `/v1/clients?${query}`)
    t.match({ status, body }, { status: 400, body: { problems: [{ pointer }] } }, query)
  }
  t.equal((await call('acme', 'GET', '/v1/clients?order=name&search=ada')).status, 200)
})
