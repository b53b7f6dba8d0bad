import t from 'tap'
import { judge } from '../../../plugins/entities/judge.ts'
import { isLess } from '../../../plugins/entities/loss.ts'
import { takeAway } from '../../../plugins/entities/take-away.ts'
import { withdrawn } from '../../../plugins/entities/waiting.ts'
import { after, agreement, contracts, customers, day, email, fails, rule, taken, takes, view } from './desk.ts'

const a = email('a@example.com', true)
const b = email('b@example.com')
const named = (change: object = {}) => ({ client: { name: 'Ä Co', emails: [a, b], ...change } })
const two = { company: day(1), 'contact:1': day(1), 'contact:2': day(1) }
const one = { company: day(1), 'contact:1': day(1) }
const values = (emails: readonly { value: string }[]) => emails.map(({ value }) => value)

t.test('the same answer is not written again; new change marks alone are, without counting as an update', async t => {
  const first = after([takes(named(), two)])
  t.equal(first.effect, 'created')
  t.same(judge(first.record, '7', takes(named(), two), view(customers, day(2))), {
    effect: 'unchanged',
    next: null,
    losses: []
  })
  const marked = judge(first.record, '7', takes(named(), { ...two, company: day(2) }), view(customers, day(2)))
  t.match(marked, { effect: 'unchanged', next: { updatedAt: day(1), parts: [{ stamps: { company: day(2) } }] } })
})

t.test('an address of a contact that is not listed any more waits; what is new comes at once', async t => {
  const c = email('c@example.com', true)
  const judged = after([takes(named(), two), takes(named({ emails: [c, a] }), { ...one, 'contact:3': day(2) })])
  t.equal(judged.effect, 'updated')
  t.same(values(judged.record.profile.emails), ['c@example.com', 'a@example.com', 'b@example.com'])
  t.same(
    judged.record.profile.emails.map(({ primary }) => primary),
    [true, true, false]
  )
  t.match(judged.losses, [
    {
      key: 'emails',
      kind: 'emails',
      was: 'a@example.com, b@example.com',
      to: 'c@example.com, a@example.com',
      values: ['b@example.com'],
      unlisted: ['contact:2'],
      reason: 'Not listed any more: contact 2'
    }
  ])
  t.match(judged.record.parts, [{ open: ['emails'], stamps: { 'contact:2': day(1), 'contact:3': day(2) } }])
  const gone = taken(judged)
  t.same(values(gone.profile.emails), ['c@example.com', 'a@example.com'])
  t.match(gone.parts, [{ open: [], stamps: { 'contact:2': undefined } }])
})

t.test('an address that goes while all contacts are listed is an edit', async t => {
  const judged = after([takes(named(), two), takes(named({ emails: [a] }), { ...two, 'contact:2': day(2) })])
  t.same(judged.losses, [])
  t.same(values(judged.record.profile.emails), ['a@example.com'])
})

t.test('a list that becomes empty is a loss, though every contact is listed', async t => {
  const judged = after([takes(named(), two), takes(named({ emails: [] }), two)])
  t.match(judged.losses, [{ key: 'emails', to: null, reason: 'The vendor has no e-mail address of it any more' }])
  t.equal(judged.record.profile.emails.length, 2)
  t.match(judged.record.parts, [{ open: ['emails'] }])
})

t.test('an address that vanishes waits, one that changes does not', async t => {
  const street = { line1: 'Road 1', line2: null, city: 'Springfield', state: null, postalCode: null, country: null }
  const gone = after([takes(named({ address: street })), takes(named({ address: null }))])
  t.match(gone.losses, [{ key: 'address', kind: 'addresses', was: 'Road 1, Springfield', to: null }])
  t.same(gone.record.profile.address, street)
  t.equal(taken(gone).profile.address, null)
  const moved = after([takes(named({ address: street })), takes(named({ address: { ...street, line1: null } }))])
  t.same(moved.losses, [])
  t.equal(moved.record.profile.address?.line1, null)
})

t.test('what waits is named again by each answer that says the same, and forgotten by one that does not', async t => {
  const hidden = takes(named({ emails: [a] }), one)
  const once = after([takes(named(), two), hidden])
  const again = after([hidden], customers, once.record)
  t.same(
    again.losses.map(({ digest }) => digest),
    once.losses.map(({ digest }) => digest)
  )
  t.equal(again.next, null, 'and nothing is written for it')
  const back = after([takes(named(), two)], customers, once.record)
  t.same(back.losses, [])
  t.match(back.record.parts, [{ open: [], stamps: two }])
})

