/** What the connector gives is what the double's oracle reckons from its tables. */
import t from 'tap'
import {
  type Agreement,
  address,
  type ClientProfile,
  emailsOf,
  phonesOf,
  websitesOf
} from '../../../plugins/connector/contract.ts'
import type { Notebook } from '../../conformance/connector/notebook.ts'
import {
  type AutotaskOptions,
  type AutotaskServer,
  type AutotaskSettings,
  demoAccount,
  shippedPicklists,
  tinyAccount,
  tinyContracts,
  tinyIds
} from '../../doubles/autotask/index.ts'
import { fullRead, openInstance } from './instance.ts'

const on = new Date('2026-05-15T12:00:00Z')
const open = (
  t: Parameters<typeof openInstance>[0],
  options: AutotaskOptions,
  settings: Partial<AutotaskSettings> = {}
) => openInstance(t, { now: () => on, ...options }, { now: () => on, settings })

/** The profiles that the oracle expects, cleaned as every connector's are. */
function profiles({ oracle }: AutotaskServer, settings: Partial<AutotaskSettings> = {}): Record<string, ClientProfile> {
  const lines = (of: readonly { value: string; extension: string | null; label: string | null }[]) =>
    of.map(({ value, ...rest }) => ({ typed: value, ...rest }))
  return Object.fromEntries(
    oracle.customers(settings).map(one => [
      one.externalId,
      {
        name: one.name!,
        address: address(one.address),
        emails: emailsOf(lines(one.emails)),
        phones: phonesOf(lines(one.phones), one.address?.country),
        websites: websitesOf(one.websites)
      }
    ])
  )
}

const read = ({ clients }: Notebook) =>
  Object.fromEntries([...clients].map(([id, { contribution }]) => [id, contribution.client]))

const periods: Readonly<Record<string, string | null>> = { month: 'Monthly', contract: null }
const statuses: Readonly<Record<string, string>> = { 'not started': 'inactive', ended: 'expired' }

function agreements({ oracle }: AutotaskServer, contracts: 'current' | 'listed'): Record<string, Agreement> {
  return Object.fromEntries(
    oracle.agreements({ contracts }).map(({ clientId, clientName, period, billedOnce: _, ...one }) => [
      one.externalId,
      {
        ...one,
        vendors: [...one.vendors],
        status: statuses[one.status] ?? one.status,
        billingCycle: periods[period!] ?? null,
        billedOnce: period === 'contract'
      }
    ])
  )
}

const signed = ({ clients }: Notebook, takes: (agreement: Agreement) => boolean) =>
  Object.fromEntries(
    [...clients.values()]
      .flatMap(({ contribution }) => contribution.agreements!)
      .filter(takes)
      .map(one => [one.externalId, one])
  )

const accounts = {
  'the tiny account': () => tinyAccount({ on }),
  'the tiny account, whose row prices are of one unit and whole': () =>
    tinyAccount({ on, rowRules: { price: 'unit', split: 'whole' } }),
  'the tiny account, whose bundles are listed by their members too': () =>
    tinyAccount({ on, bundleMembersRepeat: true }),
  'a database that calls Customer 3': () => demoAccount(2, 150, { on }),
  'a database that calls Customer 1': () => demoAccount(3, 150, { on })
}

for (const [name, account] of Object.entries(accounts)) {
  t.test(`${name}: every customer and every contract is as the oracle has it`, async t => {
    const instance = await open(t, { account: account() })
    const customers = await fullRead(instance, 'active-customers')
    t.strictSame(read(customers), profiles(instance.server))
    const contracts = await fullRead(instance, 'active-contracts')
    const isActive = ({ status }: Agreement) => status === 'active'
    t.strictSame(signed(contracts, isActive), agreements(instance.server, 'current'))
    t.strictSame(
      new Set(contracts.clients.keys()),
      new Set(instance.server.oracle.agreements().map(({ clientId }) => clientId)),
      'with a contract in effect today'
    )
    t.strictSame([...customers.rejects, ...contracts.rejects], [])
  })
}

t.test('settings: other types, the primary contact alone, every contract that is listed', async t => {
  const settings = { types: ['prospect', 'Customer'], contacts: 'primary', contracts: 'listed' } as const
  const instance = await open(t, { account: demoAccount(5, 150, { on }) }, settings)
  t.strictSame(read(await fullRead(instance, 'active-customers')), profiles(instance.server, settings))
  const { server } = instance
  const contracts = await fullRead(instance, 'active-contracts')
  const expected = server.oracle.agreements(settings)
  t.strictSame(new Set(contracts.clients.keys()), new Set(expected.map(({ clientId }) => clientId)))
  const standing = (one: { externalId: string; status: string }) => [one.externalId, statuses[one.status] ?? one.status]
  t.strictSame(
    Object.fromEntries(Object.values(signed(contracts, () => true)).map(standing)),
    Object.fromEntries(expected.map(standing))
  )
})

t.test(
  'a recurring contract that has ended keeps what it cost last, one that has not begun shows its first rows',
  async t => {
    const instance = await open(t, { account: tinyAccount({ on }) }, { contracts: 'listed' })
    const contracts = await fullRead(instance, 'active-contracts')
    const isRecurring = ({ billingCycle }: Agreement) => billingCycle === 'Monthly'
    const expected = Object.entries(agreements(instance.server, 'listed')).filter(([, one]) => isRecurring(one))
    t.strictSame(signed(contracts, isRecurring), Object.fromEntries(expected))
    t.ok(expected.some(([, { status }]) => status === 'expired'))
  }
)

for (const times of ['no zone', 'seven digits'] as const) {
  t.test(`times with ${times} give the same`, async t => {
    const instance = await open(t, { account: tinyAccount({ on }), times })
    t.strictSame(read(await fullRead(instance, 'active-customers')), profiles(instance.server))
    const contracts = await fullRead(instance, 'active-contracts')
    t.strictSame(
      signed(contracts, ({ status }) => status === 'active'),
      agreements(instance.server, 'current')
    )
  })
}

t.test('a level that cannot read costs sees the same prices', async t => {
  const instance = await open(t, { account: demoAccount(7, 80, { on }) })
  instance.server.hideCosts(true)
  const contracts = await fullRead(instance, 'active-contracts')
  t.strictSame(
    signed(contracts, ({ status }) => status === 'active'),
    agreements(instance.server, 'current')
  )
})

t.test('a unit row that names another vendor than the catalogue is believed, on the day it is in force', async t => {
  const instance = await open(t, { account: tinyAccount({ on }) })
  const { server } = instance
  for (const id of server.data.tables.ContractServiceUnits.children(9, 'contractServiceID'))
    server.update('ContractServiceUnits', id, { vendorCompanyID: tinyIds['second vendor'] })
  const contracts = await fullRead(instance, 'active-contracts')
  const expected = agreements(server, 'current')
  t.strictSame(expected[tinyContracts.recurring]!.vendors, ['Second Vendor', 'Shelter Works'])
  t.strictSame(
    signed(contracts, ({ status }) => status === 'active'),
    expected
  )
})

t.test('rows that the vendor’s job has not written yet: the last ones before count', async t => {
  const instance = await open(t, { account: tinyAccount({ on }), picklists: shippedPicklists() } as AutotaskOptions)
  instance.server.dropUnitRows(9, '2026-05-01')
  const contracts = await fullRead(instance, 'active-contracts')
  t.strictSame(
    signed(contracts, ({ status }) => status === 'active'),
    agreements(instance.server, 'current')
  )
})
