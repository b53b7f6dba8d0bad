import t, { type Test } from 'tap'
import type { ClientPart, Lease, LossRow, SeenRow } from '../../../../plugins/storage/port.ts'
import {
  at,
  lossItem,
  lossOf,
  partOf,
  put,
  putLosses,
  putSeen,
  recordOf,
  seenOf
} from '../../../conformance/storage/fixtures.ts'
import { atRest } from './at-rest.ts'
import { type Desk, openDesk } from './desk.ts'
import type { Customer } from './tallybook.ts'

interface Scene extends Desk {
  readonly people: Lease
  readonly plans: Lease
  ask(query: string): Promise<any>
}

/** Both sync types are installed and left alone by runs; the test writes what they would have left. */
async function scene(t: Test): Promise<Scene> {
  const desk = await openDesk(t)
  const { connectionId, ids } = await desk.install('people', 'plans')
  const people = await atRest(desk, ids[0]!)
  const plans = await atRest(desk, ids[1]!)
  const url = `/v1/integrations/tallybook/explain?connectionId=${connectionId}`
  const ask = async (query: string) => (await desk.call('GET', `${url}&${query}`)).body
  return { ...desk, people, plans, ask }
}

/** At the vendor and, with these parts, here. */
async function known(
  { book, host, people, plans }: Scene,
  customer: Customer,
  parts: { people?: Partial<ClientPart>; plans?: Partial<ClientPart> }
): Promise<void> {
  book.customers.set(customer.id, customer)
  const made = [
    ...(parts.people ? [partOf(people, { syncType: 'people', ...parts.people })] : []),
    ...(parts.plans ? [partOf(plans, { syncType: 'plans', ...parts.plans })] : [])
  ]
  const name = { name: customer.name, address: null, emails: [], phones: [], websites: [] }
  await put(host.store, people, [recordOf(people, String(customer.id), { profile: name, parts: made })])
}

const seen = ({ host }: Scene, lease: Lease, row: SeenRow) => putSeen(host.store, lease, [row])
const losses = ({ host }: Scene, lease: Lease, id: number, change: Partial<LossRow>) =>
  putLosses(host.store, lease, [lossOf(lease, String(id), change)])

const leaves = lossItem('clients', {
  key: 'client',
  reason: 'It is switched off',
  leaves: { status: 'inactive', rule: 'active' }
})

t.test('C5: a record that cannot be used names the reason, for the sync type that cannot use it', async t => {
  const desk = await scene(t)
  desk.book.customers.set(3, { id: 3, name: '', plan: 'Gold' })
  const { verdict, found, name, syncTypes } = await desk.ask('id=3')
  t.same([found, name], [true, null])
  t.match(verdict, /^People cannot use "3", it is set aside until it changes there: It has no name\. Plans cannot use/)
  t.match(syncTypes, [
    { syncType: 'people', reject: 'It has no name', status: null, setAside: null },
    { syncType: 'plans' }
  ])
})

t.test('C5: what a run has set aside is told with its day, as long as the vendor’s record is the same', async t => {
  const desk = await scene(t)
  const bob = { id: 4, name: 'Bob' }
  desk.book.customers.set(4, bob)
  const setAside = 'All of 12 in one answer lack a name'
  await seen(desk, desk.people, seenOf('4', { stamps: { customer: `${JSON.stringify(bob)}~` }, setAside, at: at(9) }))
  const same = await desk.ask('id=4')
  t.match(
    same.verdict,
    /"Bob" passes every rule of People, but on 2026-01-01 it was set aside: All of 12 in one answer/
  )
  t.match(same.syncTypes[0], { setAside: { reason: setAside, at: at(9) }, reject: null })
  desk.book.customers.set(4, { ...bob, email: 'bob@example.test' })
  const { verdict } = await desk.ask('id=4')
  t.match(
    verdict,
    /set aside on 2026-01-01 \(All of 12.*\) and has changed since\. "Bob" passes.*the next sync brings it\./
  )
  desk.book.customers.delete(4)
  t.match(await desk.ask('id=4'), {
    found: false,
    verdict: /nothing with the id "4".* On 2026-01-01 it was set aside: All/
  })
})