t.test(
  'what a person refused is not named again until it differs, and is over when the vendor has it again',
  async t => {
    const c = email('c@example.com')
    const hidden = takes(named({ emails: [a] }), one)
    const { record, losses } = after([takes(named({ emails: [a, b, c] }), { ...two, 'contact:3': day(1) }), hidden])
    const part = { ...record.parts[0]!, open: [], kept: { emails: losses[0]!.digest } }
    const refused = { ...record, parts: [part] }
    const still = judge(refused, '7', hidden, view(customers, day(3)))
    t.same(still.losses, [])
    t.same(values((still.next ?? refused).profile.emails), ['a@example.com', 'b@example.com', 'c@example.com'])
    const more = judge(refused, '7', takes(named({ emails: [] }), one), view(customers, day(3)))
    t.match(more.losses, [{ key: 'emails', values: ['a@example.com', 'b@example.com', 'c@example.com'] }])
    const still2 = judge(more.next!, '7', hidden, view(customers, day(4)))
    t.same(still2.losses, [], 'one odd answer between does not ask again')
    const back = judge(refused, '7', takes(named({ emails: [a, b, c] }), two), view(customers, day(4)))
    t.match(back.next!.parts, [{ kept: {} }])
  }
)

t.test('a client that fails a rule waits with its reason, and leaves with it', async t => {
  const judged = after([takes(named(), two), fails(rule('status', 'client'), 'Status is "Lost"', { company: day(2) })])
  t.equal(judged.effect, 'left-out')
  t.match(judged.losses, [
    { key: 'client', kind: 'clients', reason: 'Status is "Lost"', leaves: { status: 'inactive', rule: 'status' } }
  ])
  t.match(judged.record, { status: 'active', parts: [{ open: ['client'], stamps: { ...two, company: day(2) } }] })
  const left = taken(judged)
  t.match(left, { status: 'inactive', statusReason: 'Status is "Lost"', statusSince: day(9), parts: [{ open: [] }] })
  const back = after([takes(named(), two)], customers, left)
  t.match(back, { effect: 'updated', record: { status: 'active', statusReason: null } })
})

t.test('a rule about existence makes it gone, settings that were changed are named', async t => {
  const first = after([takes(named(), two)]).record
  const changed = view(customers, day(2), { resettled: 'types were changed' })
  const judged = judge(first, '7', fails(rule('deleted', 'existence'), 'It is deleted'), changed)
  t.match(judged.losses, [{ reason: 'It is deleted (types were changed)', leaves: { status: 'gone' } }])
  t.match(takeAway(judged.next!, judged.losses, changed), { status: 'gone' })
})

t.test('what is asked for by id and not there, or missing from a list, waits too', async t => {
  for (const kind of ['gone', 'absent'] as const) {
    const judged = after([takes(named(), two), { kind }])
    t.match(judged.losses, [{ key: 'client', leaves: { status: 'gone', rule: null } }])
    t.equal(judged.record.status, 'active')
    t.match(taken(judged), { status: 'gone', statusSince: day(9) })
    t.same(after([{ kind }], customers, taken(judged)).losses, [], 'once')
  }
  t.same(judge(undefined, '7', { kind: 'gone' }, view(customers, day(1))).next, null)
})

t.test('a client that takes no part does not lose a second time, and is not taken from another sync type', async t => {
  const [older, newer] = [{ version: '1' }, { version: '2' }]
  const both = after([takes({ client: { name: 'X' }, agreements: [agreement('1')] }, {}, older)], contracts).record
  const shared = after([takes(named(), two, older)], customers, both).record
  const without = fails(rule('has-agreement', 'sync-type'), 'It has no agreement', {}, '1')
  const left = taken(after([without], contracts, shared), contracts)
  t.match(left, { status: 'active', agreements: [{ status: 'gone' }] })
  const lost = after([fails(rule('status', 'client'), 'Status is "Lost"', {}, newer.version)], contracts, left)
  t.same(lost.losses, [])
  t.equal(lost.record.status, 'active', 'the sync type that takes it is asked about it first')
  const gone = after([{ kind: 'gone' }], contracts, left)
  t.equal(gone.record.status, 'active')
})

const stamped = { company: day(1), 'agreement:1': day(1), 'addition:1/5': '', 'addition:1/6': '' }
const contract = (...agreements: ReturnType<typeof agreement>[]) => ({ client: { name: 'X' }, agreements })

