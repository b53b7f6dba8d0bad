import {
  type CheckpointOf,
  type Contribution,
  defineSyncType,
  emailsOf,
  type PassPage,
  type PollPage,
  RecordRejected,
  SourceUnreadable,
  Type
} from 'integration-host/connector'
import { ask } from './api.ts'
import type { Desk, DeskPoll } from './form.ts'

export interface Account {
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly active: boolean
  readonly updatedAt: string
}

interface Accounts {
  readonly accounts: readonly Account[]
  readonly total: number
}

const accounts = async (context: Desk, query: Record<string, string>) =>
  (await ask(context, `/accounts?${new URLSearchParams(query)}`)).body as Accounts

const position = Type.Object({ after: Type.String() })
type Position = CheckpointOf<typeof position>

/** A page after an id. What comes again, or was not asked for, would make up for what does not come at all. */
async function pageAfter(context: Desk, after: string, query: Record<string, string> = {}): Promise<Accounts> {
  const page = await accounts(context, { ...query, after })
  const ids = [after, ...page.accounts.map(({ id }) => id)]
  if (ids.some((id, at) => at > 0 && id <= ids[at - 1]!))
    throw new SourceUnreadable('Acme Desk sent accounts that were not asked for.', 'shape')
  return page
}

/** How many accounts the vendor counts, active or not. */
const count = async (context: Desk) => ({ accounts: (await accounts(context, {})).total })

/** Keyset pages by id. */
async function* pass(context: Desk, position: Position): AsyncGenerator<PassPage<Account, Position>> {
  for (let after = position.after; ; ) {
    const { accounts: records } = await pageAfter(context, after)
    const last = records.at(-1)
    const covers = { after: after || null, through: last?.id ?? null }
    after = last?.id ?? after
    yield { records, covers, position: { after }, seen: { accounts: records.length } }
    if (!last) return
  }
}

async function* poll(context: DeskPoll): AsyncGenerator<PollPage<Account>> {
  const since = context.since.toISOString()
  for (let after = ''; ; ) {
    const { accounts: changed } = await pageAfter(context, after, { since })
    const known = await context.known(changed.map(({ id }) => id))
    yield { records: changed.filter(({ id, updatedAt }) => known.get(id)?.stamps.account !== updatedAt) }
    const last = changed.at(-1)
    if (!last) return
    after = last.id
  }
}

export const activeAccounts = defineSyncType({
  name: 'active-accounts',
  title: 'Active Accounts',
  conditions: ['The account is active.'],
  data: ['Name and e-mail address.'],
  triggers: ['An account is changed.'],
  recommends: [],
  rules: [
    {
      name: 'active',
      title: 'The account is active.',
      short: 'closed',
      about: 'client',
      test: ({ active }) => active || 'It is closed.'
    }
  ],
  owns: ['name', 'emails'],
  madeOf: {},
  idOrder: 'text',
  position,
  memo: Type.Object({}),
  id: (account: Account) => account.id,
  stamps: account => ({ account: account.updatedAt }),
  version: account => account.updatedAt,
  map: ({ name, email }): Contribution => {
    if (!name) throw new RecordRejected('It has no name.')
    return { client: { name, emails: emailsOf([{ typed: email, label: null }]) } }
  },
  begin: async context => ({ position: { after: '' }, counts: await count(context) }),
  pass,
  count,
  poll,
  async *lookup(context, ids) {
    for (const id of ids) {
      const { status, body } = await ask(context, `/accounts/${encodeURIComponent(id)}`)
      yield status === 404 ? { records: [], gone: [id] } : { records: [body as Account] }
    }
  },
  search: async (context, name) => (await accounts(context, { name })).accounts.slice(0, 10),
  facts: ({ name, email, active }) => ({ name, email, active }),
  async preview(context) {
    const { accounts: first, total } = await accounts(context, {})
    const matched = first.filter(account => account.active)
    const leftOut = first.filter(account => !account.active)
    return {
      counts: { matched: matched.length, leftOut: [{ rule: 'active', count: leftOut.length }] },
      samples: {
        matched: matched.map(({ name }) => name),
        leftOut: leftOut.map(({ name }) => ({ name, rule: 'active' }))
      },
      choices: {},
      partial: first.length < total,
      expectedRequests: Math.ceil(total / 2) + 3
    }
  }
})
