import t from 'tap'
import type { Hold } from '../../../plugins/storage/port.ts'
import { openAccount } from './account.ts'
import type { Workbench } from './workbench.ts'

const emails = async (bench: Workbench) => {
  const { items } = await bench.store.clients.list(bench.tenant, {}, { limit: 500, cursor: null })
  return items.filter(({ profile }) => profile.emails.length > 0).length
}
const live = async (bench: Workbench) => {
  const { items } = await bench.store.clients.listAgreements(
    bench.tenant,
    { status: 'active', clientStatus: 'active' },
    { limit: 500, cursor: null }
  )
  return items.length
}

/** A person's word on what waits. */
async function say(
  bench: Workbench,
  id: string,
  verdict: 'approve' | 'reject',
  change: Partial<Hold['decision']> = {}
) {
  const { hold, rev } = await bench.installation(id)
  const by = 'a person'
  const decision = { verdict, revision: hold!.revision, kinds: null, by, at: new Date().toISOString(), ...change }
  const said = await bench.store.installations.tryUpdate(bench.tenant, id, rev, { hold: { ...hold!, decision } })
  if (!said) throw new Error('it changed meanwhile')
}

t.test('A1: contacts hidden by a right take no address away unasked, and everything else goes on', async t => {
  const { bench, ledger, names } = await openAccount(t, 30)
  ledger.bend = (rows, { list }) => (list === 'contacts' ? [] : rows)
  // The vendor counts what it shows.
  ledger.bendCounts = counts => ('contacts' in counts ? { ...counts, contacts: 0 } : counts)
  const [, run] = await bench.run(names, { compare: true })
  t.match(run, { status: 'succeeded', counts: { held: 30, unchanged: 30 }, took: {} })
  t.equal(await emails(bench), 30)
  const { hold } = await bench.installation(names)
  t.match(hold, { clients: 30, kinds: { emails: { held: 30, of: 30 } }, decision: null })
  const held = await bench.store.losses.listHeld(bench.tenant, names, 'emails', { limit: 100, cursor: null })
  t.match(held.items[0], { clientName: /^Client/, items: [{ was: /@example.com$/, to: null, reason: /contact/ }] })
  t.match(await bench.part(1, names), { open: ['emails'] })

  ledger.put(1, { name: 'Renamed' })
  const [poll] = await bench.run(names)
  t.match(poll, { status: 'succeeded', counts: { updated: 1, held: 30 } })
  t.equal((await bench.client(1)).profile.name, 'Renamed')
  t.equal((await bench.installation(names)).hold?.revision, hold!.revision, 'the same still waits')

  ledger.bend = rows => rows
  ledger.bendCounts = counts => counts
  await bench.run(names, { compare: true })
  t.match(await bench.installation(names), { hold: null })
  t.same(await bench.rows(names), [])
  t.same((await bench.part(2, names))?.open, [])
})

t.test('A2: agreements hidden by a right stay, with their clients', async t => {
  const { bench, ledger, contracts } = await openAccount(t, 15)
  ledger.bend = (rows, { list }) => (list === 'agreements' ? [] : rows)
  ledger.bendCounts = counts => ('agreements' in counts ? { ...counts, agreements: 0 } : counts)
  const [, run] = await bench.run(contracts, { compare: true })
  t.match(run, { status: 'succeeded', took: {}, counts: { held: 15 } })
  t.equal(await live(bench), 15)
  t.match((await bench.installation(contracts)).hold, {
    kinds: { clients: { held: 15, of: 15 }, agreements: { held: 15, of: 15 } }
  })
})

t.test('A3: additions that are not listed lower no cost and no vendor in bulk', async t => {
  const { bench, ledger, contracts } = await openAccount(t, 15)
  ledger.bend = (rows, { list }) =>
    list === 'agreements' ? (rows.map(row => ({ ...row, additions: {}, vendor: null })) as typeof rows) : rows
  await bench.run(contracts, { compare: true })
  const { agreements } = await bench.client(3)
  t.match(agreements, [{ overallCost: '120.00', vendorName: 'Big', status: 'active' }])
  t.match((await bench.installation(contracts)).hold, {
    kinds: { costs: { held: 15, of: 15 }, vendors: { held: 15, of: 15 } }
  })
})

t.test(
  'a cost that rises for want of a discount is looked at again, counts for nothing, and leaves no row',
  async t => {
    const { bench, ledger, contracts } = await openAccount(t, 15)
    ledger.agreement(10, 1, { additions: { 1: 20, 2: -50 } })
    await bench.run(contracts)
    ledger.agreement(10, 1, { additions: { 1: 20 } })
    const [poll] = await bench.run(contracts)
    t.match(poll, { status: 'succeeded', took: {} })
    t.match((await bench.client(1)).agreements, [{ overallCost: '120.00' }])
    t.same(await bench.rows(contracts), [])
  }
)