t.test('an agreement that is not listed any more waits, a cancelled one does not', async t => {
  const first = takes(contract(agreement('1'), agreement('2', { overallCost: '9.50' })), {
    ...stamped,
    'agreement:2': ''
  })
  const judged = after([first, takes(contract(agreement('1', { status: 'cancelled' })), stamped)], contracts)
  t.match(judged.losses, [
    { key: 'agreement:2', kind: 'agreements', was: 'C', amount: { sum: 'USD/Monthly', value: '9.50' } }
  ])
  t.equal(judged.losses.length, 1)
  t.match(judged.record.agreements, [{ status: 'cancelled' }, { status: 'active' }])
  t.match(taken(judged, contracts).agreements, [{ status: 'cancelled' }, { status: 'gone', updatedAt: day(9) }])
})

t.test(
  'a cost that falls for want of an addition waits with all that belongs to it; a known one that is unknown too',
  async t => {
    const first = takes(contract(agreement('1', { overallCost: '10358.80' })), stamped)
    const { 'addition:1/6': _, ...fewer } = stamped
    const less = contract(agreement('1', { overallCost: '10000.00', currency: 'EUR', contractName: 'New' }))
    const judged = after([first, takes(less, fewer)], contracts)
    t.match(judged.losses, [
      { key: 'cost:1', kind: 'costs', amount: { sum: 'USD/Monthly', value: '358.8' }, unlisted: ['addition:1/6'] }
    ])
    t.match(judged.record.agreements, [{ overallCost: '10358.80', currency: 'USD', contractName: 'New' }])
    t.match(taken(judged, contracts).agreements, [{ overallCost: '10000.00', currency: 'EUR' }])
    t.same(after([first, takes(less, stamped)], contracts).losses, [], 'with every addition listed it is an edit')
    const unknown = after([first, takes(contract(agreement('1', { overallCost: null })), stamped)], contracts)
    t.match(unknown.losses, [{ key: 'cost:1', to: null, amount: { value: '10358.8' } }])
  }
)

t.test('a cost that rises for want of a discount is looked at twice, and counts for nothing', async t => {
  const first = takes(contract(agreement('1', { overallCost: '90.00' })), stamped)
  const { 'addition:1/6': _, ...fewer } = stamped
  const dearer = contract(agreement('1', { overallCost: '100.00' }))
  const judged = after([first, takes(dearer, fewer)], contracts)
  t.match(judged.losses, [{ key: 'cost:1', was: /^90.00/, to: /^100.00/, unlisted: ['addition:1/6'] }])
  t.notOk(isLess(judged.losses[0]!))
  t.match(judged.record.agreements, [{ overallCost: '90.00' }])
  t.match(taken(judged, contracts).agreements, [{ overallCost: '100.00' }])
  t.same(after([first, takes(dearer, stamped)], contracts).losses, [], 'with every addition listed it is an edit')
})

t.test(
  'a vendor that falls for want of an addition waits; an addition of another agreement does not count',
  async t => {
    const both = { vendorName: 'Big', vendors: ['Big', 'Small'] }
    const first = takes(contract(agreement('1', both), agreement('12', both)), { ...stamped, 'agreement:12': '' })
    const { 'addition:1/6': _, ...fewer } = { ...stamped, 'agreement:12': '' }
    const less = { vendorName: 'Small', vendors: ['Small'] }
    const judged = after([first, takes(contract(agreement('1', less), agreement('12', less)), fewer)], contracts)
    t.match(judged.losses, [{ key: 'vendor:1', kind: 'vendors', values: ['Big'] }])
    t.equal(judged.losses.length, 1)
    t.match(judged.record.agreements, [{ vendorName: 'Big', vendors: ['Small', 'Big'] }, { vendorName: 'Small' }])
    t.match(taken(judged, contracts).agreements, [{ vendorName: 'Small', vendors: ['Small'] }, {}])
  }
)

t.test('a rule of the sync type that takes all agreements loses each of them beside the client', async t => {
  const first = takes(contract(agreement('1'), agreement('2')), { ...stamped, 'agreement:2': '' })
  const judged = after([first, fails(rule('has-agreement', 'sync-type'), 'It has no agreement')], contracts)
  t.same(judged.losses.map(({ key }) => key).sort(), ['agreement:1', 'agreement:2', 'client'])
  t.match(taken(judged, contracts), {
    status: 'inactive',
    statusReason: 'It has no agreement',
    agreements: [{ status: 'gone' }, { status: 'gone' }]
  })
})

