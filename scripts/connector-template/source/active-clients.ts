import {
  type CheckpointOf,
  type Contribution,
  defineSyncType,
  type PassPage,
  type PollPage,
  type Preview,
  SourceUnreadable,
  Type
} from 'integration-host/connector'
import type { MyVendor, MyVendorPoll } from './form.ts'

// To do 6: the fields of a record that you ask for, and the way from an id in it to a number or a text that sorts.
export interface Account {
  readonly id: number
  readonly name: string
  readonly changed: string
}

interface Accounts {
  readonly accounts: readonly Account[]
  /** How many there are, whatever was asked for. */
  readonly total: number
}

/** The accounts behind an id, in the order of ids; with `since`, those that changed then or later, whatever their state. */
async function pageAfter(_context: MyVendor, _after: number, _since?: Date): Promise<Accounts> {
  throw new Error('To do 7: ask for a page of accounts, and for how many there are')
}

async function byId(_context: MyVendor, id: string): Promise<Account | undefined> {
  throw new Error(`To do 8: ask for account ${id} whatever its state; undefined: there is none`)
}

async function named(_context: MyVendor, name: string): Promise<readonly Account[]> {
  throw new Error(`To do 9: ask for the accounts whose name begins with ${name}`)
}

/** What comes again, or was not asked for, would hide what does not come at all. */
async function accountsAfter(context: MyVendor, after: number, since?: Date): Promise<Accounts> {
  const page = await pageAfter(context, after, since)
  const ids = [after, ...page.accounts.map(({ id }) => id)]
  if (ids.some((id, at) => at > 0 && id <= ids[at - 1]!))
    throw new SourceUnreadable('My Vendor sent accounts that were not asked for.', 'shape')
  return page
}

const position = Type.Object({ after: Type.Number() })
type Position = CheckpointOf<typeof position>

const count = async (context: MyVendor) => ({ accounts: (await accountsAfter(context, 0)).total })

async function* pass(context: MyVendor, { after }: Position): AsyncGenerator<PassPage<Account, Position>> {
  for (let from = after; ; ) {
    const { accounts: records } = await accountsAfter(context, from)
    const through = records.at(-1)?.id
    const covers = { after: from === 0 ? null : String(from), through: through === undefined ? null : String(through) }
    from = through ?? from
    yield { records, covers, position: { after: from }, seen: { accounts: records.length } }
    if (through === undefined) return
  }
}

async function* poll(context: MyVendorPoll): AsyncGenerator<PollPage<Account>> {
  for (let after = 0; ; ) {
    const { accounts } = await accountsAfter(context, after, context.since)
    const known = await context.known(accounts.map(({ id }) => String(id)))
    yield { records: accounts.filter(({ id, changed }) => known.get(String(id))?.stamps.account !== changed) }
    const last = accounts.at(-1)
    if (!last) return
    after = last.id
  }
}

const takesPart = (_account: Account): true | string => {
  throw new Error('To do 10: true if it is an active client; else in words what it is instead')
}

function map(account: Account): Contribution {
  throw new Error(
    `To do 11: what a client has of account ${account.id}; emailsOf, phonesOf, address clean what was typed`
  )
}

async function preview(context: MyVendor): Promise<Preview> {
  const { accounts, total } = await accountsAfter(context, 0)
  const matched = accounts.filter(account => takesPart(account) === true)
  const leftOut = accounts.filter(account => takesPart(account) !== true)
  return {
    counts: { matched: matched.length, leftOut: [{ rule: 'active', count: leftOut.length }] },
    samples: {
      matched: matched.map(({ name }) => name),
      leftOut: leftOut.map(({ name }) => ({ name, rule: 'active' }))
    },
    choices: {},
    partial: accounts.length < total,
    expectedRequests: Math.ceil(total / Math.max(1, accounts.length)) + 3
  }
}

export const activeClients = defineSyncType({
  name: 'active-clients',
  title: 'Active Clients',
  conditions: ['The account is active.'],
  data: ['Name.'],
  triggers: ['An account is changed.'],
  recommends: [],
  rules: [{ name: 'active', title: 'The account is active.', short: 'inactive', about: 'client', test: takesPart }],
  owns: ['name'],
  madeOf: {},
  idOrder: 'numeric',
  position,
  memo: Type.Object({}),
  id: (account: Account) => String(account.id),
  stamps: ({ changed }) => ({ account: changed }),
  version: ({ changed }) => changed,
  map,
  begin: async (context: MyVendor) => ({ position: { after: 0 }, counts: await count(context) }),
  pass,
  count,
  poll,
  async *lookup(context: MyVendor, ids) {
    for (const id of ids) {
      const account = await byId(context, id)
      yield account ? { records: [account] } : { records: [], gone: [id] }
    }
  },
  search: async (context: MyVendor, name) => (await named(context, name)).slice(0, 10),
  facts: ({ name }) => ({ name }),
  preview
})
