import {
  type CheckpointOf,
  defineSyncType,
  emailsOf,
  type PassPage,
  type PollPage,
  type Preview,
  Type
} from 'integration-host/connector'
import { ask, type Customer, customersAfter } from './api.ts'
import type { Lantern, LanternPoll } from './form.ts'

const position = Type.Object({ after: Type.Number() })
type Position = CheckpointOf<typeof position>

const count = async (context: Lantern) => ({ customers: (await customersAfter(context, 0)).total })

async function* pass(context: Lantern, { after }: Position): AsyncGenerator<PassPage<Customer, Position>> {
  for (let from = after; ; ) {
    const { customers: records } = await customersAfter(context, from)
    const through = records.at(-1)?.id
    const covers = { after: from === 0 ? null : String(from), through: through === undefined ? null : String(through) }
    from = through ?? from
    yield { records, covers, position: { after: from }, seen: { customers: records.length } }
    if (through === undefined) return
  }
}

async function* poll(context: LanternPoll): AsyncGenerator<PollPage<Customer>> {
  const since = context.since.toISOString()
  for (let after = 0; ; ) {
    const { customers } = await customersAfter(context, after, { since })
    const known = await context.known(customers.map(({ id }) => String(id)))
    yield { records: customers.filter(({ id, changed }) => known.get(String(id))?.stamps.customer !== changed) }
    const last = customers.at(-1)
    if (!last) return
    after = last.id
  }
}

async function preview(context: Lantern): Promise<Preview> {
  const { customers, total } = await customersAfter(context, 0)
  const takesPart = ({ state }: Customer) => state === 'open'
  const leftOut = customers.filter(customer => !takesPart(customer))
  return {
    counts: {
      matched: customers.filter(takesPart).length,
      leftOut: [{ rule: 'open', count: leftOut.length }]
    },
    samples: {
      matched: customers.filter(takesPart).map(({ title }) => title),
      leftOut: leftOut.map(({ title }) => ({ name: title, rule: 'open' }))
    },
    choices: {},
    partial: customers.length < total,
    expectedRequests: Math.ceil(total / 2) + 3
  }
}

export const activeCustomers = defineSyncType({
  name: 'active-customers',
  title: 'Active Customers',
  conditions: ['The customer is open.'],
  data: ['Name and e-mail address.'],
  triggers: ['A customer is changed.'],
  recommends: [],
  rules: [
    {
      name: 'open',
      title: 'The customer is open.',
      short: 'closed',
      about: 'client',
      test: ({ state }) => state === 'open' || `Its state is "${state}".`
    }
  ],
  owns: ['name', 'emails'],
  madeOf: {},
  idOrder: 'numeric',
  position,
  memo: Type.Object({}),
  id: (customer: Customer) => String(customer.id),
  stamps: ({ changed }) => ({ customer: changed }),
  version: ({ changed }) => changed,
  map: ({ title, mail }) => ({ client: { name: title, emails: emailsOf([{ typed: mail, label: null }]) } }),
  begin: async (context: Lantern) => ({ position: { after: 0 }, counts: await count(context) }),
  pass,
  count,
  poll,
  async *lookup(context: Lantern, ids) {
    for (const id of ids) {
      const customer = await ask<Customer>(context, `/customers/${encodeURIComponent(id)}`)
      yield customer ? { records: [customer] } : { records: [], gone: [id] }
    }
  },
  search: async (context: Lantern, name) => (await customersAfter(context, 0, { title: name })).customers.slice(0, 10),
  facts: ({ title, mail, state }) => ({ name: title, mail, state }),
  preview
})
