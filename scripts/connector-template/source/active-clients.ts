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

// To do 6: the fields of a record that you ask for, and whether the vendor orders ids as numbers or as text.
export interface Account {
  readonly id: number | string
  readonly name: string
  readonly changed: string
}

interface Accounts {
  readonly accounts: readonly Account[]
  /** How many there are, whatever was asked for. */
  readonly total: number
}

const idOf = (account: Account) => String(account.id)
const idOrder = 'numeric' as 'numeric' | 'text'
/** Before the first. */
const nobody = ''
const isBehind = (id: string, before: string) =>
  before === nobody || (idOrder === 'numeric' ? Number(id) > Number(before) : id > before)

/** The accounts behind an id, in the order of ids; with `since`, those that changed then or later, whatever their state. */
async function pageAfter(_context: MyVendor, _after: string, _since?: Date): Promise<Accounts> {
  throw new Error('To do 7: ask for a page of accounts, and for how many there are')
}

async function byId(_context: MyVendor, id: string): Promise<Account | undefined> {
  throw new Error(`To do 8: ask for account ${id} whatever its state; undefined: there is none`)
}

async function named(_context: MyVendor, name: string): Promise<readonly Account[]> {
  throw new Error(`To do 9: ask for the accounts whose name begins with ${name}`)
}

/** What comes again, or was not asked for, would hide what does not come at all. */
export async function accountsAfter(context: MyVendor, after: string, since?: Date): Promise<Accounts> {
  const page = await pageAfter(context, after, since)
  const ids = [after, ...page.accounts.map(idOf)]
  if (ids.some((id, at) => at > 0 && !isBehind(id, ids[at - 1]!)))
    throw new SourceUnreadable('My Vendor sent accounts that were not asked for.', 'shape')
  return page
}

const position = Type.Object({ after: Type.String() })
type Position = CheckpointOf<typeof position>

const count = async (context: MyVendor) => ({ accounts: (await accountsAfter(context, nobody)).total })

async function* pass(context: MyVendor, { after }: Position): AsyncGenerator<PassPage<Account, Position>> {
  for (let from = after; ; ) {
    const { accounts: records } = await accountsAfter(context, from)
    const through = records.length > 0 ? idOf(records.at(-1)!) : null
    const covers = { after: from === nobody ? null : from, through }
    from = through ?? from
    yield { records, covers, position: { after: from }, seen: { accounts: records.length } }
    if (through === null) return
  }
}

async function* poll(context: MyVendorPoll): AsyncGenerator<PollPage<Account>> {
  for (let after = nobody; ; ) {
    const { accounts } = await accountsAfter(context, after, context.since)
    const known = await context.known(accounts.map(idOf))
    yield { records: accounts.filter(account => known.get(idOf(account))?.stamps.account !== account.changed) }
    const last = accounts.at(-1)
    if (!last) return
    after = idOf(last)
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
  const { accounts, total } = await accountsAfter(context, nobody)
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
  idOrder,
  position,
  memo: Type.Object({}),
  id: idOf,
  stamps: ({ changed }) => ({ account: changed }),
  version: ({ changed }) => changed,
  map,
  begin: async (context: MyVendor) => ({ position: { after: nobody }, counts: await count(context) }),
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
