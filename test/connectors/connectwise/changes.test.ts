import t from 'tap'
import { statusReferences, tinyAccount, tinyIds, typeList } from '../../doubles/connectwise/index.ts'
import { fullRead, openInstance, tick } from './instance.ts'

const customers = 'active-customers'
const agreements = 'active-agreements'
const first = String(tinyIds['active customer'])

t.test('creating a company brings it', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  const { id } = instance.server.addCompany({ name: 'Brand New Ltd' })
  const came = await tick(instance, customers, kept)
  t.same(came.ids, [String(id)])
  t.equal(kept.clients.get(String(id))?.contribution.client.name, 'Brand New Ltd')
})

t.test('editing a synced detail brings the company again', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  instance.server.updateCompany(1, { addressLine1: '1 New Street' })
  await tick(instance, customers, kept)
  t.equal(kept.clients.get(first)?.contribution.client.address?.line1, '1 New Street')
})

t.test(
  'a status changed from Inactive to Active brings the company, and back takes it away with the reason',
  async t => {
    const instance = await openInstance(t)
    const kept = await fullRead(instance, customers)
    const id = String(tinyIds['inactive customer'])
    t.notOk(kept.clients.has(id))
    instance.server.setStatus(Number(id), 1)
    await tick(instance, customers, kept)
    t.ok(kept.clients.has(id))
    instance.server.updateCompany(Number(id), { status: statusReferences.get(2) })
    await tick(instance, customers, kept)
    t.notOk(kept.clients.has(id))
    t.equal(kept.leftOut.get(id), 'status')
  }
)

t.test('a deleted company leaves by rule, and one of another type too', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  instance.server.deleteCompany(1)
  instance.server.updateCompany(7, { types: typeList([2]) })
  await tick(instance, customers, kept)
  t.equal(kept.leftOut.get('1'), 'not-deleted')
  t.equal(kept.leftOut.get('7'), 'type')
})

t.test('a merge, a vanished company and a silent change of type are found by a compare, not by a tick', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  instance.server.merge(1, 7)
  instance.server.setTypes(10, [2])
  t.equal((await tick(instance, customers, kept)).read, 0)
  const again = await fullRead(instance, customers)
  t.same([...again.clients.keys()], ['7'])
  t.match(again.lists, { before: { companies: 1 }, seen: { companies: 1 }, after: { companies: 1 } })
})

t.test('a changed contact brings its company, though the company has not moved', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  instance.server.updateContact(11, {
    communicationItems: [{ id: 1, value: 'new@example.test', communicationType: 'Email' }]
  })
  instance.server.addContact({
    companyId: 7,
    communicationItems: [{ id: 2, value: '555-0100', communicationType: 'Phone' }]
  })
  const came = await tick(instance, customers, kept)
  t.same(came.ids.toSorted(), ['1', '7'])
  t.ok(kept.clients.get('1')?.contribution.client.emails?.some(({ value }) => value === 'new@example.test'))
  t.ok(kept.clients.get('7')?.contribution.client.phones?.some(({ typed }) => typed === '555-0100'))
  t.equal((await tick(instance, customers, kept)).read, 0, 'and only once')
})

t.test('a contact that becomes inactive takes its addresses away, and then counts no more', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  const before = kept.clients.get('1')!.contribution.client.emails!.length
  instance.server.updateContact(11, { inactiveFlag: true })
  t.same((await tick(instance, customers, kept)).ids, ['1'])
  t.ok(kept.clients.get('1')!.contribution.client.emails!.length < before)
  t.equal((await tick(instance, customers, kept)).read, 0)
})

t.test('contacts of companies that take no part cost nothing', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  instance.server.updateContact(51, { title: 'Changed' })
  instance.server.resetLog()
  t.equal((await tick(instance, customers, kept)).read, 0)
  t.equal(instance.server.requests.length, 2)
})

t.test('a new agreement and an edited one bring their company', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, agreements)
  const added = instance.server.addAgreement({ companyId: 1, name: 'Second line', billAmount: 10 })
  instance.server.updateAgreement(105, { name: 'Renamed' })
  await tick(instance, agreements, kept)
  const of = (id: string) => kept.clients.get(id)!.contribution.agreements!
  t.match(
    of('1').find(({ externalId }) => externalId === String(added.id)),
    { contractName: 'Second line', overallCost: '10.00' }
  )
  t.equal(of('7').find(({ externalId }) => externalId === '105')?.contractName, 'Renamed')
})

