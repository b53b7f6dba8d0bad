/** What cannot be read is not absent: it is named, so that the host keeps what it had of it. */
import t, { type Test } from 'tap'
import { PermissionMissing, SourceUnavailable, SourceUnreadable } from '../../../plugins/connector/contract.ts'
import type { Notebook } from '../../conformance/connector/notebook.ts'
import {
  type AutotaskOptions,
  bigAccount,
  demoAccount,
  type EntityName,
  tinyAccount,
  tinyContracts,
  tinyIds
} from '../../doubles/autotask/index.ts'
import { fullRead, type Instance, lookUp, openInstance, tick } from './instance.ts'

const customers = 'active-customers'
const contracts = 'active-contracts'
const many = (t: Test, options: AutotaskOptions = {}) =>
  openInstance(t, { account: bigAccount({ companies: 130, rowsPerService: 2 }), ...options })
const active = String(tinyIds['active customer'])
const { recurring } = tinyContracts
const unreadOf = (kept: Notebook) => [...kept.unread].filter(([, keys]) => keys.length > 0)

t.test('A8: one contact, contract or service that cannot be sent is unread for the one whose it is', async t => {
  const instance = await many(t)
  const cases: [keyof typeof expected, EntityName, number, typeof customers | typeof contracts][] = [
    ['contact', 'Contacts', 23, customers],
    ['contract', 'Contracts', 12, contracts],
    ['service', 'ContractServices', 23, contracts],
    ['row', 'ContractServiceUnits', 46, contracts]
  ]
  const expected = {
    contact: ['contact:23'],
    contract: ['contract:12'],
    service: ['service:12', 'part:12', 'vendor:12'],
    row: ['service:12', 'part:12', 'vendor:12']
  }
  for (const [what, table, id, name] of cases) {
    const plain = await fullRead(instance, name)
    const fault = instance.server.fail({ kind: 'badRecord', table, id })
    instance.server.resetLog()
    const kept = await fullRead(instance, name)
    const [[company, keys] = []] = unreadOf(kept)
    t.strictSame([company, [...new Set(keys)]], ['12', expected[what]], what)
    t.strictSame(kept.lists.seen, plain.lists.seen, 'it counts as seen')
    for (const [id, client] of plain.clients) if (id !== '12') t.strictSame(kept.clients.get(id), client)
    t.ok(instance.server.requests.length < 90, `${instance.server.requests.length} requests`)
    fault.clear()
  }
})

t.test('a company that cannot be sent is set aside, and so is one that hides its type or state', async t => {
  const instance = await many(t)
  const plain = await fullRead(instance, customers)
  const fault = instance.server.fail({ kind: 'badRecord', table: 'Companies', id: 12 })
  const kept = await fullRead(instance, customers)
  t.strictSame(kept.lists.seen, plain.lists.seen)
  t.match(kept.rejects, [{ externalId: '12' }])
  fault.clear()
  for (const [field, words] of [
    ['companyType', /of which type/],
    ['isActive', /is active/]
  ] as const)
    for (const as of ['absent', 'null'] as const) {
      const hidden = instance.server.fail({
        kind: 'blankField',
        endpoint: 'Companies',
        field,
        as,
        when: ({ body }) => body.includes('"in"')
      })
      const found = await lookUp(instance, customers, ['3', '4'])
      t.strictSame([found.clients.size, found.leftOut.size, found.gone.length], [0, 0, 0])
      t.match(found.rejects, [{ externalId: '3', reason: words, stamps: { tracked: /^20/ } }, { externalId: '4' }])
      hidden.clear()
    }
})

t.test('A5: contacts that hide their company are asked for again, and count as unread then', async t => {
  const instance = await many(t)
  const plain = await fullRead(instance, customers)
  const fault = instance.server.fail({ kind: 'blankField', endpoint: 'Contacts', field: 'companyID', times: 1 })
  t.strictSame((await fullRead(instance, customers)).clients, plain.clients, 'once is an odd answer')
  fault.clear()
  instance.server.fail({ kind: 'blankField', endpoint: 'Contacts', field: 'companyID' })
  const pass = await fullRead(instance, customers)
  t.ok(pass.unread.size > 90 && [...pass.unread.values()].every(keys => keys.join() === 'contact'))
  const { unread } = await lookUp(instance, customers, ['2', '3'])
  t.strictSame(unread.get('3'), ['contact:5', 'contact:6'], 'fewer are looked for one by one')
})

const costs = (kept: Notebook) =>
  kept.clients.get(active)!.contribution.agreements!.find(one => one.externalId === String(recurring))!
const marks = (kept: Notebook, kind: string) =>
  Object.keys(kept.clients.get(active)!.stamps).filter(key => key.startsWith(`${kind}:${recurring}/`)).length

