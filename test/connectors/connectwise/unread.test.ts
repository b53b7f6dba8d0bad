/** What cannot be read is not absent: it is named, so that the host keeps what it had of it. */
import t, { type Test } from 'tap'
import { PermissionMissing, SourceUnavailable } from '../../../plugins/connector/contract.ts'
import { bigAccount, type ConnectWiseOptions } from '../../doubles/connectwise/index.ts'
import { fullRead, lookUp, openInstance, tick } from './instance.ts'

const customers = 'active-customers'
const agreements = 'active-agreements'
const many = (t: Test, options: ConnectWiseOptions = {}) =>
  openInstance(t, { account: bigAccount({ companies: 130 }), rateLimit: false, ...options })

t.test('A5: contacts that hide their company are asked for again, and count as unread then', async t => {
  const instance = await many(t)
  const plain = await fullRead(instance, customers)
  const fault = instance.server.fail({ kind: 'blankField', endpoint: 'contacts', field: 'company', times: 1 })
  t.same((await fullRead(instance, customers)).clients, plain.clients, 'once is an odd answer')
  fault.clear()
  instance.server.fail({ kind: 'blankField', endpoint: 'contacts', field: 'company' })
  const pass = await fullRead(instance, customers)
  t.ok(pass.unread.size > 90 && [...pass.unread.values()].every(keys => keys.join() === 'contact'))
  const { unread } = await lookUp(instance, customers, ['2', '3'])
  t.same(unread.get('3'), ['contact:5', 'contact:6'], 'fewer are looked for one by one')
})

t.test('a contact that hides its company is unread for the one whose it is', async t => {
  const instance = await openInstance(t)
  instance.server.fail({ kind: 'oddRecord', table: 'contacts', id: 11, odd: ({ company, ...contact }) => contact })
  const kept = await fullRead(instance, customers)
  t.same([...kept.unread.values()], [['contact:11'], [], []])
})

t.test('a contact without an id is unread as one of its company, however many it has', async t => {
  const instance = await openInstance(t)
  instance.server.fail({ kind: 'oddRecord', table: 'contacts', id: 11, odd: 'noId' })
  const kept = await fullRead(instance, customers)
  t.same([kept.unread.get('1'), kept.unread.get('7')], [['contact'], []])
})

t.test('A6: companies that hide their types or status are set aside with their version, not failed', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  for (const [field, as, words] of [
    ['types', 'absent', /of which types/],
    ['status', 'empty-object', /which status/]
  ] as const) {
    const fault = instance.server.fail({ kind: 'blankField', endpoint: 'companies', field, as })
    for (const id of [1, 7]) instance.server.updateCompany(id, { city: `Without ${field}` })
    const came = await tick(instance, customers, kept)
    t.same([came.leftOut.size, came.gone.length], [0, 0])
    t.match(came.rejects, [
      { externalId: '1', reason: words, stamps: { company: /^20/ } },
      { externalId: '7', reason: words }
    ])
    // The notebook has no clients any more but what it was told: as the host, it knows the version.
    for (const id of ['1', '7']) kept.clients.delete(id)
    t.equal((await tick(instance, customers, kept)).read, 0, 'the same version is looked at once')
    fault.clear()
    for (const id of [1, 7]) instance.server.updateCompany(id, { city: 'With all' })
    await tick(instance, customers, kept)
  }
  const pass = await fullRead(instance, customers)
  t.same(pass.lists.seen, pass.lists.before)
})

t.test('A6: all of ten or more that lack it are asked for again', async t => {
  const instance = await many(t)
  instance.server.fail({ kind: 'blankField', endpoint: 'companies', field: 'types', operation: 'list', times: 1 })
  const kept = await fullRead(instance, customers)
  t.same([kept.rejects, kept.clients.size > 90], [[], true])
})

t.test('A8: an agreement that cannot be sent is unread for its company, and the others come', async t => {
  const instance = await many(t)
  instance.server.fail({ kind: 'badRecord', table: 'agreements', id: 12 })
  const kept = await fullRead(instance, agreements)
  t.same(
    [...kept.unread].filter(([, keys]) => keys.length > 0),
    [['12', ['agreement:12']]]
  )
  t.same(kept.lists.seen, kept.lists.before)
})

for (const status of [403, 404, 500, 502, 504]) {
  t.test(`A8, D4: additions of one agreement that answer ${status} are unread, and the rest comes`, async t => {
    const instance = await many(t)
    const plain = await fullRead(instance, agreements)
    instance.server.fail({ kind: 'badRecord', table: 'additions', parent: 12, status, sparesIds: false })
    const kept = await fullRead(instance, agreements)
    t.same(kept.unread.get('12'), ['addition:12', 'product:12'])
    t.same([...kept.clients.keys()], [...plain.clients.keys()])
    t.same(kept.clients.get('13'), plain.clients.get('13'))

    instance.server.updateAgreement(12, { name: 'Changed' })
    await tick(instance, agreements, plain)
    t.equal((await tick(instance, agreements, plain)).read, 0, 'a tick beside it is a quiet one')
  })
}