t.test('A4: one odd empty answer costs nothing', async t => {
  const { bench, ledger, names } = await openAccount(t, 30)
  for (const by of ['pass', 'poll', 'ids'] as const) {
    for (const list of ['companies', 'contacts'] as const) {
      let odd = 0
      ledger.bend = (rows, question) => (question.by === by && question.list === list && odd++ === 0 ? [] : rows)
      ledger.put(4, { name: `Touched by ${by}` })
      await bench.run(names, { compare: true })
      t.equal(await emails(bench), 30)
      t.equal((await bench.names()).length, 30)
      t.same(await bench.rows(names), [], `${list} by ${by}`)
      ledger.bend = rows => rows
      await bench.run(names, { compare: true })
    }
  }
  t.match(await bench.installation(names), { hold: null, misfits: null })
})

t.test('what is below the floor goes at once, by whatever way, after a second look', async t => {
  const { bench, ledger, names } = await openAccount(t, 30)
  ledger.remove(1)
  ledger.put(2, { status: 'Lost' })
  ledger.contacts.delete(30)
  const asked = ledger.asked.length
  const [poll] = await bench.run(names)
  t.match(poll, { took: { clients: 1 }, counts: { inactivated: 1, gone: 0 } })
  t.ok(ledger.asked.slice(asked).filter(({ by, list }) => by === 'ids' && list === 'companies').length >= 2)
  const [, compare] = await bench.run(names, { compare: true })
  t.match(compare, { took: { clients: 1, emails: 1 }, counts: { gone: 1 } })
  t.equal(await emails(bench), 29, 'those of a client that left stay with it')
  t.match(await bench.client(3), { profile: { emails: [] } })
  t.match(await bench.part(3, names), { stamps: { 'contact:30': undefined } })
})

t.test('the gate adds up 24 hours, over polls and passes, and opens again after them', async t => {
  const { bench, ledger, names } = await openAccount(t, 30)
  for (const lost of [1, 2, 3, 4, 5]) {
    ledger.put(lost, { status: 'Lost' })
    t.match(await bench.run(names), [{ took: { clients: 1 } }])
  }
  ledger.put(6, { status: 'Lost' })
  t.match(await bench.run(names), [{ took: { clients: 1 } }], 'a fifth is not more than a fifth')
  ledger.remove(7)
  const [, held] = await bench.run(names, { compare: true })
  t.match(held, { took: {}, counts: { held: 1 } })
  t.match((await bench.installation(names)).hold, { kinds: { clients: { held: 1, of: 24 } } })
  await bench.run(names, { afterMs: 26 * 3600_000 })
  ledger.put(8, { status: 'Lost' })
  const [poll] = await bench.run(names)
  t.match(poll, { took: { clients: 1 }, counts: { held: 1 } }, 'what waits goes on waiting')
})

t.test('all of three wait, two of two go', async t => {
  const { bench, ledger, names } = await openAccount(t, 3)
  for (const id of [1, 2, 3]) ledger.put(id, { status: 'Lost' })
  t.match(await bench.run(names), [{ took: {}, counts: { held: 3 } }])
  t.equal((await bench.names()).length, 3)
  const two = await openAccount(t, 2)
  for (const id of [1, 2]) two.ledger.put(id, { status: 'Lost' })
  t.match(await two.bench.run(two.names), [{ took: { clients: 2 } }])
})

t.test('a sum of costs that falls by more than a fifth waits, though few agreements are cheaper', async t => {
  const { bench, ledger, contracts } = await openAccount(t, 60)
  for (const id of [1, 2, 3, 4, 5]) ledger.agreement(id * 10, id, { amount: 1000 })
  await bench.run(contracts)
  for (const id of [1, 2, 3, 4, 5]) ledger.agreements.delete(id * 10)
  for (const id of [1, 2, 3, 4, 5]) ledger.agreement(1000 + id, id, { amount: 1, additions: { 1: 20 }, vendor: 'Big' })
  const [poll] = await bench.run(contracts)
  t.match(poll, { took: {}, counts: { held: 5 } })
  t.equal(await live(bench), 65, 'the new ones came')
})

