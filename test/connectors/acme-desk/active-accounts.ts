import { Type } from 'typebox'
import {
  type CallContext,
  type Contribution,
  defineSyncType,
  emailsOf,
  type Page,
  type ReadContext,
  RecordRejected
} from '../../../plugins/connector/contract.ts'
import { ask } from './api.ts'

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
  /** The vendor's clock. */
  readonly asOf: string
}

const accounts = async (context: CallContext, query: Record<string, string>) =>
  (await ask(context, `/accounts?${new URLSearchParams(query)}`)).body as Accounts

/** Keyset pages by id; the vendor's clock at the start is where the next incremental read begins. */
async function* readAll(context: ReadContext): AsyncGenerator<Page<Account>> {
  let after = (context.checkpoint?.after as string | undefined) ?? ''
  let since = context.checkpoint?.since as string | undefined
  for (;;) {
    const page = await accounts(context, { after })
    since ??= page.asOf
    const last = page.accounts.at(-1)
    const covers = { after: after || null, through: last?.id ?? null }
    if (!last) {
      yield { records: [], covers, checkpoint: { since }, expected: page.total, sourceCount: page.total }
      return
    }
    after = last.id
    yield { records: page.accounts, covers, checkpoint: { after, since }, expected: page.total }
  }
}

async function* readChanges(context: ReadContext): AsyncGenerator<Page<Account>> {
  const since = (context.checkpoint?.since as string | undefined) ?? ''
  const changed: Account[] = []
  let asOf: string | undefined
  for (let after = ''; ; after = changed.at(-1)!.id) {
    const page = await accounts(context, { after, since })
    asOf ??= page.asOf
    changed.push(...page.accounts)
    if (page.accounts.length === 0) break
  }
  yield { records: changed, checkpoint: { since: asOf } }
}

export const activeAccounts = defineSyncType<Account>({
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
      about: 'client',
      test: ({ active }) => active || 'It is closed.'
    }
  ],
  owns: ['name', 'emails'],
  idOrder: 'text',
  checkpoint: Type.Object({ after: Type.Optional(Type.String()), since: Type.String() }),
  id: account => account.id,
  stamps: account => ({ account: account.updatedAt }),
  map: ({ name, email }): Contribution => {
    if (!name) throw new RecordRejected('It has no name.')
    return { client: { name, emails: emailsOf([{ typed: email, label: null }]) } }
  },
  read: context => (context.mode === 'incremental' ? readChanges(context) : readAll(context)),
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
      types: [],
      statuses: [],
      expectedRequests: Math.ceil(total / 2) + 1
    }
  }
})