t.test('a child that could not be read keeps what it gave and its stamp, and nothing is lost for it', async t => {
  const unread = [{ key: 'contact:2', reason: 'The vendor answers 500' }]
  const changed = { ...two, 'contact:1': day(2), 'contact:2': day(2) }
  const judged = after([takes(named(), two), takes(named({ emails: [a] }), changed, { unread })])
  t.same(judged.losses, [])
  t.same(values(judged.record.profile.emails), ['a@example.com', 'b@example.com'])
  t.match(judged.record.parts, [{ open: [], stamps: { 'contact:1': day(2), 'contact:2': day(1) } }])
  const all = [{ key: 'contact', reason: 'refused' }]
  const none = after([takes(named({ emails: [] }), { company: day(1) }, { unread: all })], customers, judged.record)
  t.same(none.losses, [])
  t.same(values(none.record.profile.emails), ['a@example.com', 'b@example.com'])
  t.match(none.record.parts, [{ stamps: { 'contact:1': day(2), 'contact:2': day(1) } }])
})

t.test('what stopped waiting, since the second look could not read it, waits again by the same answer', async t => {
  const emptied = takes(named({ emails: [] }), two)
  const { record, losses } = after([takes(named(), two), emptied])
  const stopped = withdrawn(record, ['emails'], view(customers, day(3)))!
  t.match(stopped.parts, [{ open: [] }])
  const again = judge(stopped, '7', emptied, view(customers, day(4)))
  t.same(again.losses, losses)
  t.match(again.next?.parts, [{ open: ['emails'] }])
})

t.test('what cannot be read keeps its place and is primary as before', async t => {
  const [a, b, c] = [email('a@x.example', true), email('b@x.example'), email('c@x.example')]
  const one = { company: day(1), 'contact:1': day(1) }
  const two = { ...one, 'contact:2': day(1) }
  const unread = [{ key: 'contact:1', reason: 'The vendor answers 500' }]
  const former = after([takes(named({ emails: [a, b] }), two)])
  // Contact 1, whose address stands first, cannot be read; contact 2 has got another one.
  const now = named({ emails: [{ ...b, primary: true }, c] })
  const { record } = after([takes(now, { ...two, 'contact:2': day(2) }, { unread })], customers, former.record)
  t.same(record.profile.emails, [a, b, c])
})

t.test(
  'a new client of which something could not be read is set aside, a new agreement left out without a stamp',
  async t => {
    const unread = [{ key: 'addition:2', reason: 'refused' }]
    const both = takes(contract(agreement('1'), agreement('2')), { ...stamped, 'agreement:2': '' }, { unread })
    t.match(judge(undefined, '7', both, view(contracts, day(1))), { effect: 'set-aside', next: null })
    const judged = after([takes(contract(agreement('1')), stamped), both], contracts)
    t.equal(judged.record.agreements.length, 1)
    t.notOk('agreement:2' in judged.record.parts[0]!.stamps)
    const cost = takes(contract(agreement('1', { overallCost: '0.50' })), stamped, {
      unread: [{ key: 'addition:1', reason: 'refused' }]
    })
    const kept = after([takes(contract(agreement('1')), stamped), cost], contracts)
    t.match(kept, { losses: [], record: { agreements: [{ overallCost: '1.00' }] } })
  }
)

t.test('emails that are let go leave the contact’s stamp to the phones that still wait', async t => {
  const phone = { value: '5550100199', typed: null, extension: null, label: null, primary: true }
  const judged = after([
    takes(named({ phones: [phone] }), two),
    takes(named({ emails: [a], phones: [] }), { ...one, company: day(2) })
  ])
  t.same(judged.losses.map(({ key }) => key).sort(), ['emails', 'phones'])
  const emails = judged.losses.filter(({ key }) => key === 'emails')
  const partly = takeAway(judged.record, emails, view(customers, day(4)))!
  t.match(partly.parts, [{ open: ['phones'], stamps: { 'contact:2': day(1) } }])
  t.equal(takeAway(partly, emails, view(customers, day(5))), null, 'and are not taken twice')
})

t.test('an agreement keeps its id, and its date changes only with its content', async t => {
  const judged = after(
    [
      takes(contract(agreement('1'), agreement('2'))),
      takes(contract(agreement('1'), agreement('2', { overallCost: '2.00' })))
    ],
    contracts
  )
  t.same(
    judged.record.agreements.map(({ updatedAt }) => updatedAt),
    [day(1), day(2)]
  )
  t.ok(judged.record.agreements.every(({ id }) => /^agr_/.test(id)))
})

t.test('after a takeover everything seen is stamped with the new token', async t => {
  const { record } = after([takes(named(), two)])
  const mine = view(customers, day(2), { restamp: true, token: 9 })
  const stamped = judge(record, '7', takes(named(), two), mine)
  t.match(stamped, { effect: 'unchanged', next: { updatedAt: day(1), parts: [{ token: 9 }] } })
  t.match(judge(record, '7', { kind: 'absent' }, mine), { next: { parts: [{ token: 9, open: ['client'] }] } })
})