t.test('A8: of the additions of an agreement only the one that cannot be sent is unread', async t => {
  const instance = await many(t)
  instance.server.fail({ kind: 'badRecord', table: 'additions', id: 24 })
  const kept = await fullRead(instance, agreements)
  t.same(kept.unread.get('12'), ['addition:12/24', 'product:12/24'])
  t.ok('addition:12/23' in kept.clients.get('12')!.stamps)
  instance.server.resetLog()
  t.equal((await tick(instance, agreements, kept)).read, 0)
})

t.test('additions that are refused to the rotation are not gone', async t => {
  const instance = await many(t)
  const kept = await fullRead(instance, agreements)
  for (const rule of [{ parent: 12, status: 403, sparesIds: false }, { id: 26 }]) {
    const fault = instance.server.fail({ kind: 'badRecord', table: 'additions', ...rule })
    kept.memo = undefined
    t.equal((await tick(instance, agreements, kept)).read, 0)
    t.ok(fault.hits > 0)
    fault.clear()
  }
})

t.test('additions refused for all of so many agreements are a missing right, or an outage', async t => {
  const instance = await many(t, { bundles: false })
  const fault = instance.server.fail({ kind: 'status', status: 403, endpoint: 'additions' })
  await t.rejects(fullRead(instance, agreements), PermissionMissing)
  fault.clear()
  instance.server.fail({ kind: 'status', status: 500, endpoint: 'additions' })
  await t.rejects(fullRead(instance, agreements), SourceUnavailable)
})

t.test('A3: a product that the catalogue does not list is no child of the vendor’s name any more', async t => {
  const instance = await openInstance(t)
  const listed = (kept: Awaited<ReturnType<typeof fullRead>>) =>
    Object.keys(kept.clients.get('1')!.stamps).filter(key => key.startsWith('product:101/')).length
  const plain = await fullRead(instance, agreements)
  const before = listed(plain)
  t.ok(before > 2)
  const { additions } = instance.server.data
  const productOf = (id: number) => additions.get(id)!.product.id
  const same = additions.children(101).filter(id => productOf(id) === productOf(1001)).length
  instance.server.hide('catalog', ({ id }) => id === productOf(1001))
  t.equal(listed(await fullRead(instance, agreements)), before - same)
  instance.server.hide('catalog')
  t.equal(listed(await fullRead(instance, agreements)), 0)
})

t.test('a contact that became inactive is listed by a look-up, and not by a pass', async t => {
  const instance = await openInstance(t)
  instance.server.updateContact(11, { inactiveFlag: true })
  const stampsOf = (kept: Awaited<ReturnType<typeof fullRead>>) => Object.keys(kept.clients.get('1')!.stamps)
  t.notOk(stampsOf(await fullRead(instance, customers)).includes('contact:11'))
  const found = await lookUp(instance, customers, ['1'])
  t.ok(stampsOf(found).includes('contact:11'))
  t.notOk(found.clients.get('1')!.contribution.client.emails!.some(({ value }) => value.startsWith('inactive')))
})

t.test('D4: pages of a thousand that are not answered in time are asked for smaller, once', async t => {
  for (const rule of [
    { kind: 'status', status: 504 },
    { kind: 'hugeBody', bytes: 40_000_000 }
  ] as const) {
    const instance = await openInstance(t, { account: bigAccount({ companies: 1200 }), rateLimit: false })
    const plain = await fullRead(instance, customers)
    instance.server.fail({ ...rule, operation: 'list', pageSizeFrom: 1000 })
    instance.server.resetLog()
    const kept = await fullRead(instance, customers)
    t.same(kept.clients, plain.clients)
    t.same(kept.lists.seen, kept.lists.before)
    const large = instance.server.requests.filter(({ query }) => query.pageSize === '1000')
    t.ok(large.length <= 4, `${large.length} pages of a thousand were asked for, of two lists`)
  }
})

t.test(
  'a tick beside a record that cannot be sent at all costs what any quiet tick costs, and asks again each hour',
  async t => {
    let now = Date.now()
    const instance = await openInstance(t, {}, { now: () => new Date(now) })
    const kept = await fullRead(instance, customers)
    for (const table of ['companies', 'contacts'] as const) instance.server.fail({ kind: 'badRecord', table, id: 11 })
    instance.server.updateCompany(11, { city: 'Elsewhere' })
    instance.server.updateContact(11, { title: 'Changed' })
    t.match((await tick(instance, customers, kept)).rejects, [{ externalId: '11' }])
    instance.server.resetLog()
    instance.server.updateCompany(1, { city: 'Elsewhere' })
    t.same((await tick(instance, customers, kept)).ids, ['1'], 'others are seen beside it')
    instance.server.resetLog()
    await tick(instance, customers, kept)
    t.equal(instance.server.requests.length, 2)
    now += 3600_000
    t.match((await tick(instance, customers, kept)).rejects, [{ externalId: '11' }])
  }
)
