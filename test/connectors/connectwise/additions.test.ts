/** Additions have no list of changes: how a poll finds those that were added, changed or taken away. */
import t, { type Test } from 'tap'
import { bigAccount, type ConnectWiseOptions, tinyIds } from '../../doubles/connectwise/index.ts'
import { fullRead, type Instance, lookUp, openInstance, tick } from './instance.ts'

const agreements = 'active-agreements'
const first = String(tinyIds['active customer'])
const addition = { agreementId: 101, quantity: 2, unitPrice: 0.3, extPrice: 0.6, effectiveDate: '2024-01-01T00:00:00Z' }

/** What agreement 101 costs, reckoned from the double's own tables. */
const costAt = ({ oracle }: Instance['server']) =>
  oracle.agreements().find(({ externalId }) => externalId === '101')!.overallCost

async function open(t: Test, options: ConnectWiseOptions = {}, call: Parameters<typeof openInstance>[2] = {}) {
  const instance = await openInstance(t, options, call)
  const kept = await fullRead(instance, agreements)
  const costOf = (id: string) =>
    kept.clients.get(first)!.contribution.agreements!.find(({ externalId }) => externalId === id)!.overallCost
  return { instance, server: instance.server, kept, costOf }
}

t.test('an addition that is added, changed or taken away is found, though its agreement has not moved', async t => {
  const { instance, server, kept, costOf } = await open(t)
  t.equal(costOf('101'), '100.40')
  const { id } = server.addAddition(addition)
  t.same((await tick(instance, agreements, kept)).ids, [first])
  t.equal(costOf('101'), '101.00')

  server.updateAddition(id, { extPrice: 5 })
  t.same((await tick(instance, agreements, kept)).ids, [first])
  t.equal(costOf('101'), '105.40')

  server.removeAddition(id)
  t.same((await tick(instance, agreements, kept)).ids, [first])
  t.equal(costOf('101'), '100.40')
  t.equal((await tick(instance, agreements, kept)).read, 0, 'and only once')
})

t.test('what was looked at is not read again while the host still holds the former state', async t => {
  const { instance, server, kept } = await open(t)
  server.removeAddition(1001)
  const before = kept.clients.get(first)!
  t.same((await tick(instance, agreements, kept)).ids, [first])
  // A loss waits for a person: the stamps stay what they were.
  kept.clients.set(first, before)
  t.equal((await tick(instance, agreements, kept)).read, 0)
  server.updateAddition(1002, { extPrice: 9 })
  t.same((await tick(instance, agreements, kept)).ids, [first], 'another change is another state')
})

t.test('a change in the very second of an earlier one that was read is not lost', async t => {
  const { instance, server, kept, costOf } = await open(t, { now: () => new Date() })
  const second = () => new Date().toISOString().slice(0, 19)
  let started: string
  do {
    started = second()
    server.updateAddition(1001, { extPrice: 1 })
    await tick(instance, agreements, kept)
    server.updateAddition(1001, { extPrice: 2 })
  } while (second() !== started)
  await tick(instance, agreements, kept)
  server.resetLog()
  t.equal(costOf('101'), costAt(server))
})

t.test('a tick asks 50 agreements, and the rounds go on where the last tick ended', async t => {
  const account = bigAccount({ companies: 150, additionsPerAgreement: 1 })
  let now = Date.now()
  const { instance, server, kept } = await open(t, { account, rateLimit: false }, { now: () => new Date(now) })
  t.equal(kept.clients.size, 114)
  const asked: string[][] = []
  const ages: number[] = []
  for (let turn = 0; turn < 6; turn++) {
    server.resetLog()
    await tick(instance, agreements, kept)
    const bundle = server.requests.find(({ path }) => path.endsWith('/system/bundles'))
    asked.push(JSON.parse(bundle!.body).requests.map((one: any) => String(one.apiRequest.parentId)))
    ages.push(kept.oldestLookSeconds!)
    now += 60_000
  }
  t.same(
    asked.map(ids => ids.length),
    [50, 50, 14, 50, 50, 14]
  )
  const all = kept.roster().flatMap(entry => entry.agreements)
  t.same(new Set(asked.slice(0, 3).flat()), new Set(all))
  t.same(asked.slice(3), asked.slice(0, 3))
  t.same(ages, [0, 60, 120, 180, 240, 120], 'no look is older than this')
})

t.test('a client with more agreements than one turn holds is gone through whole', async t => {
  const { instance, server, kept } = await open(t)
  const added = Array.from({ length: 120 }, () => server.addAgreement({ companyId: 1, name: 'One of many' }).id)
  await tick(instance, agreements, kept)
  const asked = new Set<number>()
  for (let turn = 0; turn < 3; turn++) {
    server.resetLog()
    await tick(instance, agreements, kept)
    for (const { path, body } of server.requests)
      if (path.endsWith('/system/bundles'))
        for (const { apiRequest } of JSON.parse(body).requests) asked.add(apiRequest.parentId)
  }
  t.same(
    added.filter(id => !asked.has(id)),
    []
  )
})