t.test('an approval lets go what is still the same after another look, and no more', async t => {
  const { bench, ledger, names } = await openAccount(t, 30)
  for (let id = 1; id <= 10; id++) ledger.put(id, { status: 'Lost' })
  await bench.run(names)
  t.match((await bench.installation(names)).hold, { kinds: { clients: { held: 10, of: 30 } } })
  await say(bench, names, 'approve')
  // Since then one came back, and one is something else.
  ledger.put(1, { status: 'Active' })
  ledger.put(2, { status: 'Former' })
  ledger.companies.get(3)!.status = 'Sold'
  const [run] = await bench.run(names)
  t.match(run, { took: { clients: 8 }, counts: { inactivated: 8, held: 0 } })
  t.match(await bench.client(1), { status: 'active' })
  t.match(await bench.part(1, names), { open: [] })
  t.match(await bench.client(3), { status: 'active' })
  const after = await bench.installation(names)
  t.equal(after.hold, null)
  t.match(after.taken, [{ kinds: { clients: 1 } }], 'the second went through the gate, the seven do not count there')
  t.match(await bench.run(names), [{ took: { clients: 1 } }], 'the third is looked at for itself')
})

t.test('an approval of one kind takes that kind; the rest of the same clients goes on waiting', async t => {
  const { bench, ledger, contracts } = await openAccount(t, 15)
  ledger.bend = (rows, { list }) =>
    list === 'agreements' ? (rows.map(row => ({ ...row, additions: {}, vendor: null })) as typeof rows) : rows
  await bench.run(contracts, { compare: true })
  await say(bench, contracts, 'approve', { kinds: ['costs'] })
  const [run] = await bench.run(contracts)
  t.match(run, { took: { costs: 15 }, counts: { held: 15 } })
  t.match(await bench.client(3), { agreements: [{ overallCost: '100.00', vendorName: 'Big' }] })
  t.same((await bench.installation(contracts)).hold?.kinds, { vendors: { held: 15, of: 15 } })
  await say(bench, contracts, 'approve')
  t.match(await bench.run(contracts), [{ took: { vendors: 15 }, counts: { held: 0 } }])
  t.match(await bench.client(3), { agreements: [{ vendorName: 'Own', vendors: [] }] })
  t.match(await bench.installation(contracts), { hold: null })
})

t.test('a refusal keeps what is stored, and does not ask again until it differs', async t => {
  const { bench, ledger, names } = await openAccount(t, 30)
  ledger.bend = (rows, { list }) => (list === 'contacts' ? [] : rows)
  ledger.bendCounts = counts => ('contacts' in counts ? { ...counts, contacts: 0 } : counts)
  await bench.run(names, { compare: true })
  await say(bench, names, 'reject')
  t.match(await bench.run(names), [{ took: {}, counts: { held: 0 } }])
  t.match(await bench.part(1, names), { open: [], kept: { emails: /./ } })
  const [, again] = await bench.run(names, { compare: true })
  t.match(again, { counts: { held: 0, unchanged: 30 } })
  t.equal(await emails(bench), 30)
  t.same(await bench.rows(names), [])
})

t.test('a word on what has changed since is not carried out', async t => {
  const { bench, ledger, names } = await openAccount(t, 30)
  for (let id = 1; id <= 10; id++) ledger.put(id, { status: 'Lost' })
  await bench.run(names)
  const { hold } = await bench.installation(names)
  await say(bench, names, 'approve', { revision: hold!.revision - 1 })
  const [run] = await bench.run(names)
  t.match(run, { took: {}, counts: { held: 10 }, notes: [/has changed since an approval by a person/] })
  t.match((await bench.installation(names)).hold, { decision: null })
})

t.test(
  'an approval while the vendor is away is carried out when it is back, and does not make the host hurry',
  async t => {
    const { bench, ledger, names } = await openAccount(t, 30)
    for (let id = 1; id <= 10; id++) ledger.put(id, { status: 'Lost' })
    await bench.run(names)
    await say(bench, names, 'approve')
    ledger.bend = () => {
      throw new Error('away')
    }
    t.match(await bench.run(names), [{ status: 'failed' }])
    const waiting = await bench.installation(names)
    t.ok(waiting.dueAt! - Date.now() > 5000)
    t.match(waiting, { hold: null })
    ledger.bend = rows => rows
    t.match(await bench.run(names), [{ took: { clients: 10 } }])
  }
)

t.test('settings that were changed name the change, and their losses wait like any', async t => {
  const { bench, ledger, names } = await openAccount(t, 20)
  for (let id = 11; id <= 20; id++) ledger.put(id, { type: '2' })
  ledger.types = { Customer: '1', Partner: '2' }
  const { rev } = await bench.installation(names)
  const settings = { types: ['Partner'] }
  const change = { settings, resettled: 'the types were changed', pass: null, poll: null, compareDueInMs: 0 }
  await bench.store.installations.tryUpdate(bench.tenant, names, rev, change)
  const [run] = await bench.run(names)
  t.match(run, { mode: 'full', status: 'succeeded', counts: { held: 10 } })
  const rows = await bench.rows(names)
  t.equal(rows.length, 10)
  t.match(rows[0]!.items, [{ reason: 'It has the type 1 (the types were changed)' }])
  t.match(await bench.installation(names), { resettled: null, resolved: { Partner: '2' } })
})