t.test('the first agreement of a customer brings it, once', async t => {
  const account = tinyAccount()
  const instance = await openInstance(t, { account })
  const { id } = instance.server.addCompany({ name: 'No Agreement Yet' })
  const kept = await fullRead(instance, agreements)
  t.equal(kept.leftOut.get(String(id)), 'has-agreement')
  instance.server.resetLog()
  t.equal((await tick(instance, agreements, kept)).read, 0)
  t.notOk(
    instance.server.requests.some(({ query }) => query.conditions?.startsWith('id in')),
    'a customer without agreements is not read again as long as it does not change'
  )
  instance.server.addAgreement({ companyId: id, name: 'First' })
  t.same((await tick(instance, agreements, kept)).ids, [String(id)])
  t.ok(kept.clients.has(String(id)))
})

t.test('an agreement of a company that ConnectWise does not have is set aside, once', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, agreements)
  instance.server.addAgreement({ company: { id: 4711, name: 'Nobody' } })
  instance.server.addAgreement({ company: {} })
  const came = await tick(instance, agreements, kept)
  t.equal(came.rejects.length, 2)
  t.match(
    came.rejects.map(({ reason }) => reason).join(),
    /company 4711, which ConnectWise does not have.*belongs to no company/s
  )
  t.equal((await tick(instance, agreements, kept)).read, 0)
  const again = await fullRead(instance, agreements)
  t.match(
    again.rejects,
    [{ reason: /company 4711, which ConnectWise does not have/, child: true }],
    'a pass tells it too'
  )
  t.equal(again.lists.seen.agreements, again.lists.before.agreements, 'and is complete')
  again.memo = kept.memo
  t.equal(
    (await tick(instance, agreements, again)).rejects.length,
    1,
    'then a tick only tells of the one without company'
  )
})

t.test('a poll that looks back a day finds a change that was committed late, with an older time', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  const early = new Date(Date.now() - 20 * 3600_000).toISOString().replace(/\.\d+/, '')
  const { companies } = instance.server.data
  const record = companies.get(7)!
  companies.put({ ...record, city: 'Lateborough', _info: { ...record._info, lastUpdated: early } })
  await tick(instance, customers, kept)
  t.equal(kept.clients.get('7')?.contribution.client.address?.city, 'Lateborough')
})

t.test('a poll asks for what changed at its beginning or later, to the second', async t => {
  const instance = await openInstance(t)
  const kept = await fullRead(instance, customers)
  const { _info } = instance.server.updateCompany(1, { city: 'Just in Time' })
  const at = Date.parse(_info.lastUpdated)
  t.equal((await tick(instance, customers, kept, new Date(at + 1000))).read, 0)
  t.same((await tick(instance, customers, kept, new Date(at + 999))).ids, ['1'])
  instance.server.updateContact(11, { title: 'Just in Time' })
  const { lastUpdated } = instance.server.data.contacts.get(11)!._info
  t.same((await tick(instance, customers, kept, new Date(lastUpdated))).ids, ['1'])
})

t.test('a record without lastUpdated is composed whenever it is met', async t => {
  const instance = await openInstance(t)
  instance.server.updateCompany(1, {})
  instance.server.fail({ kind: 'oddRecord', id: 1, odd: 'noLastUpdated' })
  const kept = await fullRead(instance, customers)
  t.same((await tick(instance, customers, kept)).ids, ['1'])
  t.same((await tick(instance, customers, kept)).ids, ['1'])
})

t.test('a change in the very second of an earlier one that was read is not lost', async t => {
  const instance = await openInstance(t, { now: () => new Date() })
  const kept = await fullRead(instance, customers)
  const second = () => new Date().toISOString().slice(0, 19)
  let started: string
  do {
    started = second()
    instance.server.updateCompany(1, { city: 'First' })
    instance.server.updateContact(13, { communicationItems: [] })
    await tick(instance, customers, kept)
    instance.server.updateCompany(1, { city: 'Second' })
    instance.server.updateContact(13, {
      communicationItems: [{ id: 1, value: 'late@example.test', communicationType: 'Email' }]
    })
  } while (second() !== started)
  await tick(instance, customers, kept)
  const { client } = kept.clients.get('1')!.contribution
  t.equal(client.address?.city, 'Second')
  t.ok(client.emails?.some(({ value }) => value === 'late@example.test'))
})

t.test('records changed since the pass began are looked at once more', async t => {
  // Ahead, so that the change is young when it is read, however long that takes.
  const instance = await openInstance(t, { now: () => new Date(Date.now() + 60_000) })
  instance.server.updateCompany(1, { city: 'Just now' })
  const kept = await fullRead(instance, customers)
  t.same((await tick(instance, customers, kept)).ids, ['1'])
})