t.test('A9: what a level hides is no listed child any more, and no cost or vendor is told without it', async t => {
  const instance = await openInstance(t)
  const plain = await fullRead(instance, contracts)
  t.strictSame([marks(plain, 'service'), marks(plain, 'vendor')], [5, 2])
  const { server } = instance
  const hidden: [EntityName, number, number, boolean][] = [
    ['Services', 5, 1, false],
    ['ContractServiceUnits', 5, 2, false],
    ['ContractServices', 0, 0, false]
  ]
  for (const [entity, services, vendors, isKnown] of hidden) {
    const hiding = server.hide(entity)
    const kept = await fullRead(instance, contracts)
    t.strictSame([marks(kept, 'service'), marks(kept, 'vendor')], [services, vendors], entity)
    t.equal(costs(kept).overallCost !== null, isKnown, entity)
    hiding.clear()
  }
  server.hide('Companies', ({ id }) => id === tinyIds.vendor)
  const kept = await fullRead(instance, contracts)
  t.equal(marks(kept, 'vendor'), 1)
  t.strictSame(costs(kept).overallCost, costs(plain).overallCost)
  server.hide('Contracts')
  const without = await fullRead(instance, contracts)
  t.strictSame([without.clients.size, without.leftOut.get(active)], [0, 'has-contract'])
})

t.test('a right that is missing names the entity and what to grant', async t => {
  for (const missingRight of [403, 500] as const) {
    const instance = await openInstance(t, { missingRight })
    for (const [entity, words] of [
      ['Contacts', /Customer & Cancelation/],
      ['ContractServiceUnits', /Contracts.*visibility: Full/],
      ['Services', /services and service bundles/]
    ] as const) {
      instance.server.revoke(entity)
      const name = entity === 'Contacts' ? customers : contracts
      await t.rejects(fullRead(instance, name), { name: 'PermissionMissing', message: words }, entity)
      instance.server.grant(entity)
    }
    t.ok(PermissionMissing)
  }
})

t.test('a single empty answer costs nothing, whichever list it is', async t => {
  for (const name of [customers, contracts] as const) {
    const instance = await openInstance(t, { account: demoAccount(1, 120) })
    const plain = await fullRead(instance, name)
    instance.server.resetLog()
    await fullRead(instance, name)
    const lists = instance.server.requests.filter(({ path }) => path.endsWith('/query')).length
    t.ok(lists >= 3)
    for (let nth = 1; nth <= lists; nth++) {
      const fault = instance.server.fail({ kind: 'emptyPage', operation: 'list', nth })
      instance.server.resetLog()
      const kept = await fullRead(instance, name)
      const isShort = Object.entries(kept.lists.seen).some(([list, seen]) => seen < kept.lists.before[list]!)
      const endpoint = instance.server.requests.filter(({ path }) => path.endsWith('/query'))[nth - 1]!.path
      t.equal(fault.hits, 1)
      if (!isShort) t.strictSame(kept.clients, plain.clients, `${name} ${nth} ${endpoint}`)
      fault.clear()
    }
  }
})

t.test('an empty answer to a question by id takes no company away', async t => {
  const instance = await openInstance(t)
  instance.server.fail({ kind: 'emptyPage', endpoint: 'Companies', times: 1 })
  const found = await lookUp(instance, customers, [active, '4711'])
  t.strictSame([[...found.clients.keys()], found.gone], [[active], ['4711']])
})

t.test('rows that were not asked for end the read: a misspelt operator brings the whole table', async t => {
  const instance = await openInstance(t, { account: demoAccount(1, 60) })
  for (const [endpoint, name, edit] of [
    ['Companies', customers, (row: object) => ({ ...row, isActive: false })],
    ['Companies', customers, (row: object) => ({ ...row, companyType: 4711 })],
    ['Contacts', customers, (row: object) => ({ ...row, isActive: 0 })],
    ['Contracts', contracts, (row: object) => ({ ...row, companyID: 0 })],
    ['ContractServices', contracts, (row: object) => ({ ...row, contractID: 4711 })],
    ['ContractServiceUnits', contracts, (row: object) => ({ ...row, startDate: '2099-01-01T00:00:00Z' })],
    ['Services', contracts, (row: object) => ({ ...row, id: 4711 })]
  ] as const) {
    const fault = instance.server.fail({ kind: 'editRows', endpoint, edit, nth: 1 })
    await t.rejects(fullRead(instance, name), SourceUnreadable, endpoint)
    fault.clear()
  }
})

t.test('pages that repeat, HTML, cut pages and answers of no known shape end the read', async t => {
  const instance = await openInstance(t, { account: bigAccount({ companies: 1500, contactsPerCompany: 1 }) })
  for (const fault of [
    { kind: 'repeatPage' } as const,
    { kind: 'html' } as const,
    { kind: 'truncated' } as const,
    { kind: 'reorderedRows' } as const,
    { kind: 'doubledRows' } as const,
    { kind: 'status', status: 200, body: '{}' } as const,
    { kind: 'status', status: 200, body: 'null' } as const
  ]) {
    const handle = instance.server.fail({ ...fault, endpoint: 'Companies', operation: 'list', after: 1 })
    await t.rejects(fullRead(instance, customers), SourceUnreadable, fault.kind)
    handle.clear()
  }
})