t.test(
  'where bundles are refused a tick asks five agreements by themselves, and tries bundles again the next day',
  async t => {
    const account = bigAccount({ companies: 30 })
    let now = Date.now()
    const { instance, server, kept } = await open(t, { account, bundles: false }, { now: () => new Date(now) })
    const singles = () => server.requests.filter(({ path }) => /agreements\/\d+\/additions/.test(path)).length
    const bundles = () => server.requests.filter(({ path }) => path.endsWith('/system/bundles')).length
    server.resetLog()
    await tick(instance, agreements, kept)
    t.same([bundles(), singles()], [0, 5])
    now += 24 * 3600_000
    server.resetLog()
    await tick(instance, agreements, kept)
    t.equal(bundles(), 2)
  }
)

t.test('D5: one refused bundle is a hiccup', async t => {
  const account = bigAccount({ companies: 130 })
  const instance = await openInstance(t, { account })
  instance.server.fail({ kind: 'status', status: 404, endpoint: 'bundles', times: 1 })
  const kept = await fullRead(instance, agreements)
  t.ok(kept.clients.size > 90)
  t.equal(instance.calls.state.bundlesRefused, undefined)
  t.notOk(instance.server.requests.some(({ path }) => /agreements\/\d+\/additions/.test(path)))
})

t.test('a list that a bundle cuts at the default page size is read on by itself', async t => {
  const instance = await openInstance(t, { bundlePageSize: 25 })
  for (let number = 0; number < 40; number++) instance.server.addAddition(addition)
  const kept = await fullRead(instance, agreements)
  const cost = kept.clients
    .get(first)!
    .contribution.agreements!.find(({ externalId }) => externalId === '101')?.overallCost
  t.equal(cost, costAt(instance.server))
  t.equal((await tick(instance, agreements, kept)).read, 0)
})

t.test('a row that comes twice in a bundle does not cost twice', async t => {
  const instance = await openInstance(t)
  instance.server.fail({ kind: 'doubledRows', endpoint: 'additions', times: 2 })
  const kept = await fullRead(instance, agreements)
  const cost = kept.clients
    .get(first)!
    .contribution.agreements!.find(({ externalId }) => externalId === '101')?.overallCost
  t.equal(cost, '100.40')
})

t.test('a client says on which day it is another one by date alone', async t => {
  const now = () => new Date('2026-03-10T12:00:00Z')
  const instance = await openInstance(t, {}, { now })
  const changesOn = async () => (await lookUp(instance, agreements, [first])).clients.get(first)!.contribution.changesOn
  const { server } = instance
  server.updateAgreement(101, { startDate: '2024-02-01T00:00:00Z', noEndingDateFlag: true })
  for (const id of server.data.additions.children(101)) {
    server.updateAddition(id, { effectiveDate: '2024-01-01T00:00:00Z', cancelledDate: undefined })
  }
  t.equal(await changesOn(), undefined)
  server.updateAgreement(101, { noEndingDateFlag: false, endDate: '2026-06-30T00:00:00Z' })
  t.equal(await changesOn(), '2026-07-01', 'the day after the last one')
  server.addAddition({ ...addition, cancelledDate: '2026-05-01T00:00:00Z' })
  t.equal(await changesOn(), '2026-05-01')
  server.addAddition({ ...addition, effectiveDate: '2026-04-01T00:00:00Z' })
  t.equal(await changesOn(), '2026-04-01')
  server.addAddition({ ...addition, effectiveDate: '2026-03-20T00:00:00Z', billCustomer: 'DoNotBill' })
  t.equal(await changesOn(), '2026-04-01', 'what is not billed changes nothing')
})

t.test(
  'a part of a bundle that is refused in other words is no empty list, and of two answers neither counts',
  async t => {
    const costs = async (instance: Instance) =>
      [...(await fullRead(instance, agreements)).clients].map(([id, { contribution }]) => [
        id,
        contribution.agreements!.map(({ overallCost }) => overallCost)
      ])
    const plain = await costs(await openInstance(t))
    t.ok(JSON.stringify(plain).includes('100.40'))
    const parts = (length: number, part: object) =>
      Array.from({ length }, (_, at) => ({ sequenceNumber: (at % 50) + 1, entities: [], ...part }))
    for (const [what, results] of Object.entries({
      text: parts(50, { success: 'False' }),
      status: parts(50, { statusCode: 500 }),
      twice: parts(100, { success: true, statusCode: 200 })
    })) {
      const instance = await openInstance(t)
      instance.server.fail({ kind: 'status', status: 200, body: { results }, endpoint: 'bundles' })
      t.strictSame(await costs(instance), plain, what)
    }
  }
)
