/** Settings name labels; records hold numbers, which differ from database to database. */
import t from 'tap'
import { autotask } from '../../../connectors/autotask/index.ts'
import { SettingUnresolved } from '../../../plugins/connector/contract.ts'
import {
  type AutotaskServer,
  demoAccount,
  numberOf,
  tinyAccount,
  tinyContracts,
  tinyIds
} from '../../doubles/autotask/index.ts'
import { credentialsFor, fullRead, lookUp, openInstance, syncTypes } from './instance.ts'

const customers = 'active-customers'
const types = 'Companies.companyType'
const numberIn = ({ data }: AutotaskServer, list: Parameters<typeof numberOf>[1], label: string) =>
  numberOf(data.picklists, list, label)

t.test('C1: a label that is renamed is followed by its number', async t => {
  const { server, calls } = await openInstance(t)
  t.strictSame(calls.resolved, { 'types:Customer': '1' })
  server.renameLabel(types, 1, 'Client')
  t.strictSame(await autotask.resolve!(calls.call()), { resolved: { 'types:Customer': '1' }, problems: [] })
})

t.test('A7: one that is gone and made anew is found by its name; C2: one that is nowhere is asked for', async t => {
  const { server, calls } = await openInstance(t)
  server.recreateLabel(types, 1)
  const again = await autotask.resolve!(calls.call())
  t.not(again.resolved['types:Customer'], '1')
  t.strictSame(again.problems, [])
  server.removeLabel(types, numberIn(server, types, 'Customer'))
  const { problems } = await autotask.resolve!(calls.call())
  t.match(problems, [
    { pointer: '/types/0', message: /no company type named "Customer". It has: Lead/, choices: ['Lead', 'Prospect'] }
  ])
  const validation = await autotask.validate(calls.call())
  t.match(validation.problems, [{ pointer: '/settings/types/0', choices: ['Lead'] }])
})

t.test('of two labels alike the one in use counts', async t => {
  const { server, calls } = await openInstance(t, {}, { settings: { types: ['customer'] } })
  server.retireLabel(types, 1)
  const value = server.addLabel(types, 'CUSTOMER')
  t.strictSame((await autotask.resolve!(calls.call({ resolved: {} }))).resolved, { 'types:customer': String(value) })
})

t.test('nothing is read by names alone', async t => {
  const { calls } = await openInstance(t)
  await t.rejects(syncTypes[customers].begin(calls.call({ resolved: {} })), SettingUnresolved)
})

t.test('a company of another type is left out by its label', async t => {
  const instance = await openInstance(t)
  const of = async (id: number) => (await lookUp(instance, customers, [String(id)])).leftOut.get(String(id))
  t.equal(await of(tinyIds.prospect), 'type')
  const ids = [tinyIds.prospect, tinyIds['inactive customer']].map(String)
  for await (const { records } of syncTypes[customers].lookup(instance.calls.call(), ids))
    t.strictSame(
      records.map(record => syncTypes[customers].rules.map(rule => rule.test(record))),
      [
        [true, 'Status is Inactive'],
        ['Type is "Prospect", not "Customer"', true]
      ]
    )
})

t.test('labels that the vendor has renamed make a cost unknown, and never another one', async t => {
  const instance = await openInstance(t)
  const { server } = instance
  const before = await fullRead(instance, 'active-contracts')
  const costOf = (kept: typeof before, id: number) =>
    [...kept.clients.values()]
      .flatMap(({ contribution }) => contribution.agreements!)
      .find(one => one.externalId === String(id))!
  t.equal(costOf(before, tinyContracts['unknown period']).overallCost, null)
  t.ok(costOf(before, tinyContracts.recurring).overallCost)
  const monthly = numberIn(server, 'Services.periodType', 'Monthly')
  server.renameLabel('Services.periodType', monthly, 'Every month')
  t.equal(costOf(await fullRead(instance, 'active-contracts'), tinyContracts.recurring).overallCost, null)
  server.renameLabel('Services.periodType', monthly, 'Monthly')
  server.renameLabel('Contracts.status', 1, 'Running')
  const kept = await fullRead(instance, 'active-contracts')
  t.match(costOf(kept, tinyContracts.recurring), { status: 'unknown', overallCost: /^\d/ }, 'and nobody leaves for it')
})

t.test('two databases of one process share nothing', async t => {
  const one = await openInstance(t, { account: demoAccount(1, 40) })
  const two = await openInstance(t, { account: demoAccount(2, 40), user: { userName: 'api@two.example' } })
  t.strictSame([one.calls.resolved['types:Customer'], two.calls.resolved['types:Customer']], ['1', '3'])
  for (const instance of [one, two, one]) {
    const kept = await fullRead(instance, customers)
    t.strictSame(
      [...kept.clients.keys()],
      instance.server.oracle.customers().map(({ externalId }) => externalId)
    )
  }
})

t.test('facts and words are for people', async t => {
  const instance = await openInstance(t, { account: tinyAccount() })
  const facts = async (name: keyof typeof syncTypes, id: number) => {
    for await (const { records } of syncTypes[name].lookup(instance.calls.call(), [String(id)]))
      for (const record of records) return syncTypes[name].facts(record)
    return undefined
  }
  t.match(await facts(customers, tinyIds['active customer']), {
    name: 'Active Customer',
    id: '7',
    type: 'Customer',
    status: 'Active',
    activeContacts: 2
  })
  t.match(await facts(customers, tinyIds.prospect), { type: 'Prospect' })
  t.match(await facts('active-contracts', tinyIds['customer of ended contracts']), { contracts: 3, inEffectToday: 0 })
  t.ok(credentialsFor(instance.server))
})