t.test('an outage is not taken for one bad record, and is tried again as one', async t => {
  const instance = await many(t)
  for (const body of ['', JSON.stringify({ errors: ['Something went wrong.'] })]) {
    const fault = instance.server.fail({ kind: 'status', status: 500, body, endpoint: 'Companies', operation: 'list' })
    instance.server.resetLog()
    await t.rejects(fullRead(instance, customers), SourceUnavailable)
    t.ok(instance.server.requests.length < 20, `${instance.server.requests.length} requests`)
    fault.clear()
    const passing = instance.server.fail({ kind: 'status', status: 500, body, endpoint: 'Companies', times: 1 })
    t.ok((await fullRead(instance, customers)).clients.size > 90, 'once is passed over')
    passing.clear()
  }
})

t.test('D4: pages of 500 that are not answered in time are asked for smaller, once', async t => {
  const instance = await openInstance(t, { account: bigAccount({ companies: 700, contactsPerCompany: 1 }) })
  const plain = await fullRead(instance, customers)
  instance.server.fail({ kind: 'status', status: 504, body: '', operation: 'list', pageSizeFrom: 500 })
  instance.server.resetLog()
  const kept = await fullRead(instance, customers)
  t.strictSame(kept.clients, plain.clients)
  t.strictSame(kept.lists.seen, kept.lists.before)
  const large = instance.server.requests.filter(({ body }) => JSON.stringify(body ?? '').includes('500}'))
  t.ok(large.length <= 8, `${large.length} pages of 500`)
})

t.test('fields that this zone does not have yet are not asked for, and the rest comes', async t => {
  const missingFields = {
    Companies: ['lastTrackedModifiedDateTime', 'alternatePhone2'],
    Contacts: ['emailAddress3'],
    Contracts: ['lastModifiedDateTime']
  }
  for (const name of [customers, contracts] as const) {
    const whole = await openInstance(t)
    const instance = await openInstance(t, { missingFields })
    const kept = await fullRead(instance, name)
    const contributions = ({ clients }: Notebook) => [...clients].map(([id, { contribution }]) => [id, contribution])
    t.strictSame(contributions(kept), contributions(await fullRead(whole, name)))
    instance.server.updateCompany(tinyIds['active customer'], { companyName: 'Renamed' })
    t.strictSame((await tick(instance, name, kept)).ids, [active], 'by the other stamp')
  }
})

t.test('a contract whose amount is no number sets its company aside, and no other', async t => {
  const instance = await openInstance(t)
  const [held] = instance.server.data.tables.ContractServices.children(recurring)
  instance.server.fail({
    kind: 'oddRecord',
    table: 'ContractServices',
    id: held!,
    odd: (row: any) => ({ ...row, unitPrice: 'x' })
  } as any)
  const kept = await fullRead(instance, contracts)
  t.match(kept.rejects, [{ externalId: active, reason: new RegExp(`contract ${recurring} is no number`) }])
  t.ok(kept.clients.size > 1)
})

t.test('a contact that became inactive is listed by a look-up, and not by a pass', async t => {
  const instance: Instance = await openInstance(t)
  instance.server.updateContact(31, { isActive: 0 })
  const stampsOf = (kept: Notebook) => Object.keys(kept.clients.get(active)!.stamps)
  t.notOk(stampsOf(await fullRead(instance, customers)).includes('contact:31'))
  const found = await lookUp(instance, customers, [active])
  t.ok(stampsOf(found).includes('contact:31'))
  t.equal(found.clients.get(active)!.contribution.client.emails!.length, 2, 'of the primary contact alone')
  t.ok(tinyAccount())
})

t.test(
  'what is not known of what is in a bundle is unread for the contracts that hold it, and the others come',
  async t => {
    const { bundled } = tinyContracts
    for (const [what, fault] of Object.entries({
      'cannot be sent': { kind: 'badRecord', table: 'ServiceBundleServices', id: 1 },
      'names no service': { kind: 'blankField', endpoint: 'ServiceBundleServices', field: 'serviceID' },
      'names no bundle': { kind: 'blankField', endpoint: 'ServiceBundleServices', field: 'serviceBundleID' },
      'is counted and not listed': { kind: 'count', add: 1, endpoint: 'ServiceBundleServices' },
      'is not listed': { kind: 'cutList', keep: 1, endpoint: 'ServiceBundleServices' }
    } as const)) {
      const instance = await openInstance(t, { account: tinyAccount({ bundleMembersRepeat: true }) })
      const plain = await fullRead(instance, contracts)
      t.strictSame(unreadOf(plain), [])
      const { server } = instance
      const id = server.data.tables.ServiceBundleServices.scan()[0]!
      server.fail(fault.kind === 'badRecord' ? { ...fault, id } : fault)
      const kept = await fullRead(instance, contracts)
      const expected = ['service', 'part', 'vendor'].map(kind => `${kind}:${bundled}`)
      t.strictSame(
        unreadOf(kept).map(([, keys]) => [...new Set(keys)]),
        [expected],
        what
      )
      const [owner] = unreadOf(kept)[0] ?? []
      for (const [id, client] of plain.clients) if (id !== owner) t.strictSame(kept.clients.get(id), client, what)
    }
  }
)