t.test('A7: a type that was made anew under its name takes nobody away', async t => {
  const { bench, ledger, names } = await openAccount(t, 15)
  ledger.types = { Customer: '7' }
  for (let id = 1; id <= 15; id++) ledger.put(id, { type: '7' })
  const [run] = await bench.run(names)
  t.match(run, { took: {}, counts: { held: 0 } })
  t.equal((await bench.names()).length, 15)
  t.same(await bench.rows(names), [])
  t.match(await bench.installation(names), { resolved: { Customer: '7' } })
  t.match(await bench.run(names), [{ counts: { read: 0 } }], 'and the next poll is quiet')
})

t.test('C1: a type that is gone takes nobody away and asks, while everything else goes on', async t => {
  const { bench, ledger, names } = await openAccount(t, 15)
  ledger.types = { Client: '7' }
  for (let id = 1; id <= 10; id++) ledger.put(id, { type: '7' })
  ledger.put(11, { name: 'Renamed' })
  ledger.contacts.delete(120)
  ledger.contact(121, 12)
  ledger.put(50, { type: '1' })
  for (let round = 0; round < 2; round++) {
    const [run] = await bench.run(names)
    t.match(run, { status: 'succeeded', took: round === 0 ? { emails: 1 } : {}, counts: { held: 0 } })
    t.match(run!.notes, [/There is no type "Customer"/])
    t.match(await bench.installation(names), { attention: { code: 'HOST_ERR_SETTING_UNRESOLVED' }, failures: 0 })
  }
  t.equal((await bench.names()).length, 16)
  t.equal((await bench.client(11)).profile.name, 'Renamed')
  ledger.types = { Client: '7', Customer: '1' }
  for (let id = 1; id <= 10; id++) ledger.put(id, { type: '1' })
  t.match(await bench.run(names), [{ notes: [], took: {} }])
  t.match(await bench.installation(names), { attention: null, hold: null })
  t.same(await bench.rows(names), [])
})

t.test('A8: what cannot be read keeps its former value, and sets a new client aside', async t => {
  const { bench, ledger, contracts } = await openAccount(t, 6)
  ledger.unreadable.add('addition:30')
  ledger.agreement(30, 3, { additions: {} })
  ledger.put(50)
  ledger.agreement(500, 50, { additions: { 1: 5 } })
  ledger.unreadable.add('addition:500')
  const [poll] = await bench.run(contracts)
  t.match(poll, { status: 'succeeded', counts: { setAside: 1, created: 0 }, took: {} })
  t.match(await bench.client(3), { agreements: [{ overallCost: '120.00' }] })
  t.match(await bench.part(3, contracts), { open: [] })
  t.equal(await bench.client(50), undefined)
  const [, compare] = await bench.run(contracts, { compare: true })
  t.match(compare, { took: {}, counts: { setAside: 1 } })
  ledger.unreadable.clear()
  await bench.run(contracts, { compare: true })
  t.match(await bench.client(50), { agreements: [{ overallCost: '105.00' }] })
  t.match(await bench.client(3), { agreements: [{ overallCost: '100.00' }] })
})

t.test('a client whose agreements cannot be read is not one without agreements', async t => {
  const { bench, ledger, contracts } = await openAccount(t, 6)
  ledger.unreadable.add('agreement')
  ledger.put(2, { name: 'Touched' })
  ledger.bendCounts = counts => ('agreements' in counts ? { ...counts, agreements: 0 } : counts)
  const [poll, compare] = await bench.run(contracts, { compare: true })
  t.match(poll, { status: 'succeeded', took: {}, counts: { held: 0 } })
  t.match(compare, { status: 'succeeded', took: {}, counts: { held: 0, unchanged: 6 } })
  t.equal(await live(bench), 6)
  t.match(await bench.store.seen.load(contracts, ['2']), [{ setAside: /agreement: The vendor answers 500/ }])
})

t.test('many losses are not all looked at twice before a person is asked', async t => {
  const { bench, ledger, names } = await openAccount(t, 0)
  ledger.pageSize = 500
  for (let id = 1; id <= 700; id++) ledger.put(id)
  await bench.run(names, { compare: true })
  for (let id = 1; id <= 600; id++) ledger.put(id, { status: 'Lost' })
  const looked: number[] = []
  ledger.bend = (rows, { by, list }) => {
    if (by === 'ids' && list === 'companies') looked.push(rows.length)
    return rows
  }
  await bench.run(names)
  t.same(looked, [600, 200], 'those that changed, then some of them')
  t.match((await bench.installation(names)).hold, { clients: 600, kinds: { clients: { held: 600, of: 700 } } })
  await say(bench, names, 'approve')
  t.match(await bench.run(names), [{ took: { clients: 600 } }])
  t.equal((await bench.names()).length, 100)
})