t.test('a client that should leave is told with what its leaving waits for', async t => {
  const desk = await scene(t)
  const off = (id: number) => ({ id, name: `Off ${id}`, active: false })
  await known(desk, off(1), { people: { open: ['client'] } })
  await losses(desk, desk.people, 1, { state: 'held', items: [leaves], at: at(3) })
  await known(desk, off(2), { people: { open: ['client'] } })
  await losses(desk, desk.people, 2, { state: 'staged', items: [leaves] })
  await known(desk, off(3), { people: { kept: { client: 'd1' } } })
  await known(desk, off(4), { people: {} })
  await known(desk, off(5), { people: { status: 'inactive' } })
  const words = async (id: number) => (await desk.ask(`id=${id}`)).verdict.split(' Plans ')[0]
  t.match(
    await words(1),
    /It is switched off\. Here it is still active: that it leaves waits for a person’s approval\.$/
  )
  t.match(await words(2), /Here it is still active: it is looked at once more before it leaves\.$/)
  t.match(await words(3), /Here it is still active: a person has decided to keep it for as long as that is so\.$/)
  t.match(await words(4), /Here it is still active: the next sync sees that\.$/)
  t.match(await words(5), /^People does not take "Off 5": It is switched off\.$/)
  const { syncTypes } = await desk.ask('id=1')
  t.match(syncTypes[0].losses, [
    { key: 'client', waitsFor: 'approval', since: at(3), leaves: { status: 'inactive', rule: 'active' } }
  ])
  t.same((await desk.ask('id=3')).syncTypes[0].refused, ['client'])
  await desk.call('POST', `/v1/installations/${desk.people.installationId}/stop`)
  t.match(await words(4), /Here it is still active: the installation is stopped\.$/)
})

t.test('a client that the vendor does not show any more is told likewise', async t => {
  const desk = await scene(t)
  for (const id of [1, 2, 3]) await known(desk, { id, name: `Client ${id}` }, { people: {} })
  await known(desk, { id: 4, name: 'Client 4' }, { people: { open: ['client'] } })
  await losses(desk, desk.people, 4, { state: 'held', items: [{ ...leaves, unlisted: [] }] })
  await known(desk, { id: 5, name: 'Client 5' }, { people: { status: 'gone' } })
  desk.book.customers.clear()
  const words = async (id: number) => (await desk.ask(`id=${id}`)).verdict
  t.match(
    await words(1),
    /no longer has "Client 1", or does not show it.*here it is active: the next complete pass sees it\.$/
  )
  t.match(await words(4), /here it is active: that it leaves waits for a person’s approval\.$/)
  t.match(await words(5), /here it is active\.$/)
  t.same((await desk.ask('id=4')).syncTypes, [])
})

t.test('what of an active client is shown as it was is named, with the reason and who keeps it', async t => {
  const desk = await scene(t)
  const reason = 'Not listed any more: contact 7'
  await known(desk, { id: 1, name: 'Ada' }, { people: { open: ['emails'], kept: { phones: 'd1', websites: 'd2' } } })
  await losses(desk, desk.people, 1, { state: 'held', items: [lossItem('emails', { reason }), lossItem('phones')] })
  await known(desk, { id: 2, name: 'Bob', plan: 'Tin' }, { people: {}, plans: { open: ['cost:p2', 'vendor:p2'] } })
  const items = ['cost', 'vendor'].map(one => lossItem('costs', { key: `${one}:p2`, reason: 'Not listed' }))
  await losses(desk, desk.plans, 2, { state: 'looked', items })
  const ada = await desk.ask('id=1')
  t.match(
    ada.verdict,
    /^People has "Ada": it passes every rule\. Shown as it was until a person decides: its e-mail addresses \(Not listed any more: contact 7\)\. Kept as it was by a person: its phone numbers and its websites\. Plans does not take/
  )
  t.match(ada.syncTypes, [{ losses: [{ key: 'emails', reason }], refused: ['phones', 'websites'] }, { losses: [] }])
  t.equal(ada.syncTypes[0].losses.length, 1, 'a row alone takes nothing away')
  t.match(
    (await desk.ask('id=2')).verdict,
    /Plans has "Bob": it passes every rule\. Shown as it was until it is looked at once more: the cost of agreement p2 \(Not listed\) and the vendor of agreement p2 \(Not listed\)\.$/
  )
})

