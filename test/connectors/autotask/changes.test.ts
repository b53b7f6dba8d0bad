/** What a tick sees, and what it does not. */
import t from 'tap'
import { tinyAccount, tinyContracts, tinyIds } from '../../doubles/autotask/index.ts'
import { fullRead, lookUp, openInstance, tick } from './instance.ts'

const customers = 'active-customers'
const contracts = 'active-contracts'
const active = tinyIds['active customer']
const inactive = tinyIds['inactive customer']
const { recurring } = tinyContracts

t.test('a new company, an edit, and one that becomes active are seen; one that stops matching too', async t => {
  const instance = await openInstance(t)
  const { server } = instance
  const kept = await fullRead(instance, customers)
  const { id: added } = server.addCompany({ companyName: 'Brand New' })
  server.updateCompany(active, { webAddress: 'new.example' })
  server.setActive(inactive, true)
  const came = await tick(instance, customers, kept)
  t.strictSame(new Set(came.ids), new Set([added, active, inactive].map(String)))
  t.strictSame(came.clients.get(String(active))!.contribution.client.websites, ['https://new.example'])
  server.setActive(inactive, false)
  server.setType(added, 'Prospect')
  const left = await tick(instance, customers, kept)
  t.strictSame(Object.fromEntries(left.leftOut), { [inactive]: 'status', [added]: 'type' })
  t.equal((await tick(instance, customers, kept)).read, 0)
})

t.test('what changed at the very moment from which a tick looks is seen', async t => {
  const instance = await openInstance(t)
  const { server } = instance
  for (const [name, change, stampOf] of [
    [customers, () => server.updateCompany(active, { city: 'A' }), ({ lastActivityDate }: any) => lastActivityDate],
    [customers, () => server.updateContact(31, { title: 'B' }), ({ lastModifiedDate }: any) => lastModifiedDate],
    [contracts, () => server.updateContract(recurring, { contractName: 'C' }), (one: any) => one.lastModifiedDateTime]
  ] as const) {
    const kept = await fullRead(instance, name)
    const at = new Date(stampOf(change()))
    t.strictSame((await tick(instance, name, kept, at)).ids, [String(active)])
  }
})

t.test('a change is seen by either stamp, and a note alone costs no second read', async t => {
  const instance = await openInstance(t, { trackedFields: ['companyName'] })
  const { server } = instance
  const kept = await fullRead(instance, customers)
  server.updateCompany(active, { phone: '+1 212 555 0177' })
  t.strictSame((await tick(instance, customers, kept)).ids, [String(active)], 'not tracked')
  server.noteCompany(active)
  t.strictSame((await tick(instance, customers, kept)).ids, [String(active)])
  t.equal((await tick(instance, customers, kept)).read, 0)
})

t.test('contacts bring their company: new ones, edits, one that moves, and inactive ones', async t => {
  const instance = await openInstance(t)
  const { server } = instance
  const kept = await fullRead(instance, customers)
  const emails = (id: number) => kept.clients.get(String(id))!.contribution.client.emails!.map(({ value }) => value)
  const alone = tinyIds['customer without contacts']
  server.addContact({ companyID: alone, emailAddress: 'first@alone.example' })
  server.updateContact(31, { emailAddress: 'changed@active.example' })
  t.strictSame(new Set((await tick(instance, customers, kept)).ids), new Set([alone, active].map(String)))
  t.strictSame(emails(alone), ['first@alone.example'])
  t.ok(emails(active).includes('changed@active.example'))
  server.updateContact(31, { isActive: 0 })
  await tick(instance, customers, kept)
  t.notOk(emails(active).includes('changed@active.example'))
  server.updateContact(30683001, { title: 'Of a prospect' })
  server.addContact({ companyID: active, emailAddress: 'never@active.example', isActive: 0 })
  t.equal((await tick(instance, customers, kept)).read, 0, 'those that change nothing cost nothing')
})

t.test('a first contract brings a customer, an edit and a renewal are seen', async t => {
  const instance = await openInstance(t)
  const { server } = instance
  const kept = await fullRead(instance, contracts)
  const unbound = tinyIds['customer without contracts']
  t.notOk(kept.clients.has(String(unbound)))
  server.addContract({ companyID: unbound, contractName: 'The first' })
  server.updateContract(recurring, { contractName: 'Another name' })
  t.strictSame(new Set((await tick(instance, contracts, kept)).ids), new Set([unbound, active].map(String)))
  t.ok(kept.clients.has(String(unbound)))
  const renewal = server.renewContract(recurring)
  await tick(instance, contracts, kept)
  const { agreements } = kept.clients.get(String(active))!.contribution
  const statusOf = (id: number) => agreements!.find(one => one.externalId === String(id))?.status
  t.strictSame([statusOf(recurring), statusOf(renewal.id)], ['inactive', 'inactive'], 'the new one has not begun')
  server.addContract({ companyID: tinyIds.prospect })
  t.strictSame((await tick(instance, contracts, kept)).leftOut.get(String(tinyIds.prospect)), 'type')
  t.equal((await tick(instance, contracts, kept)).read, 0, 'and is looked at once')
})

t.test('units have no stamp and move none: they are seen in rotation, with services that come and go', async t => {
  const instance = await openInstance(t)
  const { server } = instance
  const kept = await fullRead(instance, contracts)
  t.equal((await tick(instance, contracts, kept)).read, 0)
  t.ok(kept.oldestLookSeconds !== undefined)
  const costOf = () => kept.clients.get(String(active))!.contribution.agreements![0]!.overallCost
  const before = costOf()
  const [watch] = server.data.tables.ContractServices.children(recurring) as [number]
  server.changeUnits(watch, 20)
  t.strictSame((await tick(instance, contracts, kept)).ids, [String(active)])
  t.not(costOf(), before)
  const { id: added } = server.addContractService(recurring, 8)
  t.strictSame((await tick(instance, contracts, kept)).ids, [String(active)])
  server.removeContractService(added)
  t.strictSame((await tick(instance, contracts, kept)).ids, [String(active)])
  const bundled = String(tinyIds['customer with odd billing'])
  const [bundle] = server.data.tables.ContractServiceBundles.children(tinyContracts.bundled) as [number]
  server.changeBundleUnits(bundle, 9)
  t.strictSame((await tick(instance, contracts, kept)).ids, [bundled])
  t.equal((await tick(instance, contracts, kept)).read, 0)
  server.setContractPrice(watch, 3)
  t.equal((await tick(instance, contracts, kept)).read, 0, 'a price alone shows in no row of today')
  t.not(
    JSON.stringify([...(await fullRead(instance, contracts)).clients]),
    JSON.stringify([...kept.clients]),
    'a compare finds it'
  )
})

t.test('what begins or ends by date tells the day', async t => {
  const on = new Date('2026-05-15T12:00:00Z')
  let today = on
  const now = () => today
  const instance = await openInstance(
    t,
    { account: tinyAccount({ on }), now },
    { now, settings: { contracts: 'listed' } }
  )
  const { server } = instance
  const changesOn = async (id: number) => {
    const found = await lookUp(instance, contracts, [String(id)])
    return found.clients.get(String(id))!.contribution.changesOn
  }
  const [watch] = server.data.tables.ContractServices.children(recurring) as [number]
  t.equal(
    await changesOn(active),
    '2027-03-01',
    'the day after the end of its contracts: periods of equal units are no change'
  )
  server.changeUnits(watch, 40, '2026-05-28')
  t.equal(await changesOn(active), '2026-05-28')
  today = new Date('2026-05-28T00:00:01Z')
  t.equal(await changesOn(active), '2027-03-01')
  const former = tinyIds['customer of ended contracts']
  t.equal(await changesOn(former), '2026-07-01', 'one that begins')
  today = new Date('2026-07-01T00:00:01Z')
  const found = await lookUp(instance, contracts, [String(former)])
  t.strictSame(
    found.clients.get(String(former))!.contribution.agreements!.map(({ status }) => status),
    ['expired', 'inactive', 'active']
  )
})

t.test('merges and removals move no stamp: a pass finds them, and a look-up knows the new owner', async t => {
  const instance = await openInstance(t)
  const { server } = instance
  const kept = await fullRead(instance, contracts)
  const alone = tinyIds['customer without contacts']
  server.mergeCompanies(active, alone)
  const came = await tick(instance, contracts, kept)
  t.strictSame([came.ids, came.leftOut.get(String(active))], [[String(active)], 'status'])
  const pass = await fullRead(instance, contracts)
  const ids = pass.clients.get(String(alone))!.contribution.agreements!.map(({ externalId }) => externalId)
  t.ok(ids.includes(String(recurring)))
  server.removeCompany(alone)
  t.strictSame((await lookUp(instance, contracts, [String(alone)])).gone, [String(alone)])
})

t.test('the MSP itself is nowhere', async t => {
  const instance = await openInstance(t)
  const { server } = instance
  const kept = await fullRead(instance, customers)
  server.updateCompany(0, { phone: '1' })
  server.addContact({ companyID: 0, emailAddress: 'me@msp.example' })
  server.addContract({ companyID: 0 })
  const came = await tick(instance, customers, kept)
  t.strictSame([came.read, came.rejects], [0, []])
  const ofContracts = await fullRead(instance, contracts)
  t.notOk(ofContracts.clients.has('0') || kept.clients.has('0'))
  const later = await tick(instance, contracts, ofContracts)
  t.strictSame([later.read, later.rejects], [0, []])
  t.equal(ofContracts.lists.seen.contracts, ofContracts.lists.before.contracts)
})

t.test(
  'a tick beside a record that cannot be sent at all costs what any quiet tick costs, and asks again each hour',
  async t => {
    let now = Date.now()
    const instance = await openInstance(t, {}, { now: () => new Date(now) })
    const { server } = instance
    const kept = await fullRead(instance, customers)
    server.fail({ kind: 'badRecord', table: 'Companies', id: active, sparesIds: true })
    server.updateCompany(active, { city: 'Elsewhere' })
    t.match((await tick(instance, customers, kept)).rejects, [{ externalId: String(active) }])
    server.resetLog()
    t.equal((await tick(instance, customers, kept)).read, 0)
    t.equal(server.requests.length, 3)
    now += 3600_000
    t.match((await tick(instance, customers, kept)).rejects, [{ externalId: String(active) }])
  }
)