t.test('what the vendor does not let us read is no reason of the record’s own', async t => {
  const desk = await scene(t)
  await known(desk, { id: 1, name: 'Ada', hidden: true }, { people: {}, plans: {} })
  desk.book.customers.set(2, { id: 2, name: 'Bob', hidden: true })
  desk.book.customers.set(3, { id: 3, name: 'Cy', plan: 'Tin', hidden: true })
  t.match(
    (await desk.ask('id=1')).verdict,
    /Whether Plans takes "Ada" cannot be told, so that it stays as it was: Its plan is hidden\.$/
  )
  t.match((await desk.ask('id=2')).verdict, /Whether Plans takes "Bob" cannot be told: Its plan is hidden\.$/)
  const cy = await desk.ask('id=3')
  t.match(cy.verdict, /Plans sets "Cy" aside: Its plan is hidden\.$/)
  t.match(cy.syncTypes, [{ unread: [] }, { unread: [{ key: 'plan', reason: 'Its plan is hidden' }] }])
})

t.test('explain asks by what the settings’ names mean', async t => {
  const desk = await scene(t)
  desk.book.customers.set(2000, { id: 2000, name: 'Big' })
  t.match((await desk.ask('id=2000')).verdict, /People does not take "Big": It is a big one\./)
  const { store } = desk.host
  const { rev } = (await store.installations.get('acme', desk.people.installationId))!
  const resolved = { 'kinds:small': 'k1' }
  await store.installations.tryUpdate('acme', desk.people.installationId, rev, { resolved })
  t.match((await desk.ask('id=2000')).verdict, /^"Big" passes every rule of People; the next sync brings it\./)
})

t.test('what a person has undone is named: what is shown as before, a leaving, and a return', async t => {
  const desk = await scene(t)
  const undone = { runId: 'run_7', by: 'admin', at: at(3), hash: null }
  const values = [
    { field: 'name', is: 'Other' },
    { field: 'emails', is: [] }
  ]
  await known(desk, { id: 1, name: 'Ada' }, { people: { undone: { ...undone, values } } })
  await known(
    desk,
    { id: 2, name: 'Off', active: false },
    { people: { kept: { client: 'd1' }, undone: { ...undone, values: [] } } }
  )
  await known(
    desk,
    { id: 3, name: 'Back' },
    { people: { status: 'inactive', undone: { ...undone, values: [], hash: 'h1' } } }
  )
  const words = async (id: number) => (await desk.ask(`id=${id}`)).verdict
  t.match(
    await words(1),
    /^People has "Ada": it passes every rule\. On 2026-01-01 a person has undone what a run had changed of it, and it stays as it was before until the vendor gives something else: its name and its e-mail addresses\./
  )
  t.match(
    await words(2),
    /Here it is still active: on 2026-01-01 a person has undone that it left, and that holds for as long as that is so\./
  )
  t.match(
    await words(3),
    /"Back" passes every rule of People, but on 2026-01-01 a person has undone that it came back\. It comes when it changes there\./
  )
  const { syncTypes, client } = await desk.ask('id=1')
  t.same(syncTypes[0].undone, { runId: 'run_7', by: 'admin', at: at(3) })
  t.same(client.undone, [syncTypes[0].undone])
})
